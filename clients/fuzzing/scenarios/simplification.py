"""Scenarios that are simpler to show than one that breaks a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from ....emulator import Behaviour
from ....spec.contract import Contract
from .scenario import BASE, Scenario

__all__ = ["simpler", "with_fewest"]

#: Polls of jobs that end, at most.
_MANY = 1_000

#: Small values of each setting, which are tried first; `with_fewest` looks between the largest of them and the value that breaks the client.
_SMALL = {
    "services": (0, 1, 2, 3, 4),
    "items": (0, 1, 2, 3, 4),
    "polls": (0, 1, 2, 3),
    "page_cap": (1, 2),
    "throttle_every": (2, 3),
}


def simpler(contract: Contract, scenario: Scenario, *, observed_only: bool) -> Iterator[Scenario]:
    """Scenarios that are simpler to show, the simplest first."""
    behaviour = scenario.behaviour
    if scenario.refusal is not None:
        yield replace(scenario, refusal=None)
    if scenario.in_common is not None:
        yield replace(scenario, in_common=None)
    for settings in _simpler_settings(_size(contract), behaviour, observed_only):
        yield replace(scenario, behaviour=replace(behaviour, **settings))


def _size(contract: Contract) -> str:
    """The setting that says how long the listing is."""
    return "items" if contract.job is None else "services"


def _simpler_settings(size: str, behaviour: Behaviour, observed_only: bool) -> Iterator[dict[str, Any]]:
    name, plan = ("given" if size == "items" else "report"), behaviour.page_plan
    rows: Any = getattr(behaviour, name)
    if isinstance(rows, tuple):
        yield {name: None, size: min(len(rows), 3)}
        yield from ({name: rows[:index] + rows[index + 1 :]} for index in range(len(rows)))
    for each in fields(Behaviour):
        plain = getattr(BASE, each.name)
        if getattr(behaviour, each.name) != plain and each.name not in ("services", "items", "report", "given"):
            yield {each.name: plain}
    if plan:
        less = (plan[:index] + plan[index + 1 :] for index in range(len(plan)))
        yield from ({"page_plan": each} for each in less if any(each))
        yield {"page_plan": (), "page_cap": 1}
    if rows is None and getattr(behaviour, size) > 4 and not observed_only:
        # Dials that make a scenario simpler although their values are not the plain ones.
        yield from ({"page_cap": cap, size: number} for cap, number in ((1, 2), (1, 3), (2, 3)))
    for setting, values in _SMALL.items():
        now = getattr(behaviour, setting)
        if now is not None and not (setting == size and rows is not None):
            yield from ({setting: value} for value in values if value < now)


def with_fewest(contract: Contract, scenario: Scenario, breaks: Callable[[Scenario], bool]) -> Scenario:
    """The scenario with the fewest items and polls that still break the client, by bisection, where none of the small numbers does.

    :param breaks: whether another scenario breaks the client in the same way.
    """
    for name in (_size(contract), "polls"):
        low, high = _SMALL[name][-1], getattr(scenario.behaviour, name)
        while low + 1 < high <= _MANY:
            middle = (low + high) // 2
            fewer = replace(scenario, behaviour=replace(scenario.behaviour, **{name: middle}))
            if breaks(fewer):
                scenario, high = fewer, middle
            else:
                low = middle
    return scenario
