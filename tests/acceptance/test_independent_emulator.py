"""The judge on servers that share no code with it: what is valid conforms, what is broken is caught by its rule."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import botocore.session
import pytest

from awscontract import check, spec

from servers import command, direct, independent
from servers.hurry import hurried
from servers.together import Together

LEVELS = {rule.id: rule.level for rule in spec.service_rules()}
# A violation is complained about by its rule alone, but for these, which break more by their nature.
ALSO: dict[str, set[str]] = {
    "text-is-our-fault": {"validation.no-crash"},
    "no-request-id": {"protocol.error-details"},
    "error-with-200": {"job.unknown-id-refused", "pagination.unknown-token-refused", "validation.*"},
    "arn-for-path": {"report.entity-inside-entity"},
    "counts-that-move": {"report.accessible-count", "report.counts-same-on-every-page"},
    "negative-count": {"report.not-accessed-count"},
    "counts-of-the-page": {
        "pagination.ends",
        "report.counts-same-on-every-page",
        "report.not-accessed-within-accessible",
    },
    "more-than-all": {"report.not-accessed-count"},
    "counts-what-is-left": {"report.not-accessed-count"},
    "generous": {"pagination.default-limit"},
    "overlapping": {"pagination.ends", "pagination.page-size-may-change"},
    "page-numbers": {"pagination.token-repeatable"},
    "last-of-page-lost": {"pagination.page-size-may-change", "sort.same-services-under-every-key"},
    "endless": {"pagination.token-advances", "pagination.no-repeats"},
    "two-alphabets": {"pagination.page-size-may-change", "sort.namespace-ascending", "sort.namespace-descending"},
    "sorted-in-blocks": {"sort.time-descending"},
    "times-as-text": {"protocol.timestamp-utc", "sort.time-descending"},
    "sorted-by-length": {"sort.default-by-namespace", "sort.namespace-descending"},
}
COMPLAINT = {"must": "failed", "should": "warned", "may": "noted"}
#: Of some organization: to look for one takes a client of another service.
PATH = "o-a1b2c3d4e5/r-f6g7"


@pytest.fixture(scope="module")
def client() -> Any:
    return direct.client_of(botocore.session.Session(), "iam")


def judge(client: Any, violation: str) -> Any:
    with direct.answering(independent.handler(violation), client):
        return check(client, entity_path=PATH, poll_interval=0.01, explore=0, timeout=20, read_timeout=2, **hurried())


def complaints(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {rule["id"]: rule["violations"] for rule in rules if rule["outcome"] in ("failed", "warned")}


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest) -> Iterator[Together[tuple[Any, dict[str, Any]]]]:
    def run(name: str) -> tuple[Any, dict[str, Any]]:
        with independent.running(valid=name) as url:
            return command.check(url)

    with Together.of(request, run) as together:
        yield together


class TestLawful:
    @pytest.mark.parametrize("name", independent.VALID)
    def test_conforms(self, name: str, verdicts: Together[tuple[Any, dict[str, Any]]]) -> None:
        """A service that keeps the contract by other choices than AWS's conforms, without a warning."""
        done, result = verdicts[name]

        assert complaints(result["rules"]) == {}
        assert (done.returncode, result["verdict"]) == (0, "conforms"), done.stderr
        assert result["summary"]["indeterminate"] == 0

    def test_exercises_nearly_everything(self, verdicts: Together[tuple[Any, dict[str, Any]]]) -> None:
        """Of a full report, every must and should is exercised that needs no failed job and nothing that it leaves out."""
        _, result = verdicts["plain"]

        idle = {rule["id"] for rule in result["rules"] if rule["outcome"] == "not-exercised" and rule["level"] != "may"}
        assert idle == {"job.failed-has-error-details", "report.no-attempt-counts-none"}


#: Every other one in every run, all of them nightly.
VIOLATIONS = [
    pytest.param(each, marks=pytest.mark.nightly if place % 2 else ())
    for place, each in enumerate(independent.VIOLATIONS)
]


class TestBroken:
    @pytest.mark.parametrize("name", VIOLATIONS)
    def test_is_caught(self, name: str, client: Any) -> None:
        """The violation is caught by the rule that is there for it, by that alone, with the exit status of its level."""
        rule = independent.VIOLATIONS[name].rule
        result = judge(client, name)

        outcomes = {each.id: each.outcome for each in result.rules}
        others = {each for each, outcome in outcomes.items() if outcome in ("failed", "warned")} - {rule}
        assert outcomes[rule] == COMPLAINT[LEVELS[rule]]
        assert not {each for each in others if not any(fnmatch(each, pattern) for pattern in ALSO.get(name, ()))}
        assert result.exit_status(strict=True) == 1
        assert LEVELS[rule] != "must" or (result.verdict, result.exit_status()) == ("violates", 1)

    def test_there_is_a_violation_for_every_must(self) -> None:
        """Every must has one but server errors, which `servers.hostile` has, and the table only names rules of the catalogue."""
        rules = {violation.rule for violation in independent.VIOLATIONS.values()}

        assert rules <= LEVELS.keys()
        assert {rule for rule, level in LEVELS.items() if level == "must"} - rules == {"protocol.no-server-error"}

    @pytest.mark.smoke
    @pytest.mark.parametrize(("arguments", "status"), [((), 0), (("--strict",), 1)])
    def test_a_warning_breaks_a_strict_run_only(self, arguments: tuple[str, ...], status: int) -> None:
        """A `should` that is broken leaves the exit status at 0, unless --strict is given."""
        with independent.running("no-namespace") as url:
            done, result = command.check(url, *arguments)

        assert (done.returncode, list(complaints(result["rules"]))) == (status, ["protocol.namespace"])
