"""Serves the listings of this process's botocore clients in different, equally valid pages."""

from __future__ import annotations

__all__: list[str] = []
