"""The survey of a list, played by hand: a JSON service as plain as can be, and no clock but the script's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.survey.survey import Plan, survey
from awscontract.conformance.trace.exchange import Exchange, Run, Trace
from awscontract.conformance.trace.steps import Forget, Outcome, Send, Wait
from awscontract.spec.operations import load

CONTRACT = load("sqs:ListQueues")
PROTOCOL = protocol_for(CONTRACT)
URL = "https://sqs.example.org/"


@dataclass
class Service:
    """Queues by name; `late` is how many requests it takes until all are shown, `page` the most that a page holds."""

    names: list[str] = field(default_factory=lambda: [f"awscontract-{number}" for number in range(7)])
    late: int = 0
    page: int = 1000
    calls: int = 0
    status: int = 200

    def __call__(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls += 1
        if self.status != 200:
            return self.status, {"__type": "InternalFailure"}
        limit, token = parameters.get("MaxResults"), parameters.get("NextToken")
        if (limit is not None and not isinstance(limit, int)) or (token is not None and token not in self.tokens()):
            return 400, {"__type": "InvalidParameterValue", "message": "no"}
        shown = self.names if self.calls > self.late else self.names[:3]
        shown = [each for each in shown if each.startswith(parameters.get("QueueNamePrefix", ""))]
        begin = int(token.partition("-")[0]) if token else 0
        end = begin + min(limit or self.page, self.page)
        more = {"NextToken": f"{end}-token-{len(shown)}"} if end < len(shown) else {}
        return 200, {"QueueUrls": [URL + each for each in shown[begin:end]], **more}

    def tokens(self) -> set[str]:
        return {f"{place}-token-{total}" for total in range(len(self.names) + 1) for place in range(total + 1)}


@dataclass
class Played:
    """What a survey sent, how long it waited and how it ended."""

    plan: Plan
    exchanges: list[Exchange] = field(default_factory=list)
    sent: int = 0
    pauses: list[float] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [dict(each.parameters or {}) for each in self.exchanges]

    def rules(self) -> dict[str, str]:
        run = Run(made=self.plan.made, parameters=dict(self.plan.parameters))
        evidence = Evidence(Trace(tuple(self.exchanges), CONTRACT.id, run), PROTOCOL, CONTRACT)
        return {each.id: each.outcome for each in judge(evidence)}


def play(service: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]], **options: Any) -> Played:
    """Run the survey against a function of the parameters. Each request takes 10 ms of the script's time."""
    plan = Plan(CONTRACT, PROTOCOL.read, **options)
    played, steps, now, answer = Played(plan), survey(plan), 0.0, None
    while True:
        try:
            step = steps.send(answer)  # type: ignore[arg-type]  # nothing at first
        except StopIteration as end:
            played.outcome = end.value
            return played
        answer = ()
        if isinstance(step, Wait):
            now += step.seconds
            played.pauses.append(step.seconds)
        elif isinstance(step, Forget):
            played.exchanges = [each for each in played.exchanges if each.index not in step.indexes]
        elif isinstance(step, Send):
            for operation, parameters in step.requests:
                status, members = service(dict(parameters))
                exchange = Exchange(
                    played.sent, operation, dict(parameters), now, now + 0.01, status,
                    {"content-type": "application/x-amz-json-1.0"}, json.dumps(members).encode(),
                )  # fmt: skip
                now += 0.01
                played.sent += 1
                played.exchanges.append(exchange)
                answer = (*answer, exchange)


def made(service: Service) -> tuple[str, ...]:
    return tuple(URL + each for each in service.names if each.startswith("awscontract-"))


class TestSevenItems:
    def test_requests(self) -> None:
        """Thirty at most, and everything about paging is exercised."""
        played = play(Service())
        assert played.outcome.verdict is None
        assert len(played.exchanges) <= 30 and not played.plan.dropped
        rules = played.rules()
        assert not {rule for rule, outcome in rules.items() if outcome in ("failed", "warned", "indeterminate")}
        idle = {
            rule for rule, outcome in rules.items() if outcome == "not-exercised" and rule.startswith("pagination.")
        }
        assert idle == {"pagination.filters-kept", "pagination.token-bound-to-parameters"}  # nothing names a filter

    def test_what_is_sent(self) -> None:
        """Small pages, an exact fit, one before it, sizes that change, the list alone first and last."""
        sent = play(Service()).parameters
        firsts = {each.get("MaxResults") for each in sent if "NextToken" not in each}
        assert {None, 1, 2, 3, 6, 7} <= firsts
        assert sent[0] == sent[-1] == {}
        assert any(set(each) == {"NextToken"} for each in sent), "a token without the page size"

    def test_interleaved(self) -> None:
        """Two listings are under way at once."""
        sent = play(Service()).parameters
        sizes = [each.get("MaxResults") for each in sent]
        interleaved = [place for place in range(len(sizes) - 3) if sizes[place : place + 4] == [1, 2, 1, 2]]
        assert any("NextToken" in sent[place + 2] and "NextToken" in sent[place + 3] for place in interleaved)


class TestItemsThatAppearLate:
    def test_are_waited_for(self) -> None:
        """What a recipe made has some seconds to appear; then the survey goes on as if it had been there at once."""
        service = Service(late=4)
        played = play(service, made=made(service))
        assert played.outcome.verdict is None and played.pauses
        rules = played.rules()
        assert "failed" not in rules.values() and rules["pagination.complete"] == "passed"

    def test_not_for_ever(self) -> None:
        """Where it never appears the survey goes on all the same, which is then a finding."""
        service = Service()
        played = play(service, made=(*made(service), URL + "awscontract-missing"), settle=3.0)
        assert 2 <= sum(played.pauses) <= 3.5
        assert len([each for each in played.exchanges if not each.parameters]) <= 4, "most looks are forgotten"


class TestOtherPeoplesItems:
    def test_thousands_are_narrowed(self) -> None:
        """Among many foreign items the recipe's filter leaves its own."""
        service = Service(
            [*(f"other-{number}" for number in range(300)), *(f"awscontract-{number}" for number in range(7))]
        )
        played = play(service, made=made(service), filter={"QueueNamePrefix": "awscontract-"})
        narrowed = [each for each in played.parameters if "QueueNamePrefix" in each]
        assert len(narrowed) >= 20 and len(played.exchanges) <= 40
        assert played.rules()["pagination.complete"] == "passed"

    def test_without_a_filter_pages_are_larger(self) -> None:
        """Where nothing narrows the list it is not read two by two."""
        service = Service(
            [*(f"other-{number}" for number in range(300)), *(f"awscontract-{number}" for number in range(7))]
        )
        played = play(service, made=made(service))
        assert len(played.exchanges) <= 60
        assert played.rules()["pagination.complete"] == "passed"

    def test_a_few_show_that_the_filter_holds(self) -> None:
        service = Service(["other", *(f"awscontract-{number}" for number in range(7))])
        played = play(service, made=made(service), filter={"QueueNamePrefix": "awscontract-"})
        rules = played.rules()
        assert rules["pagination.filters-kept"] == "passed"
        assert rules["pagination.token-bound-to-parameters"] != "not-exercised"


class TestNothingToPage:
    @pytest.mark.parametrize("count", [0, 1])
    def test_says_so(self, count: int) -> None:
        """A list of one item cannot be paged: nothing about paging passes, and invalid values are tried all the same."""
        played = play(Service([f"awscontract-{number}" for number in range(count)]))
        rules = played.rules()
        assert played.outcome.verdict is None
        assert rules["pagination.complete"] == rules["pagination.no-repeats"] == "not-exercised"
        assert {"MaxResults": "1x"} in played.parameters

    def test_short_pages(self) -> None:
        """A target may cut pages shorter than was asked for: that costs more, and breaks nothing."""
        played = play(Service(page=1))
        assert "failed" not in played.rules().values()
        assert len(played.exchanges) <= 90

    def test_a_server_error(self) -> None:
        played = play(Service(status=500))
        assert played.outcome.verdict == "indeterminate" and "HTTP 500" in (played.outcome.reason or "")
        assert played.sent == 1
