"""Behaviour: everything that a valid service is free to choose, in one frozen record. Nothing happens by chance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .report_rows import Entity, Service

__all__ = ["Behaviour", "Entities", "JobIds", "Nulls", "Outcome", "Precision"]

Outcome = Literal["completed", "failed"]
#: Never-accessed services in a time sort: always first, always last, or placed as the lowest or the highest instant.
Nulls = Literal["first", "last", "low", "high"]
JobIds = Literal["hex", "uuid", "documented", "plain"]
Precision = Literal["seconds", "milliseconds"]
Entities = Literal["organization", "any"]

#: A Marker of IAM has at most 320 characters, of which the opaque part takes 40.
_TOKEN_ROOM = 320 - 40
_TOKEN_TEXT = re.compile(r"[\u0020-\u00FF]*")


@dataclass(frozen=True)
class Behaviour:
    """The choices that a contract leaves to a service. A value that is not valid raises a ValueError."""

    #: How many rows an access report lists: services, or entities.
    services: int = 262
    #: How many items any other listing has; more where its smallest page would hold them all.
    items: int = 7
    #: How many further items it has, which only the filter of the operation's recipe keeps out.
    foreign: int = 3
    #: How many times a job reports that it is in progress; 0 is finished at once. Polls are counted, never timed.
    polls: int = 2
    outcome: Outcome = "completed"
    #: The error code of `outcome="failed"`; None is one that fits the operation.
    failure: str | None = None
    #: Exactly these rows instead of the default report.
    report: tuple[Service | Entity, ...] | None = None
    #: Exactly these items instead of drawn ones, as botocore returns them; by the paths of their lists, where there are several.
    given: tuple[Any, ...] | Mapping[str, tuple[Any, ...]] | None = None

    #: No page is longer than this, whatever limit is requested.
    page_cap: int | None = None
    #: The longest that the first, second, … page of a listing may be; it starts over at its end. 0 is an empty page.
    page_plan: tuple[int, ...] = ()
    #: A last page without rows, announced by the one before it.
    empty_last_page: bool = False
    #: An empty token ends a listing, instead of none.
    empty_token_at_end: bool = False
    #: The text of a token; ``{}`` stands for the opaque part.
    token_form: str = "{}"
    #: Another token each time for the same place.
    fresh_tokens: bool = False
    #: Where rows that were never accessed stand in an order by time.
    nulls: Nulls = "low"

    job_ids: JobIds = "hex"
    job_times: Precision = "milliseconds"
    service_times: Precision = "seconds"
    #: Whether the member that says that more follows is left out where nothing follows.
    omit_more_when_false: bool = False
    omit_items_when_empty: bool = False
    omit_total_when_zero: bool = False
    #: `iam` has a Region although it was never used: the one place where AWS contradicts its documentation.
    region_of_unused_iam: bool = False
    #: Line breaks and two spaces a level, as AWS writes; else no white space between elements.
    indented: bool = True

    #: The same request within a minute gets the same job, where the contract says so.
    same_request_same_job: bool = True
    #: Another report is refused while one is running, where the contract says so.
    one_running_job: bool = True
    #: Whether only the emulator's own entities and policies exist, or any well-formed ones do.
    known_entities: Entities = "organization"
    #: Every nth call is refused for throttling.
    throttle_every: int | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, not {getattr(self, name)!r}")
        for name, (holds, what) in _CHECKS.items():
            value = getattr(self, name)
            if not (holds(value) or (value is None and name in _OPTIONAL)):
                raise ValueError(f"{name} must be {what}, not {value!r}")
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} must be true or false, not {getattr(self, name)!r}")


def _whole(low: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= low


def _is_plan(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(_whole(0), value)) and (any(value) or not value)


def _is_token_form(value: Any) -> bool:
    if not isinstance(value, str) or value.count("{}") != 1:
        return False
    rest = value.replace("{}", "")
    return len(rest) <= _TOKEN_ROOM and _TOKEN_TEXT.fullmatch(rest) is not None


def _is_report(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and all(isinstance(each, (Service, Entity)) for each in value)
        and len({each.key for each in value}) == len(value)
    )


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "services": (_whole(0), "a whole number from 0"),
    "items": (_whole(0), "a whole number from 0"),
    "foreign": (_whole(0), "a whole number from 0"),
    "given": (lambda value: isinstance(value, (tuple, Mapping)), "a tuple of items, or one for each list"),
    "polls": (_whole(0), "a whole number from 0"),
    "page_cap": (_whole(1), "a whole number from 1"),
    "throttle_every": (_whole(2), "a whole number from 2: a service that throttles every call never answers"),
    "page_plan": (_is_plan, "a tuple of whole numbers from 0, not all of them 0"),
    "token_form": (_is_token_form, f"a string up to U+00FF with one {{}}, at most {_TOKEN_ROOM} characters besides"),
    "report": (_is_report, "a tuple of services or entities, none twice"),
    "failure": (lambda value: isinstance(value, str) and value != "", "an error code"),
}

_OPTIONAL = {"page_cap", "throttle_every", "report", "given", "failure"}

_HINTS = get_type_hints(Behaviour)
_CHOICES = {
    each.name: get_args(_HINTS[each.name]) for each in fields(Behaviour) if get_origin(_HINTS[each.name]) is Literal
}
_FLAGS = tuple(each.name for each in fields(Behaviour) if _HINTS[each.name] is bool)
