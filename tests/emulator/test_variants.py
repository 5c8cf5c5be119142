"""Variants: each is valid for the dials, and those that turn different dials go together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from awscontract.emulator import Behaviour
from awscontract.emulator.variants import VARIANTS, Variant, combined, compatible


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_answers(variant: Variant, ask: Callable[..., object]) -> None:
    """An emulator of any variant makes a report, or refuses to as a service may."""
    asker = ask(stages=variant.stages, **variant.dials)
    assert asker.generate().status in (200, 400)  # type: ignore[attr-defined]
    assert variant.behaviour == Behaviour(**variant.dials)


def test_variants_of_one_dial_do_not_go_together() -> None:
    """A dial stands on one value; a report of so many services and one of exactly these are one dial."""
    of = VARIANTS
    assert not compatible(of["never-accessed-first"], of["never-accessed-last"])
    assert not compatible(of["report-of-one"], of["nothing-accessed"])
    assert compatible(of["never-accessed-first"], of["short-pages"])


def test_what_is_combined_has_every_part(ask: Callable[..., object]) -> None:
    """Dials of both, stages of both, whichever comes first."""
    for ids in (
        ("total-left-out", "no-white-space", "xml-declared"),
        ("xml-declared", "total-left-out", "no-white-space"),
    ):
        both = combined(VARIANTS[each] for each in ids)
        said = ask(stages=both.stages, polls=0, **both.dials)
        text = said.get(said.job()).body.decode()  # type: ignore[attr-defined]
        assert text.startswith("<?xml")
        assert "TotalAuthenticatedEntities" not in text
        assert ">  <" not in text


def test_any_two_that_are_compatible_make_a_behaviour() -> None:
    """No dial refuses what another variant has turned."""
    for one, other in combinations(VARIANTS.values(), 2):
        if compatible(one, other):
            assert combined((one, other)).behaviour
