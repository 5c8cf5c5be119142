"""Whatever answers, the command ends in time with the right exit status and one clear line, never with a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest

from servers import command, hostile
from servers.together import Together

BROKEN, UNJUDGED = 1, 3

# What each server deserves: a broken `must` where it gave an answer, no judgement where it gave none or said no.
DESERVED = {
    "html-200": BROKEN,
    "html-404": UNJUDGED,
    "empty-200": BROKEN,
    "closed-at-once": UNJUDGED,
    "truncated": UNJUDGED,
    "endless": UNJUDGED,
    "drip": UNJUDGED,
    "drip-headers": UNJUDGED,
    "silent": UNJUDGED,
    "garbage-status": UNJUDGED,
    "json": BROKEN,
    "redirect": UNJUDGED,
    "501": UNJUDGED,
    "not-implemented": UNJUDGED,
    "invalid-action": UNJUDGED,
    "unknown-operation": UNJUDGED,
    "refused-401": UNJUDGED,
    "refused-403": UNJUDGED,
    "throttling": UNJUDGED,
    "throttled-plainly": UNJUDGED,
    "throttled-later": UNJUDGED,
    "binary": BROKEN,
    "entity-bomb": BROKEN,
    "external-entity": BROKEN,
    "deep": UNJUDGED,  # well-formed, and deeper than we look
    "not-utf-8": BROKEN,
    "gzip-unasked": BROKEN,
    "nul-bytes": BROKEN,
    "surrogate": BROKEN,
    "utf-16": BROKEN,  # not for that, but for accepting whatever is asked, as the rest of these do
    "huge-count": BROKEN,
    "never-finished": UNJUDGED,
    "fresh-markers": BROKEN,
    "huge-page": UNJUDGED,  # longer than we read
    "big-page": BROKEN,
    "wrong-status": BROKEN,
    "big-job-id": BROKEN,
}


class Run(NamedTuple):
    done: CompletedProcess[str]
    result: dict[str, Any]
    visited_beside: bool


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Together[Run]]:
    def run(name: str) -> Run:
        with hostile.running(name) as server:
            # what can be judged ends by itself
            timeout = "60" if DESERVED.get(name) == BROKEN else "5"
            return Run(*command.check(server.url, "--timeout", timeout, "--read-timeout", "1"), server.visited_beside)

    with Together.of(request, run) as together:
        yield together


def test_every_act_has_its_desert() -> None:
    """The table above names the acts, all of them."""
    assert DESERVED.keys() == hostile.ACTS.keys()


@pytest.mark.parametrize("name", hostile.ACTS)
def test_ends_with_the_right_status(name: str, runs: Together[Run]) -> None:
    """The exit status says whether the contract was broken or could not be judged, and nothing blew up on the way."""
    done, result, visited_beside = runs[name]

    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.returncode == DESERVED[name], (result.get("verdict"), result.get("reason"), done.stderr)
    assert (result["verdict"] == "violates") == (done.returncode == BROKEN)
    assert not visited_beside


@pytest.mark.parametrize("name", hostile.ACTS)
def test_says_why(name: str, runs: Together[Run]) -> None:
    """A run without judgement gives its reason in one line; one that found something shows what, at a size to read."""
    done, result, _ = runs[name]

    if done.returncode == UNJUDGED:
        assert result["reason"].strip() and "\n" not in result["reason"]
        assert len(result["reason"]) < 1000
    else:
        found = [violation for rule in result["rules"] for violation in rule["violations"]]
        assert found
        assert max(len(str(violation)) for violation in found) < 100_000


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("closed-at-once", "unreachable"),
        ("silent", "unreachable"),
        ("garbage-status", "unreachable"),
        ("501", "not-implemented"),
        ("not-implemented", "not-implemented"),
        ("invalid-action", "not-implemented"),
        ("unknown-operation", "not-implemented"),
        ("refused-401", "refused"),
        ("refused-403", "refused"),
        ("never-finished", "indeterminate"),
        ("throttling", "indeterminate"),
        ("throttled-plainly", "indeterminate"),
        ("throttled-later", "indeterminate"),
    ],
)
def test_tells_one_ill_from_another(name: str, verdict: str, runs: Together[Run]) -> None:
    """What could not be judged is distinguished by why."""
    assert runs[name].result["verdict"] == verdict


@pytest.mark.parametrize(
    ("name", "rule", "outcome"),
    [
        ("entity-bomb", "protocol.well-formed", "failed"),
        ("external-entity", "protocol.well-formed", "failed"),
        ("surrogate", "protocol.well-formed", "failed"),
        ("nul-bytes", "protocol.well-formed", "failed"),
        ("not-utf-8", "protocol.well-formed", "failed"),
        ("utf-16", "protocol.well-formed", "passed"),
        ("wrong-status", "shape.enum", "failed"),
        ("big-job-id", "shape.length", "failed"),
        ("big-page", "pagination.default-limit", "failed"),
        ("huge-count", "shape.type", "failed"),
        ("fresh-markers", "pagination.ends", "indeterminate"),
    ],
)
def test_the_right_rule_speaks(name: str, rule: str, outcome: str, runs: Together[Run]) -> None:
    """What is wrong with the answer is found by its rule; a limit of ours alone condemns nobody."""
    outcomes = {each["id"]: each["outcome"] for each in runs[name].result["rules"]}

    assert outcomes[rule] == outcome


def test_nobody_listens() -> None:
    """A port where nobody listens is unreachable."""
    with hostile.running("501") as server:
        url = server.url
    done, result = command.check(url, "--timeout", "5", "--read-timeout", "1")

    assert (done.returncode, result["verdict"]) == (UNJUDGED, "unreachable")
    assert "Traceback" not in done.stderr
