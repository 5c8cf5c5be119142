"""Times, each with the form in which it is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

__all__ = [
    "EARLIEST",
    "EPOCH",
    "LATEST",
    "PRECISIONS",
    "Moment",
    "copied",
    "instant",
    "moment",
    "rendered",
    "with_times",
]

#: The simplest time, and how far away from it in milliseconds others may be: from 1970 to the end of this century.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EARLIEST = -946_684_800_000
LATEST = 3_155_760_000_000 - 1

#: How many fractional digits a written time has; more than three are not read by every SDK.
PRECISIONS = (0, 3, 1, 2)

_UNITS = (1000, 100, 10, 1)


class Moment(NamedTuple):
    """A time, and how it is written: with so many fractional digits, or as some other text."""

    time: datetime
    precision: int = 3
    other: str | None = None

    @property
    def text(self) -> str:
        """The time on the wire."""
        if self.other is not None:
            return self.other
        text = self.time.isoformat(timespec="milliseconds" if self.precision else "seconds")
        return (text[: 20 + self.precision] if self.precision else text[:19]) + "Z"


def moment(offset: int, precision: int) -> Moment:
    """The time so many milliseconds after `EPOCH`, cut to so many fractional digits."""
    return Moment(EPOCH + timedelta(milliseconds=offset - offset % _UNITS[precision]), precision)


def instant(offset: int, precision: int) -> int:
    """`offset` cut to a precision."""
    return offset - offset % _UNITS[precision]


def rendered(members: dict[str, Any]) -> dict[str, Any]:
    """The members with their times as ``datetime``, as boto3 returns them."""
    return {name: with_times(each, _as_time) for name, each in members.items()}


def copied(members: dict[str, Any]) -> dict[str, Any]:
    """A copy that can be changed at any depth."""
    found: dict[str, Any] = with_times(members, lambda each: each)
    return found


def with_times(value: Any, convert: Callable[[Moment], Any]) -> Any:
    """The same value with every time converted."""
    kind = type(value)
    if kind is Moment:
        return convert(value)
    if kind is dict:
        return {name: with_times(each, convert) if type(each) in _NESTED else each for name, each in value.items()}
    return [with_times(each, convert) for each in value] if kind is list else value


_NESTED = {Moment, dict, list}


def _as_time(each: Moment) -> datetime:
    return each.time
