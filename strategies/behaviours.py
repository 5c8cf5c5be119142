"""Behaviours: the emulator's settings, each set to anything that a valid service may do."""

from __future__ import annotations

from collections.abc import Iterator
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
from .access_reports.rows import DrawnRow, distinct, rows
from .brief import brief
from .drawing import Drawer, composed, several
from .lists.items import item_lists, result_paths
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
    found = _behaviours(contract, subject, observed_only, report)
    return brief(found, "behaviours", operation=contract.id, subject=subject)


@cache
def behaviours_of(
    contract: Contract, *, subject: str | None = None, observed_only: bool = False, report: bool = True
) -> SearchStrategy[Behaviour]:
    """The same for a contract."""
    return composed(_behaviours(contract, subject, observed_only, report), "behaviours")


@cache
def _behaviours(contract: Contract, subject: str | None, observed_only: bool, report: bool) -> Drawer[Behaviour]:
    settings = dict(_settings(contract, subject, observed_only, report))
    return lambda draw: Behaviour(**{name: each(draw) for name, each in settings.items()})


def _settings(
    contract: Contract, subject: str | None, observed_only: bool, report: bool
) -> Iterator[tuple[str, Drawer[Any]]]:
    """What draws each setting."""
    yield "throttle_every", _choice(None, *range(2, 7))
    if contract.job is None:
        yield from _list_items(contract, report)
        yield from () if observed_only else _list_settings(contract)
        return
    if report and contract.counts:
        yield "report", _drawn_rows(contract, subject)
    else:
        yield "services", _drawn(st.integers(*_ROWS[observed_only]))
    yield "polls", _choice(0, 1, 2, 3)
    yield "outcome", _choice("completed", "completed", "completed", "failed")
    if not observed_only:
        yield from _report_settings(contract)
    elif contract.counts:
        yield "region_of_unused_iam", _choice(True)


#: Rows of the emulator's own report, around the bounds of a page; AWS was not seen to cut one shorter than requested.
_ROWS = {False: (0, 20), True: (99, 302)}


def _list_items(contract: Contract, report: bool) -> Iterator[tuple[str, Drawer[Any]]]:
    """Exactly these items of the main list, or as many of the emulator's own."""
    if report:
        listed = item_lists(contract, result_paths(contract)[0], 0, 8)
        yield "given", lambda draw: tuple(listed(draw))
    else:
        yield "items", _choice(*range(21))


def _list_settings(contract: Contract) -> Iterator[tuple[str, Drawer[Any]]]:
    """Page lengths, tokens, and what is left out at the end of a list."""
    listing = contract.listing
    assert listing is not None
    yield "page_cap", _choice(None, 1, 2, 3, 4)
    yield "page_plan", _plans(0 if may_be_empty(contract) else 1)
    yield "fresh_tokens", _choice(False, True)
    if "no-empty-page" not in listing.exceptions:  # else the last full page has no token, which would lead to one
        yield "empty_last_page", _choice(False, True)
    if may_be_absent(contract, listing.more):
        yield "omit_more_when_false", _choice(False, True)
    if may_be_absent(contract, listing.main):
        yield "omit_items_when_empty", _choice(False, True)


def _report_settings(contract: Contract) -> Iterator[tuple[str, Drawer[Any]]]:
    """Everything else that a service with jobs may choose, the emulator's own choice first."""
    assert contract.job is not None
    reasons, token = error_details_of(contract), tokens_of(contract)
    yield "failure", lambda draw: reasons(draw)["Code"]
    yield "page_cap", _choice(None, 1, 2, 3, 4)
    yield "page_plan", _plans(0)
    yield "token_form", lambda draw: _token_form(token(draw))
    yield "nulls", _choice(*_own_first(Nulls, "low"))
    yield "job_ids", _choice(*_own_first(JobIds, "hex"))
    yield "job_times", _choice(*_own_first(Precision, "milliseconds"))
    yield "service_times", _choice(*_own_first(Precision, "seconds"))
    yield from ((name, _choice(False, True)) for name in _OFF)
    yield from ((name, _choice(True, False)) for name in _ON)
    if not contract.job.required_when_succeeded:
        yield "omit_items_when_empty", _choice(False, True)
    if contract.counts:
        yield "region_of_unused_iam", _choice(False, True)


_OFF = ("empty_last_page", "fresh_tokens", "omit_more_when_false", "omit_total_when_zero")
_ON = ("indented", "same_request_same_job", "one_running_job")


def _drawn(strategy: SearchStrategy[Any]) -> Drawer[Any]:
    return lambda draw: draw(strategy)


def _choice(*values: Any) -> Drawer[Any]:
    """One of a setting's values, the simplest first."""
    return _drawn(st.sampled_from(values))


def _own_first(kind: object, own: str) -> list[str]:
    """A setting's values, the emulator's own first."""
    return sorted(get_args(kind), key=lambda each: (each != own, each))


def _drawn_rows(contract: Contract, subject: str | None) -> Drawer[tuple[Service, ...]]:
    accounts = accounts_of(subject or DEFAULT_ROOT)
    some = several(rows(contract, accessed=None if accounts else False), "row", 8)
    return lambda draw: tuple([_service(each, accounts) for each in distinct(contract, some(draw))])


def _plans(least: int) -> Drawer[tuple[int, ...]]:
    """Lengths of pages, one after the other and again from the first; none leaves them alone."""
    length = st.integers(least, 3)
    lengths = several(lambda draw: draw(length), "length", 4)
    return lambda draw: _plan(lengths(draw))


def _plan(lengths: list[int]) -> tuple[int, ...]:
    """Pages that are all empty would never come to an end."""
    return tuple(lengths) if any(lengths) or not lengths else (*lengths, 1)


def _token_form(token: str) -> str:
    """The text around the opaque part of every token, within what the model leaves for it."""
    around = token.replace("{", "").replace("}", "")[:280]
    half = len(around) // 2
    return f"{around[:half]}{{}}{around[half:]}" if len(around) > 1 else "{}"


def _service(row: DrawnRow, accounts: tuple[str, ...]) -> Service:
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
