"""`fuzz_client` judges our right clients and our buggy ones rightly."""

from __future__ import annotations

from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client, spec

from ..clients.buggy import BUGGY, GALLERY, NOTED, Collect
from ..clients.right import RIGHT

SEEDS = (20_260_901,)


#: What is not made simpler, since each try takes its time, or takes many pages to show.
LARGE = {"forgets_to_ask", "spins_whatever_comes", "without_end", "waits_on_a_future", "ten_pages_at_most"}


def ids(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("client", "options"), RIGHT, ids=ids)
def test_right(client: Collect, options: dict[str, Any], seed: int) -> None:
    """A right client is never blamed."""
    assert fuzz_client(client, seed=seed, examples=45, **options).examples >= 45


@pytest.mark.parametrize(("client", "options"), RIGHT, ids=ids)
def test_right_as_observed(client: Collect, options: dict[str, Any]) -> None:
    """Nor against what AWS was seen to do alone."""
    fuzz_client(client, seed=0, examples=20, observed_only=True, **options)


@pytest.mark.parametrize(("client", "rule"), BUGGY, ids=ids)
def test_buggy(client: Collect, rule: str) -> None:
    """A bug is caught by the rule that is about it, and told in ten lines at most."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(client, seed=0)

    assert caught.value.rule == rule
    assert len(str(caught.value).splitlines()) <= 10
    assert f"fuzz_client({client.__name__}, seed=0)" in str(caught.value)
    assert caught.value.behaviour.services <= 4 or client.__name__ in LARGE


@pytest.mark.parametrize("client", [client for client, rule in BUGGY if rule == "client.complete"][:4], ids=ids)
def test_deterministic(client: Collect) -> None:
    """The same seed tells the same story."""
    stories = []
    for _ in range(2):
        with pytest.raises(ClientContractViolation) as caught:
            fuzz_client(client, seed=7)
        stories.append(str(caught.value))

    assert stories[0] == stories[1]


@pytest.mark.parametrize(("client", "rule"), NOTED, ids=ids)
def test_noted(client: Collect, rule: str) -> None:
    """What breaks nothing is noted, and the politeness of polling only where that is asked for."""
    assert rule in {note.rule for note in fuzz_client(client, seed=0, examples=10).notes}
    polite = {note.rule for note in fuzz_client(client, seed=0, examples=10, polite=False).notes}
    assert "client.polite-polling" not in polite


def test_every_rule() -> None:
    """Every client rule of the catalogue has a client that it catches, and the gallery has twenty."""
    proved = {rule for _, rule in (*BUGGY, *NOTED)}

    assert proved == {each.id for each in spec.client_rules()}
    assert len(GALLERY) == 20
