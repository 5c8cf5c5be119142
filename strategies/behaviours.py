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


def behaviours(*, operation: str = DEFAULT, observed_only: bool = False) -> SearchStrategy[Behaviour]:
    """Valid behaviours of the embedded emulator: what it lists, polls, outcomes, page plans, tokens, what is left out, throttling.

    :param operation: the operation that is served.
    :param observed_only: only what AWS was seen to do.
    """
    contract = load(operation, advice="")
    return brief(_behaviours(contract, observed_only), "behaviours", operation=contract.id)


@cache
def _behaviours(contract: Contract, observed_only: bool) -> Drawer[Behaviour]:
    settings = dict(_settings(contract, observed_only))
    return lambda draw: Behaviour(**{name: each(draw) for name, each in settings.items()})


def _settings(contract: Contract, observed_only: bool) -> Iterator[tuple[str, Drawer[Any]]]:
    """What draws each setting: the emulator's choices, the simplest first, but for what shrinks better drawn piece by piece."""
    if contract.job is None:
        listed = item_lists(contract, result_paths(contract)[0], 0, 8)
        yield "given", lambda draw: tuple(listed(draw))
    elif contract.counts:
        yield "report", _drawn_rows(contract)
    else:
        yield "services", _drawn(st.integers(*ROWS[observed_only]))
    for name, groups in choices(contract, observed_only=observed_only).items():
        yield name, _PIECES[name](contract) if name in _PIECES else _drawn(st.sampled_from([*chain(*groups)]))


def _drawn(strategy: SearchStrategy[Any]) -> Drawer[Any]:
    return lambda draw: draw(strategy)


def _drawn_rows(contract: Contract) -> Drawer[tuple[Service, ...]]:
    accounts = accounts_of(DEFAULT_ROOT)
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
