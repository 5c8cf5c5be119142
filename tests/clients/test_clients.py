"""`fuzz_client` judges our right clients and our buggy ones rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.scenarios.dangers import dangers
from awscontract.clients.sandbox import watchdog
from awscontract.spec.catalogue import client_rule_set
from awscontract.spec.operations import load
from client_gallery.buggy import BUGGY, GALLERY, NOTED, Collect
from client_gallery.gallery import page, violation
from client_gallery.right import (
    RIGHT,
    a_hundred_attempts,
    gives_up,
    gives_up_with_nothing,
    has_a_date,
    has_a_deadline,
    on_requests,
    reader_of_finished_jobs,
)
from profiles import NIGHTLY

DOCUMENT = Path(__file__).parents[2] / "docs" / "client-bugs.md"
SEEDS = (20_260_901,)
#: All dangers and a few drawn behaviours, for one client in every run; for the others the most dangerous ones.
ALL, FEW = 1 + len(dangers(load())) + 3, 6
#: Clients that do not poll for ever; the others meet a job that never finishes nightly, but for the first one.
GIVE_UP = {gives_up, has_a_deadline, has_a_date, a_hundred_attempts, gives_up_with_nothing, reader_of_finished_jobs}
EXAMPLES = {client: 100 if NIGHTLY else ALL if index == 0 else FEW for index, (client, _) in enumerate(RIGHT)}


#: What is not made simpler, since each try takes its time, or takes many pages to show.
LARGE = {
    "forgets_to_ask",
    "spins_whatever_comes",
    "without_end",
    "waits_on_a_future",
    "ten_pages_at_most",
    "fifty_pages_at_most",
    "a_hundred_pages_at_most",
}


def ids(value: object) -> str | None:
    return getattr(value, "__name__", None)


#: The gallery and every other client that is wrong, and every other one that is right; all of them nightly.
SOME_BUGGY = [
    pytest.param(*each, marks=() if place % 2 == 0 or each in GALLERY else pytest.mark.nightly)
    for place, each in enumerate(BUGGY)
]
SOME_RIGHT = [
    pytest.param(*each, marks=() if place % 2 == 0 or each[0] is on_requests else pytest.mark.nightly)
    for place, each in enumerate(RIGHT)
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("client", "options"), SOME_RIGHT, ids=ids)
def test_right(client: Collect, options: dict[str, Any], seed: int, request: pytest.FixtureRequest) -> None:
    """A right client is never blamed."""
    if client not in GIVE_UP and client is not RIGHT[0][0]:
        request.getfixturevalue("finite")
    assert fuzz_client(client, seed=seed, examples=EXAMPLES[client], **options).examples >= EXAMPLES[client]


@pytest.mark.usefixtures("finite")
@pytest.mark.parametrize(("client", "options"), RIGHT if NIGHTLY else RIGHT[:1], ids=ids)
def test_right_as_observed(client: Collect, options: dict[str, Any]) -> None:
    """Nor against what AWS was seen to do alone."""
    fuzz_client(client, seed=0, examples=20, observed_only=True, **options)


@pytest.mark.parametrize(("client", "rule"), SOME_BUGGY, ids=ids)
def test_buggy(client: Collect, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is caught by the rule that is about it, and shown in ten lines at most."""
    monkeypatch.setattr(watchdog, "_STOPPED", 0.2)  # real seconds, once a thread of the client had to be stopped
    caught = violation(client)

    assert caught.rule == rule
    assert len(str(caught).splitlines()) <= 10
    assert f"fuzz_client({client.__name__}, seed=0)" in str(caught)
    assert caught.behaviour.services <= 4 or client.__name__ in LARGE


def test_gallery() -> None:
    """docs/client-bugs.md is what its clients and the kit make it; `python -m tests.client_gallery.gallery` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("client", [client for client, rule in BUGGY if rule == "client.complete"][:2], ids=ids)
def test_deterministic(client: Collect) -> None:
    """The same seed gives the same report."""
    with pytest.raises(ClientContractViolation) as again:
        fuzz_client(client, seed=0)

    assert str(again.value) == str(violation(client))


@pytest.mark.parametrize("client", {client: None for client, _ in NOTED}, ids=ids)
def test_noted(client: Collect) -> None:
    """What breaks nothing is noted, and the politeness of polling only where that is asked for."""
    noted = {note.rule for note in fuzz_client(client, seed=0, examples=10).notes}
    assert noted >= {rule for each, rule in NOTED if each is client}
    assert "client.polite-polling" not in {
        note.rule for note in fuzz_client(client, seed=0, examples=10, polite=False).notes
    }


def test_every_rule() -> None:
    """Every client rule of the catalogue has a client that it catches, and the gallery has twenty."""
    proved = {rule for _, rule in (*BUGGY, *NOTED)}

    assert proved == {each.id for each in client_rule_set(load())}
    assert len(GALLERY) == 20
