"""TOML files of users: read up to a size limit, every error one line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..errors import UsageError, one_line

__all__ = ["read_toml"]

#: No contract or recipe that somebody wrote is larger.
_LIMIT = 16 * 2**20


def read_toml(path: str | Path) -> dict[str, Any]:
    """The table in a TOML file.

    :raises UsageError: where it cannot be read, is too large, or is not TOML.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_LIMIT + 1)
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsageError(one_line(f"cannot read {path}: {reason or error}")) from None
    if len(content) > _LIMIT:
        raise UsageError(one_line(f"{path} is larger than {_LIMIT >> 20} MiB"))
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise UsageError(one_line(f"{path} is not TOML: byte {error.start} is not UTF-8")) from None
    except RecursionError:
        raise UsageError(one_line(f"{path} is nested too deeply")) from None
    except ValueError as error:  # TOMLDecodeError, and integers of thousands of digits
        raise UsageError(one_line(f"{path} is not TOML: {str(error)[:200]}")) from None
