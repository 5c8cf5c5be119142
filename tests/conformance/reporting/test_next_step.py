"""What to do after a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from awscontract.cli.main import main
from awscontract.conformance.reporting.next_step import next_step
from awscontract.conformance.results.result import KnownProblem, Target

from results_kit import RULES, judged

ENDS = "pagination.ends"


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (judged(**{ENDS: "failed", "sort.time-ascending": "failed"}), f"explain {ENDS}`"),
        (replace(judged(), known_problems=(KnownProblem(ENDS, "stale", "it passes"),)), "remove these entries"),
        (judged("not-implemented", others="not-exercised"), "awscontract serve"),
        (judged("unreachable", others="not-exercised"), "start the target"),
        (judged("refused", others="not-exercised"), "--entity-path"),
        (judged(**{ENDS: "indeterminate"}), "--timeout"),
        (judged(**{ENDS: "warned"}), "--strict"),
        (judged(**{ENDS: "not-exercised"}), "1 rule was not exercised"),
        (judged(), "awscontract diff"),
        (replace(judged(), target=Target("emulator")), "this was the embedded emulator"),
    ],
)
def test_the_first_thing_that_fits(result: Any, shown: str) -> None:
    """A failure before all else; and where nothing is wrong, what keeps it so."""
    assert shown in next_step(result)
    assert "\n" not in next_step(result)


@pytest.mark.parametrize("rule", RULES[:3])
def test_the_command_that_is_named_is_there(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`explain` knows the rule that the next step names."""
    words = next_step(judged(**{rule: "failed"})).split("`")[1].split()

    assert main(words[1:], standalone_mode=False) == 0
    assert rule in capsys.readouterr().out
