"""Faults of values in XML: dates, booleans and numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import partial

from ...stages.pipeline import Stages
from ..fault import XML, Fault as _Fault, outputs, role, texts, typed

__all__ = ["FAULTS"]

#: Faults of documents that AWS Query alone has, and of any XML.
Fault = partial(_Fault, protocols=("query",))


Marked = partial(_Fault, protocols=XML)


Dates = partial(Marked, shows=typed("timestamp"))


Booleans = partial(Marked, shows=typed("boolean"))


Integers = partial(Marked, shows=typed("integer"))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


FAULTS = (
    Dates(
        "dates-as-epoch",
        "protocol.timestamp-format",
        "dates are seconds since 1970",
        Stages(document=texts(lambda text: f"{_moment(text).timestamp():.3f}", "timestamp")),
    ),
    Dates(
        "dates-as-rfc-822",
        "protocol.timestamp-format",
        "dates are written as in HTTP headers",
        Stages(document=texts(lambda text: format_datetime(_moment(text).astimezone(UTC), usegmt=True), "timestamp")),
    ),
    Dates(
        "dates-without-zone",
        "protocol.timestamp-format",
        "dates have no zone",
        Stages(document=texts(lambda text: text.removesuffix("Z"), "timestamp")),
    ),
    Dates(
        "dates-with-a-blank",
        "protocol.timestamp-format",
        "dates have a space in place of the T",
        Stages(document=texts(lambda text: text.replace("T", " "), "timestamp")),
    ),
    Fault(
        "dates-empty-for-nulls",
        "protocol.timestamp-format",
        "an unfinished job has an empty {job.completed}",
        Stages(members=outputs(lambda read, found: {role(read.contract, "job.completed"): ""} | found)),
        requires=("job.completed",),
    ),
    Dates(
        "dates-in-local-time",
        "protocol.timestamp-utc",
        "dates are in the server's own zone, and say so",
        Stages(
            document=texts(
                lambda text: _moment(text).astimezone(timezone(timedelta(hours=2))).isoformat(timespec="seconds"),
                "timestamp",
            )
        ),
    ),
    Dates(
        "dates-with-zero-offset",
        "protocol.timestamp-utc",
        "UTC is written as +00:00",
        Stages(document=texts(lambda text: text.replace("Z", "+00:00"), "timestamp")),
    ),
    Dates(
        "dates-with-microseconds",
        "protocol.timestamp-precision",
        "dates have six fractional digits",
        Stages(
            document=texts(
                lambda text: _moment(text).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z", "timestamp"
            )
        ),
    ),
    Booleans(
        "booleans-capitalized",
        "protocol.boolean-format",
        "booleans are True and False",
        Stages(document=texts(str.capitalize, "boolean")),
    ),
    Booleans(
        "booleans-as-digits",
        "protocol.boolean-format",
        "booleans are 1 and 0",
        Stages(document=texts(lambda text: str(int(text == "true")), "boolean")),
    ),
    Booleans(
        "booleans-on-a-line-of-their-own",
        "protocol.boolean-format",
        "booleans have line breaks around them",
        Stages(document=texts(lambda text: f"\n  {text}\n", "boolean")),
    ),
    Integers(
        "counts-as-floats",
        "protocol.integer-format",
        "counts are written with a fraction",
        Stages(document=texts(lambda text: f"{text}.0", "integer")),
    ),
    Integers(
        "counts-with-a-plus",
        "protocol.integer-format",
        "counts have a sign",
        Stages(document=texts(lambda text: f"+{text}", "integer")),
    ),
)
