"""The dials: everything that a valid service is free to choose, in one frozen record. Nothing happens by chance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .access_reports.services import Service

__all__ = ["Behaviour", "Entities", "JobIds", "Nulls", "Outcome", "Precision"]

Outcome = Literal["completed", "failed"]
#: Never-accessed services in a time sort: always first, always last, or placed as the lowest or the highest instant.
Nulls = Literal["first", "last", "low", "high"]
JobIds = Literal["hex", "uuid", "documented", "plain"]
Precision = Literal["seconds", "milliseconds"]
Entities = Literal["organization", "any"]

#: A marker is at most 320 characters, of which the opaque token takes 40.
_MARKER_ROOM = 320 - 40
_MARKER_TEXT = re.compile(r"[\u0020-\u00FF]*")


@dataclass(frozen=True)
class Behaviour:
    """How a service behaves that keeps the contract. Each value is checked when the record is made."""

    #: How many services the report lists.
    services: int = 262
    #: IN_PROGRESS answers before the end; 0 is finished at once. Polls are counted, never timed.
    polls: int = 2
    outcome: Outcome = "completed"
    #: The ErrorDetails code of `outcome="failed"`.
    failure: str = "ORGANIZATIONS_REPORT_ACCESS_DENIED"
    #: Exactly these services instead of the default report.
    report: tuple[Service, ...] | None = None

    #: No page is longer than this, whatever MaxItems says.
    page_cap: int | None = None
    #: The longest that the first, second, … page of a listing may be; it starts over at its end. 0 is an empty page.
    page_plan: tuple[int, ...] = ()
    #: A last page without services, promised by the one before it.
    empty_last_page: bool = False
    #: The text of a Marker; ``{}`` stands for the opaque part.
    marker_form: str = "{}"
    #: Another Marker text each time for the same place.
    fresh_markers: bool = False
    nulls: Nulls = "low"

    job_ids: JobIds = "hex"
    job_times: Precision = "milliseconds"
    service_times: Precision = "seconds"
    omit_is_truncated_when_false: bool = False
    omit_access_details_when_empty: bool = False
    omit_total_when_zero: bool = False
    #: `iam` has a Region although it was never used: the one place where AWS contradicts its documentation.
    region_of_unused_iam: bool = False
    #: Line breaks and two spaces a level, as AWS writes; else no white space between elements.
    indented: bool = True

    #: The same entity and policy within a minute get the same JobId.
    same_request_same_job: bool = True
    #: Another report is refused while one is running.
    one_running_job: bool = True
    #: Whether only the organization's own entities and policies exist, or any well-formed ones do.
    known_entities: Entities = "organization"
    #: Every so manieth call is refused with Throttling.
    throttle_every: int | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")
        for name, (holds, what) in _CHECKS.items():
            value = getattr(self, name)
            if not (holds(value) or (value is None and name in _OPTIONAL)):
                raise ValueError(f"{name} is {what}, not {value!r}")
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is true or false, not {getattr(self, name)!r}")


def _whole(low: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_plan(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(_whole(0), value)) and (any(value) or not value)


def _is_marker_form(value: Any) -> bool:
    if not isinstance(value, str) or value.count("{}") != 1:
        return False
    rest = value.replace("{}", "")
    return len(rest) <= _MARKER_ROOM and _MARKER_TEXT.fullmatch(rest) is not None


def _is_report(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and all(isinstance(each, Service) for each in value)
        and len({each.key for each in value}) == len(value)
    )


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "services": (_whole(0), "a whole number from 0"),
    "polls": (_whole(0), "a whole number from 0"),
    "page_cap": (_whole(1), "a whole number from 1"),
    "throttle_every": (_whole(2), "a whole number from 2: a service that throttles every call never answers"),
    "page_plan": (_is_plan, "a tuple of whole numbers from 0, not all of them 0"),
    "marker_form": (_is_marker_form, f"text up to U+00FF with one {{}}, at most {_MARKER_ROOM} characters besides"),
    "report": (_is_report, "a tuple of services, no namespace twice"),
    "failure": (lambda value: isinstance(value, str) and value != "", "an error code"),
}

_OPTIONAL = {"page_cap", "throttle_every", "report"}

_HINTS = get_type_hints(Behaviour)
_CHOICES = {
    each.name: get_args(_HINTS[each.name]) for each in fields(Behaviour) if get_origin(_HINTS[each.name]) is Literal
}
_FLAGS = tuple(each.name for each in fields(Behaviour) if _HINTS[each.name] is bool)
