"""Behaviours: the emulator's settings, each set to anything that a valid service may do."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import Behaviour, Service
from ..emulator.access_reports.organization import DEFAULT_ROOT, accounts_of
from ..emulator.behaviour import JobIds, Nulls, Precision
from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .access_reports.rows import Row, distinct, rows
from .brief import brief
from .lists.items import items, result_paths
from .lists.pages import may_be_absent, may_be_empty
from .values.members import error_details_of, tokens_of
from .values.moments import EPOCH

__all__ = ["behaviours", "behaviours_of"]


def behaviours(
    *, operation: str = DEFAULT, subject: str | None = None, observed_only: bool = False, report: bool = True
) -> SearchStrategy[Behaviour]:
    """Valid behaviours of the embedded emulator: polls, outcomes, page plans, tokens, what is left out, throttling.

    A drawn report is one on the subject below: no other entity exists for a service that has only this one.

    :param operation: the operation that is served.
    :param subject: what is going to be reported on, None for the emulator's own: the services of the report are
        accessed by entities there.
    :param observed_only: only what AWS was seen to do.
    :param report: whether rows are drawn; they are the emulator's own otherwise, as many as are drawn, which takes
        a third of the time.
    """
    contract = load(operation)
    found = behaviours_of(contract, subject=subject, observed_only=observed_only, report=report)
    return brief(found, "behaviours", operation=contract.id, subject=subject)


@cache
def behaviours_of(
    contract: Contract, *, subject: str | None = None, observed_only: bool = False, report: bool = True
) -> SearchStrategy[Behaviour]:
    """The same for a contract."""
    throttling = {"throttle_every": st.none() | st.integers(2, 6)}
    if contract.job is None:
        listed = {"given": _given(contract)} if report else {"items": st.integers(0, 20)}
        return st.builds(Behaviour, **listed, **throttling, **({} if observed_only else _list_dials(contract)))
    listed = _drawn_rows(contract, subject) if report and contract.counts else {"services": st.integers(*_ROWS[observed_only])}  # fmt: skip
    outcomes = {
        "polls": st.integers(0, 3),
        "outcome": st.sampled_from(("completed", "completed", "completed", "failed")),
    }
    if observed_only:
        return st.builds(
            Behaviour, region_of_unused_iam=st.just(bool(contract.counts)), **listed, **outcomes, **throttling
        )
    return st.builds(Behaviour, **listed, **outcomes, **throttling, **_report_dials(contract))


#: Rows of the emulator's own report, around the bounds of a page; AWS was not seen to cut one shorter than requested.
_ROWS = {False: (0, 20), True: (99, 302)}


def _list_dials(contract: Contract) -> dict[str, SearchStrategy[Any]]:
    """Page lengths, tokens, and what is left out at the end of a list."""
    listing, never = contract.listing, st.just(False)
    assert listing is not None
    empty = may_be_empty(contract)
    least = 0 if empty else 1
    plans = st.lists(st.integers(least, 3), min_size=1, max_size=4).map(_plan)
    return {
        "page_cap": st.none() | st.integers(1, 4),
        "page_plan": st.just(()) | plans,
        "empty_last_page": st.booleans() if _exact_fit_token(contract) else st.just(False),
        "omit_more_when_false": st.booleans() if may_be_absent(contract, listing.more) else never,
        "omit_items_when_empty": st.booleans() if may_be_absent(contract, listing.main) else never,
        "fresh_tokens": st.booleans(),
    }


def _exact_fit_token(contract: Contract) -> bool:
    """Whether the last full page may have a token, which leads to an empty one."""
    return contract.listing is not None and "no-empty-page" not in contract.listing.exceptions


def _report_dials(contract: Contract) -> dict[str, SearchStrategy[Any]]:
    """Everything else that a service with jobs may choose."""
    return {
        "failure": error_details_of(contract).map(lambda each: each["Code"]),
        "page_cap": st.none() | st.integers(1, 4),
        "page_plan": st.just(()) | st.lists(st.integers(0, 3), min_size=1, max_size=4).map(_plan),
        "empty_last_page": st.booleans(),
        "token_form": tokens_of(contract).map(_token_form),
        "fresh_tokens": st.booleans(),
        "nulls": _choice(Nulls, "low"),
        "job_ids": _choice(JobIds, "hex"),
        "job_times": _choice(Precision, "milliseconds"),
        "service_times": _choice(Precision, "seconds"),
        "omit_more_when_false": st.booleans(),
        "omit_items_when_empty": st.booleans() if not _is_required_list(contract) else st.just(False),
        "omit_total_when_zero": st.booleans(),
        "region_of_unused_iam": st.booleans() if contract.counts else st.just(False),
        "indented": st.sampled_from((True, False)),
        "same_request_same_job": st.sampled_from((True, False)),
        "one_running_job": st.sampled_from((True, False)),
    }


def _is_required_list(contract: Contract) -> bool:
    """Whether a finished report always has its list."""
    return contract.job is not None and bool(contract.job.required_when_succeeded)


def _given(contract: Contract) -> SearchStrategy[tuple[Any, ...]]:
    """Exactly these items of the main list."""
    return items(contract, result_paths(contract)[0], high=8).map(tuple)


def _drawn_rows(contract: Contract, subject: str | None) -> dict[str, SearchStrategy[tuple[Service, ...]]]:
    accounts = accounts_of(subject or DEFAULT_ROOT)
    services = st.lists(rows(contract, accessed=None if accounts else False), max_size=8)
    return {
        "report": services.map(lambda drawn: tuple([_service(each, accounts) for each in distinct(contract, drawn)]))
    }


def _choice(kind: object, simplest: str) -> SearchStrategy[str]:
    """One of a setting's values, the emulator's own choice first."""
    return st.sampled_from(sorted(get_args(kind), key=lambda each: (each != simplest, each)))


def _plan(lengths: list[int]) -> tuple[int, ...]:
    """Pages that are all empty would never come to an end."""
    return tuple(lengths) if any(lengths) else (*lengths, 1)


def _token_form(token: str) -> str:
    """The text around the opaque part of every token, within what the model leaves for it."""
    around = token.replace("{", "").replace("}", "")[:280]
    half = len(around) // 2
    return f"{around[:half]}{{}}{around[half:]}" if len(around) > 1 else "{}"


def _service(row: Row, accounts: tuple[str, ...]) -> Service:
    name = row.key if row.name is None else row.name
    if row.access is None:
        return Service(name, row.key)
    return Service(
        name,
        row.key,
        region=row.access.region,
        entity=accounts[row.access.place % len(accounts)],
        time=EPOCH - timedelta(milliseconds=row.access.ago),
        total=row.access.total or 1,
    )
