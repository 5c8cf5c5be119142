"""Drawn scenarios: services that make every choice they have at random, by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from ....emulator import Behaviour, Service
from ....emulator.access_reports.organization import DEFAULT_ROOT, accounts_of
from ....emulator.access_reports.services import service_names
from ....emulator.choices import ROWS, choices
from ....spec.contract import Contract
from ....spec.operations.in_common import in_common
from ..item_pool import varied_items
from .dangers import denied, throttling
from .mutations import mutations_for
from .scenario import Scenario

__all__ = ["drawn"]

#: How many items of the emulator's own a listing has; one listing in so many has a few others.
_SIZES, _VARIED_IN, _FEW = (0, 1, 2, 3, 4, 5, 6, 8, 12, 20), 6, 4

#: One listing in so many has items with something in common, where the operation's items may have that.
_ALIKE_IN = 4

#: One service in so many denies access, from one of the first pages on.
_DENIED_IN, _PAGES = 4, 3

#: Facts of services in a report: names that clients mangle, milliseconds before the report, and how many have accessed one.
_NAMES = ("", "Größe & <Maß> \"'", "R&D <beta>", " 日本語のサービス \U0001f680 ", "long " * 100)
_REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1")
_BEFORE = (0, 1_000, 3_600_000, 1_234, 90_061_007, 86_400_000, 30 * 86_400_000, 399 * 86_400_000 + 1)
_TOTALS = (1, 2, 100, 2**31 - 1)
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def drawn(
    contract: Contract,
    seed: int,
    *,
    observed_only: bool = False,
    invalid_responses: bool = False,
    real_time: bool = False,
    own_items: bool = False,
) -> Iterator[Scenario]:
    """Scenarios without end. In real time there is no throttling: the pauses of an SDK's retries would be real too.

    :param own_items: the user draws the items, so that only their number is drawn here.
    """
    chance = random.Random(seed)
    settings = choices(contract, observed_only=observed_only)
    mutations = sorted(mutations_for(contract)) if invalid_responses else []
    turns = count(chance.randrange(1_000))
    low, high = ROWS[observed_only]
    sizes: Sequence[int] = _SIZES if contract.job is None else range(low, high + 1)
    size = "items" if contract.job is None else "services"
    alike = () if observed_only or own_items else in_common(contract)
    while True:
        turned: dict[str, Any] = {name: chance.choice(chance.choice(groups)) for name, groups in settings.items()}
        turned |= {size: chance.choice(sizes), "known_entities": "any", "one_running_job": False}
        if real_time:
            turned["throttle_every"] = None
        if not own_items and not chance.randrange(_VARIED_IN):
            turned |= _listed(contract, chance, turns)
        same = chance.choice(alike) if alike and "given" not in turned and not chance.randrange(_ALIKE_IN) else None
        refusal, mutation = None, None
        if mutations and chance.randrange(2):
            mutation = chance.choice(mutations)
        elif not real_time and not chance.randrange(_DENIED_IN):
            refusal = replace(denied(contract), page=chance.randrange(_PAGES))
        yield Scenario(Behaviour(**turned), refusal, mutation, same, throttling=throttling(contract).code)


def _listed(contract: Contract, chance: random.Random, turns: Iterator[int]) -> dict[str, Any]:
    """A few items or rows that the emulator does not have by itself."""
    if contract.job is None:
        return {"given": varied_items(contract, turns, chance.randint(0, _FEW))}
    return {"report": _rows(chance)} if contract.counts else {}


def _rows(chance: random.Random) -> tuple[Service, ...]:
    """Services of a report, some of them accessed."""
    return tuple(_service(chance, *each) for each in chance.sample(service_names(), chance.randint(0, 2 * _FEW)))


def _service(chance: random.Random, key: str, name: str) -> Service:
    name = chance.choice((name, chance.choice(_NAMES)))
    if chance.randrange(2):
        return Service(name, key)
    return Service(
        name,
        key,
        region=chance.choice(_REGIONS),
        entity=chance.choice(accounts_of(DEFAULT_ROOT)),
        time=_MOMENT - timedelta(milliseconds=chance.choice(_BEFORE)),
        total=chance.choice(_TOTALS),
    )
