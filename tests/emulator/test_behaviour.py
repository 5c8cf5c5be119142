"""The settings refuse what no valid service could be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from awscontract.emulator import Behaviour, Service


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("services", -1), ("services", 1.5), ("services", True), ("services", None), ("polls", -1), ("polls", "2"),
        ("outcome", "COMPLETED"), ("failure", ""), ("nulls", "middle"), ("page_cap", 0), ("page_cap", "5"),
        ("page_plan", (0, 0)), ("page_plan", (3, -1)), ("page_plan", [3]), ("throttle_every", 1),
        ("token_form", "fixed"), ("token_form", "{}{}"), ("token_form", "{}\n"), ("token_form", "{}\u0100"),
        ("token_form", "{}" + "x" * 281), ("job_ids", "short"), ("job_times", "nanoseconds"),
        ("service_times", "microseconds"), ("known_entities", "none"), ("indented", 1), ("one_running_job", "yes"),
        ("report", (Service("A", "a"), Service("B", "a"))), ("report", [Service("A", "a")]),
    ],
)  # fmt: skip
def test_refused(setting: str, value: Any) -> None:
    """A value that a setting cannot have is a ValueError that names the setting and the value."""
    with pytest.raises(ValueError, match=f"^{setting} must be ") as caught:
        Behaviour(**{setting: value})

    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("services", 0), ("services", 2000), ("polls", 0), ("page_cap", 1), ("page_plan", (0, 1)), ("page_plan", ()),
        ("throttle_every", 2), ("token_form", " {} "), ("token_form", "{}" + "x" * 280), ("token_form", "ÿ{}"),
        ("report", ()), ("report", (Service("A", "a"),)), ("page_cap", None),
    ],
)  # fmt: skip
def test_accepted(setting: str, value: Any) -> None:
    """The edges of what a setting can have are kept as they are."""
    assert getattr(Behaviour(**{setting: value}), setting) == value


def test_frozen_and_comparable() -> None:
    """Two records of the same settings are one value, and nobody turns a setting of a running service."""
    behaviour = Behaviour(polls=3)

    assert behaviour == Behaviour(polls=3)
    assert len({behaviour, Behaviour(polls=3), Behaviour()}) == 2
    with pytest.raises(FrozenInstanceError):
        behaviour.polls = 4  # type: ignore[misc]
