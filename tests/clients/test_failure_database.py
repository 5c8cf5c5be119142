"""What broke a client is tried first the next time, as Hypothesis has it for every other test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.database import ExampleDatabase, InMemoryExampleDatabase

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing import runner as fuzz
from awscontract.clients.fuzzing.failure_database import keep, kept
from awscontract.clients.fuzzing.scenarios.dangers import dangers, plain
from awscontract.clients.fuzzing.scenarios.scenario import Refusal, Scenario
from awscontract.emulator import Behaviour
from awscontract.spec.operations import load
from client_gallery.right import by_is_truncated

CONTRACT = load()
PLAIN = plain(CONTRACT)
#: Items may hold whatever botocore's parser returns.
LISTED = Scenario(
    Behaviour(
        given=({"Key": "a", "Size": 1, "Last": datetime(2026, 1, 1, tzinfo=UTC), "Body": b"\xff", "Tags": [{}]},)
    ),
    Refusal("Throttling", times=3),
    name="items of a list",
)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExampleDatabase]:
    """A database of its own, and no CI, where there is none."""
    monkeypatch.delenv("CI", raising=False)
    found = InMemoryExampleDatabase()
    settings.register_profile("before", settings.default)
    settings.register_profile("kept", database=found, derandomize=False)
    settings.load_profile("kept")
    yield found
    settings.load_profile("before")


class Client:
    """Right but for reports of exactly two hundred services, unless it is corrected."""

    def __init__(self) -> None:
        self.corrected = False
        self.lengths: list[int] = []

    def __call__(self, client: Any, job_id: str) -> list[Any]:
        found = by_is_truncated(client, job_id)
        self.lengths.append(len(found))
        return found[:-1] if len(found) == 200 and not self.corrected else found


@pytest.mark.usefixtures("database")
def test_tried_first() -> None:
    """The run after a failure fails on the second example, after the plain report; the one after the correction goes on, and forgets."""
    client = Client()
    with pytest.raises(ClientContractViolation, match="199 of 200 services"):
        fuzz_client(client)
    client.lengths.clear()
    with pytest.raises(ClientContractViolation, match="199 of 200 services"):
        fuzz_client(client)
    assert client.lengths[:2] == [101, 200]

    client.corrected = True
    fuzz_client(client, examples=2)

    assert list(kept(client, CONTRACT)) == []


def test_a_seed_is_all_there_is(database: ExampleDatabase) -> None:
    """A run with a seed neither keeps anything nor looks for it: it is the same everywhere."""
    client = Client()
    with pytest.raises(ClientContractViolation):
        fuzz_client(client, seed=0)

    assert list(kept(client, CONTRACT)) == []


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "scenario", [PLAIN, LISTED, *dangers(CONTRACT, invalid_responses=True)], ids=lambda each: each.name
)
def test_nothing_is_lost(scenario: Scenario) -> None:
    """Each comes back as it was."""
    keep(by_is_truncated, CONTRACT, scenario)

    assert list(kept(by_is_truncated, CONTRACT)) == [scenario]


def test_what_another_version_kept(database: ExampleDatabase) -> None:
    """It is passed over."""
    keep(by_is_truncated, CONTRACT, PLAIN)
    [(key, _)] = database.data.items()  # type: ignore[attr-defined]  # of the one in memory
    for data in (b"", b"{}", b'{"record": "Behaviour", "of": {"wings": 2}}', b"\xff"):
        database.save(key, data)

    assert list(kept(by_is_truncated, CONTRACT)) == [PLAIN]


@pytest.mark.usefixtures("finite")
def test_a_fresh_seed_is_shown(database: ExampleDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CI it is another one each time, and the line that reproduces it has it."""
    seeds = {fuzz_client(by_is_truncated, examples=1).seed for _ in range(3)}
    assert len(seeds) == 3

    monkeypatch.setattr(fuzz, "_fresh_seed", lambda: 4711)
    with pytest.raises(ClientContractViolation, match=r"fuzz_client\(Client, seed=4711\)"):
        fuzz_client(Client())


@pytest.mark.usefixtures("finite")
def test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the seed is 0."""
    monkeypatch.setenv("CI", "true")

    assert fuzz_client(by_is_truncated, examples=1).seed == 0


def test_time_is_real_where_it_is_asked_for() -> None:
    """A pause of nothing is a real one, and no scenario takes more than three polls."""
    polls: list[int] = []

    def collect(client: Any, job_id: str) -> list[Any]:
        polls.append(0)
        while client.get_organizations_access_report(JobId=job_id)["JobStatus"] == "IN_PROGRESS":
            polls[-1] += 1
            time.sleep(0)
        return by_is_truncated(client, job_id)

    fuzz_client(collect, clock="real", seed=0, examples=40)

    assert max(polls) == 3
