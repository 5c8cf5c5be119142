"""Variants: each is lawful for the dials, and those that turn different dials go together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from awscontract.emulator import Behaviour
from awscontract.emulator.variants import FREEDOMS, Freedom, combined, compatible


@pytest.mark.parametrize("freedom", FREEDOMS.values(), ids=FREEDOMS)
def test_every_variant_answers(freedom: Freedom, ask: Callable[..., object]) -> None:
    """An emulator of any variant makes a report, or refuses to as a service may."""
    asker = ask(stages=freedom.stages, **freedom.dials)
    assert asker.generate().status in (200, 400)  # type: ignore[attr-defined]
    assert freedom.behaviour == Behaviour(**freedom.dials)


def test_variants_of_one_dial_do_not_go_together() -> None:
    """A dial stands on one value; a report of so many services and one of exactly these are one dial."""
    of = FREEDOMS
    assert not compatible(of["never-accessed-first"], of["never-accessed-last"])
    assert not compatible(of["report-of-one"], of["nothing-accessed"])
    assert compatible(of["never-accessed-first"], of["short-pages"])


def test_what_is_combined_has_every_part(ask: Callable[..., object]) -> None:
    """Dials of both, stages of both, whichever comes first."""
    for ids in (
        ("total-left-out", "no-white-space", "xml-declared"),
        ("xml-declared", "total-left-out", "no-white-space"),
    ):
        both = combined(FREEDOMS[each] for each in ids)
        said = ask(stages=both.stages, polls=0, **both.dials)
        text = said.get(said.job()).body.decode()  # type: ignore[attr-defined]
        assert text.startswith("<?xml")
        assert "TotalAuthenticatedEntities" not in text
        assert ">  <" not in text


def test_any_two_that_are_compatible_make_a_behaviour() -> None:
    """No dial refuses what another variant has turned."""
    for one, other in combinations(FREEDOMS.values(), 2):
        if compatible(one, other):
            assert combined((one, other)).behaviour
