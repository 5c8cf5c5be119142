"""Written moments: how a timestamp is read, and when one may be said to come after another.

A text of second precision stands for a whole second. Two instants are therefore compared at the coarser of their two written
precisions: what a service rounded off cannot be held against it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

__all__ = ["Instant", "read_instant", "read_rfc3339"]

_NANOS = 10**9

#: RFC 3339, section 5.6. The letters may be lower case there; a space instead of the T is not part of its grammar.
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment as written: it began `start` nanoseconds after 1970 and lasts `unit` nanoseconds, one of its last digit."""

    start: int
    unit: int
    text: str

    def after(self, other: "Instant") -> bool:
        """Whether this is later than `other` at the coarser of the two written precisions."""
        unit = max(self.unit, other.unit)
        return self.start // unit > other.start // unit

    def same(self, other: "Instant") -> bool:
        """Whether the two are equal at the coarser of the two written precisions."""
        return not self.after(other) and not other.after(self)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)  # several rules look at each of a report's dates, and several listings hold it
def read_rfc3339(text: str) -> Instant | None:
    """Read an RFC 3339 date-time; None for anything else, the thirtieth of February included."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group) for group in match.groups()[:6])
    fraction, zone = match.group(7) or "", match.group(8)
    leap = second == 60  # a leap second is written so; it is one instant with the second after it
    try:
        # The calendar repeats every 400 years, so that a date-time's year zero counts too.
        shifted = datetime(year % 400 + 2000, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
    except ValueError:
        return None
    offset = 0
    if zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
    cycles = year // 400 - 5
    seconds = int(shifted.timestamp()) + leap + cycles * 146097 * 86400 - offset
    digits = fraction[:9]
    return Instant(seconds * _NANOS + int(digits.ljust(9, "0")), 10 ** (9 - len(digits)), text)


def read_instant(text: str) -> Instant | None:
    """Read a moment in any form that servers were seen to write, valid or not: so that a wrongly written date still counts as a date."""
    text = text.strip()
    if (valid := read_rfc3339(text)) is not None:
        return valid
    if re.fullmatch(r"-?\d{1,13}(\.\d{1,9})?", text, re.ASCII):
        whole, _, digits = text.partition(".")
        seconds = int(whole)
        if abs(seconds) >= 10**11:  # milliseconds since 1970
            return Instant(seconds * 10**6, 10**6, text)
        return Instant(seconds * _NANOS + int(digits.ljust(9, "0") or 0), 10 ** (9 - len(digits)), text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = int(moment.replace(microsecond=0).timestamp())
    except (ValueError, OverflowError):
        return None
    unit = 1000 if "." in text else _NANOS
    return Instant(seconds * _NANOS + moment.microsecond * 1000, unit, text)
