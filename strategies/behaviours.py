"""Behaviours: the emulator's settings, each set to anything that a valid service may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import Behaviour, Service
from ..emulator.access_reports.organization import DEFAULT_ROOT, accounts_of
from ..emulator.choices import ROWS, choices, may_be_empty
from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .access_reports.rows import DrawnRow, distinct, rows
from .brief import brief
from .drawing import Drawer, several
from .lists.items import item_lists, result_paths
from .values.members import error_details_of, tokens_of
from .values.moments import EPOCH

__all__ = ["behaviours"]


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
    contract = load(operation, advice="")
    found = _behaviours(contract, subject, observed_only, report)
    return brief(found, "behaviours", operation=contract.id, subject=subject)


@cache
def _behaviours(contract: Contract, subject: str | None, observed_only: bool, report: bool) -> Drawer[Behaviour]:
    settings = dict(_settings(contract, subject, observed_only, report))
    return lambda draw: Behaviour(**{name: each(draw) for name, each in settings.items()})


def _settings(
    contract: Contract, subject: str | None, observed_only: bool, report: bool
) -> Iterator[tuple[str, Drawer[Any]]]:
    """What draws each setting: the emulator's choices, the simplest first, but for what shrinks better drawn piece by piece."""
    if contract.job is None:
        yield _list_items(contract, report)
    elif report and contract.counts:
        yield "report", _drawn_rows(contract, subject)
    else:
        yield "services", _drawn(st.integers(*ROWS[observed_only]))
    for name, groups in choices(contract, observed_only=observed_only).items():
        yield name, _PIECES[name](contract) if name in _PIECES else _drawn(st.sampled_from([*chain(*groups)]))


def _list_items(contract: Contract, report: bool) -> tuple[str, Drawer[Any]]:
    """Exactly these items of the main list, or as many of the emulator's own."""
    if report:
        listed = item_lists(contract, result_paths(contract)[0], 0, 8)
        return "given", lambda draw: tuple(listed(draw))
    return "items", _drawn(st.sampled_from(range(21)))


def _drawn(strategy: SearchStrategy[Any]) -> Drawer[Any]:
    return lambda draw: draw(strategy)


def _drawn_rows(contract: Contract, subject: str | None) -> Drawer[tuple[Service, ...]]:
    accounts = accounts_of(subject or DEFAULT_ROOT)
    some = several(rows(contract, accessed=None if accounts else False), "row", 8)
    return lambda draw: tuple([_service(each, accounts) for each in distinct(contract, some(draw))])


def _plans(contract: Contract) -> Drawer[tuple[int, ...]]:
    """Lengths of pages, one after the other and again from the first; none leaves them alone."""
    length = st.integers(0 if contract.job is not None or may_be_empty(contract) else 1, 3)
    lengths = several(lambda draw: draw(length), "length", 4)
    return lambda draw: _plan(lengths(draw))


def _plan(lengths: list[int]) -> tuple[int, ...]:
    """Pages that are all empty would never come to an end."""
    return tuple(lengths) if any(lengths) or not lengths else (*lengths, 1)


def _failures(contract: Contract) -> Drawer[str]:
    reasons = error_details_of(contract)
    return lambda draw: str(reasons(draw)["Code"])


def _token_forms(contract: Contract) -> Drawer[str]:
    token = tokens_of(contract)
    return lambda draw: _token_form(token(draw))


def _token_form(token: str) -> str:
    """The text around the opaque part of every token, within what the model leaves for it."""
    around = token.replace("{", "").replace("}", "")[:280]
    half = len(around) // 2
    return f"{around[:half]}{{}}{around[half:]}" if len(around) > 1 else "{}"


#: Settings that are drawn from pieces, and not from the emulator's choices.
_PIECES: Mapping[str, Callable[[Contract], Drawer[Any]]] = {
    "page_plan": _plans, "failure": _failures, "token_form": _token_forms,
}  # fmt: skip


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
