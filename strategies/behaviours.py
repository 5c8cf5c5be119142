"""Behaviours: the emulator's dials, each turned to anything that a valid service is free to do."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import Behaviour, Organization, Service
from ..emulator.access_reports.organization import accounts_of
from ..emulator.behaviour import JobIds, Nulls, Precision
from .responses import Line, distinct, lines
from .values import EPOCH, error_details, markers

__all__ = ["behaviours"]


def behaviours(
    *, entity_path: str | None = None, observed_only: bool = False, report: bool = True
) -> SearchStrategy[Behaviour]:
    """Valid behaviours of the embedded emulator: polls, outcomes, page plans, Markers, what is left out, throttling.

    A drawn report is one on the entity below: no other entity exists for a service that has only this one.

    :param entity_path: the entity that is going to be reported on, None for the emulator's own root: the services of
        the report are accessed from accounts there.
    :param observed_only: only what AWS was seen to do.
    :param report: whether a report is drawn; it is the emulator's own otherwise, of so many services as are drawn, which takes
        a third of the time.
    """
    return _behaviours(entity_path or Organization().root, observed_only, report)


@cache
def _behaviours(entity_path: str, observed_only: bool, report: bool) -> SearchStrategy[Behaviour]:
    dials = {
        **(_drawn_report(entity_path) if report else {"services": st.integers(*_SERVICES[observed_only])}),
        "polls": st.integers(0, 3),
        "outcome": st.sampled_from(("completed", "completed", "completed", "failed")),
        "throttle_every": st.none() | st.integers(2, 6),
    }
    if observed_only:
        return st.builds(Behaviour, region_of_unused_iam=st.just(True), **dials)
    free = {
        "failure": error_details().map(lambda each: each["Code"]),
        "page_cap": st.none() | st.integers(1, 4),
        "page_plan": st.just(()) | st.lists(st.integers(0, 3), min_size=1, max_size=4).map(_plan),
        "empty_last_page": st.booleans(),
        "marker_form": markers().map(_marker_form),
        "fresh_markers": st.booleans(),
        "nulls": _choice(Nulls, "low"),
        "job_ids": _choice(JobIds, "hex"),
        "job_times": _choice(Precision, "milliseconds"),
        "service_times": _choice(Precision, "seconds"),
        "omit_is_truncated_when_false": st.booleans(),
        "omit_access_details_when_empty": st.booleans(),
        "omit_total_when_zero": st.booleans(),
        "region_of_unused_iam": st.booleans(),
        "indented": st.sampled_from((True, False)),
        "same_request_same_job": st.sampled_from((True, False)),
        "one_running_job": st.sampled_from((True, False)),
    }
    return st.builds(Behaviour, **dials, **free)


#: Services of the emulator's own report, around the bounds of a page; AWS was not seen to cut one shorter than asked.
_SERVICES = {False: (0, 20), True: (99, 302)}


def _drawn_report(entity_path: str) -> dict[str, SearchStrategy[tuple[Service, ...]]]:
    accounts = accounts_of(entity_path)
    services = st.lists(lines(used=None if accounts else False), max_size=8)
    return {"report": services.map(lambda drawn: tuple([_service(each, accounts) for each in distinct(drawn)]))}


def _choice(kind: object, simplest: str) -> SearchStrategy[str]:
    """One of a dial's values, the emulator's own choice first."""
    return st.sampled_from(sorted(get_args(kind), key=lambda each: (each != simplest, each)))


def _plan(lengths: list[int]) -> tuple[int, ...]:
    """Pages that are all empty would never come to an end."""
    return tuple(lengths) if any(lengths) else (*lengths, 1)


def _marker_form(marker: str) -> str:
    """The text around the opaque part of every Marker, within what the model leaves for it."""
    around = marker.replace("{", "").replace("}", "")[:280]
    half = len(around) // 2
    return f"{around[:half]}{{}}{around[half:]}" if len(around) > 1 else "{}"


def _service(line: Line, accounts: tuple[str, ...]) -> Service:
    key, name, use, _ = line
    if use is None:
        return Service(key if name is None else name, key)
    return Service(
        key if name is None else name,
        key,
        region=use.region,
        entity=accounts[use.place % len(accounts)],
        time=EPOCH - timedelta(milliseconds=use.ago),
        total=use.total or 1,
    )
