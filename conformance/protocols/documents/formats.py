"""How scalars are written on the wire: numbers, booleans and timestamps as text or as JSON values, read with their plain meaning.

A wrong form that still means something plain (``+5``, ``True``, a date in seconds) is read so and noted. What cannot be read stands as
it was written, and its pointer is noted as unparsed.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from botocore.model import Shape

from ....errors import shorten
from ..notes import Notes
from ..timestamps import read_instant, read_rfc3339

__all__ = ["json_scalar", "text_scalar", "timestamp_format"]

#: What the boolean spellings of the field's languages mean, so that a wrong one still says something.
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

#: The modelled types by the kind of their format.
_KINDS = {
    "integer": "integer",
    "long": "integer",
    "short": "integer",
    "byte": "integer",
    "bigInteger": "integer",
    "float": "float",
    "double": "float",
    "bigDecimal": "float",
    "boolean": "boolean",
    "timestamp": "timestamp",
}

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_FLOAT = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d(\.\d{1,3})? GMT",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_WRONG = {
    "timestamp": ("timestamp-format", "the timestamp is written in another form"),
    "boolean": ("boolean-format", "the boolean is written in another way"),
    "integer": ("integer-format", "the integer is not plain decimal"),
    "float": ("float-format", "the number is not plain decimal"),
}
_AS_TEXT = {
    "boolean": "the boolean is written as text",
    "integer": "the integer is written as text",
    "float": "the number is written as text",
}
_EXPECTED = {
    "boolean": "true or false",
    "integer": "digits alone",
    "float": "a decimal number",
    "iso8601": "the form 2019-09-30T06:53:36.187Z",
    "rfc822": "the form Mon, 30 Sep 2019 06:53:36 GMT",
    "unixtimestamp": "seconds since 1970",
}


def timestamp_format(shape: Shape, default: str) -> str:
    """The format of a timestamp member: iso8601, rfc822 or unixtimestamp."""
    return str(shape.serialization.get("timestampFormat", default)).lower()


def text_scalar(text: str, shape: Shape, path: str, notes: Notes, default: str = "iso8601") -> Any:
    """The value of a scalar that is written as text: in XML or in a header. `default` is the format of timestamps without their own."""
    kind = _KINDS.get(shape.type_name)
    if kind is None:
        return text
    if kind == "timestamp":
        return _timestamp_text(text, timestamp_format(shape, default), path, notes)
    valid = _WRITTEN[kind](text)
    value = _READERS[kind](text)
    _note(kind, valid, repr(text) if not valid else "", path, notes)
    if value is None:
        if not valid or kind == "float":
            notes.unparsed.append(path)
        return text
    return value


def json_scalar(value: Any, shape: Shape, path: str, notes: Notes, default: str = "unixtimestamp") -> Any:
    """The value of a scalar that is written in JSON. `default` is the format of timestamps without their own."""
    kind = _KINDS.get(shape.type_name)
    if kind is None or isinstance(value, list | dict) or value is None:
        return plain(value)
    if kind == "timestamp":
        return _timestamp_json(value, timestamp_format(shape, default), path, notes)
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    valid = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "float": number or value in _NOT_FINITE,
        "boolean": isinstance(value, bool),
    }[kind]
    if isinstance(value, str) and not valid:
        _note(
            kind, valid, _json_text(value), path, notes, f"{_EXPECTED[kind]}, without quotation marks", _AS_TEXT[kind]
        )
    else:
        _note(kind, valid, _json_text(value) if not valid else "", path, notes)
    if valid:
        found = plain(value) if value not in _NOT_FINITE else None
    elif isinstance(value, bool):
        found = None
    else:
        found = _READERS[kind](str(value))
    if found is None:
        notes.unparsed.append(path)
        return plain(value)
    return found


def plain(value: Any) -> Any:
    """A JSON value with ordinary numbers: floats for what was read as exact decimals."""
    if isinstance(value, Decimal):
        return _to_float(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def _to_float(value: Decimal) -> float | str:
    number = float(value)
    return number if abs(number) != float("inf") else shorten(str(value), 40)


def _note(kind: str, valid: bool, actual: str, path: str, notes: Notes, expected: str = "", message: str = "") -> None:
    rule, usual = _WRONG[kind]
    if valid:
        notes.kept(f"protocol.{rule}")
    else:
        notes.broken(f"protocol.{rule}", message or usual, expected or _EXPECTED[kind], actual, path)


def _timestamp_text(text: str, form: str, path: str, notes: Notes) -> str:
    value: str | None = None
    if form == "iso8601":
        if read_rfc3339(text) is not None:
            value = text
            _iso_details(text, path, notes)
    elif form == "rfc822":
        moment = read_instant(text) if _HTTP_DATE.fullmatch(text) else None
        value = None if moment is None else _rfc3339(Decimal(moment.start) / 10**9)
    elif len(text) < 40 and _FLOAT.fullmatch(text):
        value = _rfc3339(Decimal(text))
    _note("timestamp", value is not None, repr(text) if value is None else "", path, notes, _EXPECTED[form])
    if value is None:
        notes.unparsed.append(path)
        return text
    return value


def _iso_details(text: str, path: str, notes: Notes) -> None:
    if text.endswith("Z"):
        notes.kept("protocol.timestamp-utc")
    else:
        notes.broken("protocol.timestamp-utc", "the timestamp is not written in UTC with Z", "…Z", text, path)
    digits = re.search(r"\.(\d+)", text)
    if digits is None or len(digits[1]) <= 3:
        notes.kept("protocol.timestamp-precision")
    else:
        message = "the timestamp has more fractional digits than some SDKs can read"
        notes.broken("protocol.timestamp-precision", message, "at most three", text, path)


def _timestamp_json(value: Any, form: str, path: str, notes: Notes) -> Any:
    if isinstance(value, str):
        if form != "unixtimestamp":
            return _timestamp_text(value, form, path, notes)
        valid, found = False, value if read_instant(value) else None
    else:
        found = None if isinstance(value, bool) else _rfc3339(Decimal(value))
        valid = form == "unixtimestamp" and found is not None
    _note("timestamp", valid, _json_text(value) if not valid else "", path, notes, _EXPECTED[form])
    if not valid:
        notes.unparsed.append(path)
    return plain(value) if found is None else found


def _rfc3339(seconds: Decimal) -> str | None:
    """Seconds since 1970 as RFC 3339 text with the digits that they have; None outside the years 1 to 9999."""
    if not seconds.is_finite() or not -(10**11) < seconds < 10**12:
        return None
    whole, nanoseconds = divmod(int((seconds * 10**9).to_integral_value(ROUND_HALF_EVEN)), 10**9)
    try:
        moment = _EPOCH + timedelta(seconds=whole)
    except OverflowError:
        return None
    fraction = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}{fraction}Z"


def _json_text(value: Any) -> str:
    return shorten(str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False))


def _integer(text: str) -> int | None:
    """The plain meaning of a number's text. Longer ones than any 64-bit integer are left as text."""
    digits = text.strip()
    if len(digits) > 20:
        return None
    try:
        number = float(digits.replace(",", ""))
        return int(digits) if number.is_integer() and digits.lstrip("+-").isdecimal() else int(number)
    except (ValueError, OverflowError):
        return None


def _float(text: str) -> float | None:
    digits = text.strip()
    if len(digits) > 400:
        return None
    try:
        number = float(digits)
    except ValueError:
        return None
    return number if number - number == 0 else None  # neither infinite nor not a number: JSON has none of these


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "float": _float,
    "boolean": lambda text: _BOOLEANS.get(text.strip().lower()),
}

#: https://smithy.io/2.0/spec/protocol-traits.html and https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
_WRITTEN: Mapping[str, Callable[[str], bool]] = {
    "integer": lambda text: re.fullmatch(r"-?[0-9]+", text) is not None,
    "float": lambda text: text in _NOT_FINITE or _FLOAT.fullmatch(text) is not None,
    "boolean": lambda text: text in ("true", "false"),
}
