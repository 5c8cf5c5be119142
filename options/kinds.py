"""Kinds of option values: how each is read from text, written in TOML, and named in messages.

`read` raises ValueError with the rest of a sentence (``must be a positive number of seconds``); the caller puts the option in front.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError, shorten

__all__ = ["KINDS", "Kind", "checked", "from_toml"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of values. `repeatable`: the option may be given several times. `is_file`: it names a file or folder."""

    read: Callable[[str], Any]
    metavar: str = ""
    toml: tuple[type, ...] = (str,)
    wanted: str = "text"
    repeatable: bool = False
    is_file: bool = False


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; is the variable that it comes from set?")
    if "\0" in text:
        raise ValueError("must not contain a NUL character")
    return text


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _seconds(text: str) -> float:
    if not (seconds := _number(text)) >= 0:
        raise ValueError(f"must be 0 or a positive number of seconds, not {_quoted(text)}")
    return seconds


def _limit(text: str) -> float:
    if not (seconds := _number(text)) > 0:
        raise ValueError(f"must be a positive number of seconds, not {_quoted(text)}")
    return seconds


def _integer(least: int | None, most: int | None = None) -> Callable[[str], int]:
    wanted = "a whole number" if least is None else f"a whole number from {least}" + (f" to {most}" if most else "")

    def read(text: str) -> int:
        number: int | None = None
        with suppress(ValueError):  # also of one of thousands of digits
            number = int(text)
        if number is None or (least is not None and number < least) or (most is not None and number > most):
            raise ValueError(f"must be {wanted}, not {_quoted(text)}")
        return number

    return read


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f'must be a JSON object such as {{"Bucket": "b"}}: {error}') from None
    if not isinstance(value, dict):
        raise ValueError(f'must be a JSON object such as {{"Bucket": "b"}}, not {_quoted(text)}')
    return value


def _quoted(text: str) -> str:
    return repr(shorten(text, 60))


_NUMBERS = (int, float, str)

KINDS: Mapping[str, Kind] = {
    "text": Kind(_text),
    "texts": Kind(_text, repeatable=True, toml=(list,), wanted="a list of strings"),
    "choice": Kind(_text),
    "choices": Kind(_text, repeatable=True, toml=(list,), wanted="a list of strings"),
    "seconds": Kind(_seconds, "SECONDS", _NUMBERS, "a number of seconds"),
    "limit": Kind(_limit, "SECONDS", _NUMBERS, "a number of seconds"),
    "integer": Kind(_integer(None), "N", _NUMBERS, "a whole number"),
    "count": Kind(_integer(0), "N", _NUMBERS, "a whole number"),
    "number": Kind(_integer(1), "N", _NUMBERS, "a whole number"),
    "port": Kind(_integer(0, 65535), "PORT", _NUMBERS, "a whole number"),
    "bytes": Kind(_integer(1), "BYTES", _NUMBERS, "a number of bytes"),
    "flag": Kind(_text, toml=(bool,), wanted="true or false"),
    "file": Kind(_text, "FILE", is_file=True),
    "files": Kind(_text, "FILE", (list,), "a list of files", repeatable=True, is_file=True),
    "output": Kind(_text, "FILE", is_file=True),
    "folder": Kind(_text, "FOLDER", is_file=True),
    "json": Kind(_object, "JSON", (str, dict), "a table, or a JSON object in a string"),
    "paging": Kind(_text, "MEMBERS", (str, dict), "text such as input=NextToken,output=NextToken,items=Things"),
}


def from_toml(kind: Kind, value: Any) -> Any:
    """A value of a TOML file as the command line would give it: text, a list of texts, or a bool for a flag.

    :raises ValueError: where TOML's type does not fit.
    """
    if not isinstance(value, kind.toml) or (isinstance(value, bool) and bool not in kind.toml):
        raise ValueError(f"must be {kind.wanted}, not {_toml_type(value)}")
    if isinstance(value, list):
        if not all(isinstance(each, str) for each in value):
            raise ValueError(f"must be {kind.wanted}")
        return value
    if isinstance(value, dict):
        if kind is KINDS["paging"]:
            return ",".join(f"{name}={each}" for name, each in value.items())
        try:
            return json.dumps(value)
        except (TypeError, ValueError):
            raise ValueError("must be a table that JSON can express, without dates") from None
    return value if isinstance(value, bool) else _plain(value)


def _plain(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # an integer of thousands of digits
        raise ValueError("is a number of thousands of digits") from None


def _toml_type(value: Any) -> str:
    names: Sequence[tuple[type, str]] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (str, "a string"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for type_, name in names if isinstance(value, type_)), "a date or time")


def checked(kind: Kind, name: str, value: Any) -> Any:
    """What an option means: `value` is text, a list of texts, or a bool. :raises UsageError: that begins with `name`."""
    try:
        if isinstance(value, bool):
            return value
        return tuple(map(kind.read, value)) if kind.repeatable else kind.read(value)
    except ValueError as error:
        raise UsageError(f"{name} {error}") from None
