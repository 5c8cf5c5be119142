"""Times and blobs as they are written: in the format that a member or its protocol has."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from email.utils import format_datetime
from math import isinf, isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["finite", "text_of_blob", "timestamp", "timestamp_format"]


def timestamp_format(shape: Shape | Any, default: str) -> str:
    """The format of a timestamp member: iso8601, rfc822 or unixtimestamp."""
    return str(shape.serialization.get("timestampFormat", default)).lower()


def timestamp(value: Any, form: str) -> Any:
    """A time in a format. Text is RFC 3339 and stays as it is where that is the format; whatever is not a time stays as it is too."""
    if isinstance(value, str) and form == "iso8601":
        return value
    if isinstance(value, int | float) and form == "unixtimestamp":
        return value
    moment = _moment(value)
    if moment is None:
        return value
    if form == "rfc822":
        return format_datetime(moment, usegmt=True)
    if form == "unixtimestamp":
        whole = int(moment.replace(microsecond=0).timestamp())
        return whole + moment.microsecond // 1000 / 1000 if moment.microsecond >= 1000 else whole
    fraction = f".{moment.microsecond // 1000:03d}" if moment.microsecond >= 1000 else ""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}{fraction}Z"


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = datetime.fromtimestamp(value, UTC)
        return value.astimezone(UTC) if isinstance(value, datetime) else None
    except (ValueError, OverflowError, OSError):
        return None


def text_of_blob(value: Any) -> Any:
    """Bytes as Base64; text is that already."""
    return b64encode(value).decode() if isinstance(value, bytes | bytearray) else value


def finite(value: Any) -> Any:
    """A number, or the word for what JSON has no number for."""
    if isinstance(value, float) and (isnan(value) or isinf(value)):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
