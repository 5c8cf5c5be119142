"""A service that nobody runs: its model in botocore's format, and a contract file. No line of Python knows its names."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CONTRACT", "DATA", "OPERATION"]

#: What AWS_DATA_PATH has to name for botocore and for the product to find the model.
DATA = Path(__file__).with_name("data")
CONTRACT = Path(__file__).with_name("library.ListLoans.toml")
OPERATION = "library:ListLoans"
