"""Results: their JSON, and the exit status that follows from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from awscontract.conformance.results.result import KnownProblem, Result, SetupResult
from awscontract.conformance.results.unjudged import unjudged
from awscontract.spec.operations import load
from awscontract.spec.schema import schema

from results_kit import RULES, USERS, judged, several

pytestmark = pytest.mark.smoke

RULE = "pagination.complete"


@pytest.mark.parametrize(
    "result",
    [
        judged(),
        judged(operation=USERS),
        judged(**{RULE: "failed", "job.id-returned": "indeterminate", "pagination.ends": "not-exercised"}),
        replace(
            judged(operation=USERS),
            setup=SetupResult(7, 6, ("awscontract-1-x-00",)),
            cut_short="interrupted by SIGTERM",
        ),
        replace(judged(), known_problems=(KnownProblem(RULE, "stale", "it passes"),), dropped=("sort keys",)),
        judged("unreachable", "nobody is there", others="not-exercised"),
    ],
)
def test_json(result: Result) -> None:
    """The JSON is valid under its schema, and reads back as it was."""
    jsonschema.validate(result.to_dict(), schema("result"))

    assert Result.from_dict(result.to_dict()) == result


def test_json_of_several() -> None:
    """One document has the results of several operations."""
    document = several(judged(), judged(operation=USERS)).to_dict()

    jsonschema.validate(document, schema("result"))
    assert [each["operation"] for each in document["results"]] == ["iam:GetOrganizationsAccessReport", USERS]


@pytest.mark.parametrize(
    "change",
    [
        {"results": []},
        {"results": [{}]},
        {"target": None},
        {"more": 1},
    ],
)
def test_json_that_is_no_result(change: dict[str, Any]) -> None:
    """What is missing or too much is refused."""
    document = several(judged()).to_dict() | change

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("result"))


def test_every_rule_says_what_it_demands() -> None:
    """Whoever reads the JSON needs no catalogue beside it."""
    rules = judged(operation=USERS).to_dict()["rules"]

    assert all(each["statement"] and each["source"].startswith("https://") for each in rules)


class TestStatus:
    @pytest.mark.parametrize(
        ("result", "options", "status"),
        [
            (judged(), {}, 0),
            (judged(**{"sort.default-ascending": "warned"}), {}, 0),
            (judged(**{"sort.default-ascending": "warned"}), {"strict": True}, 1),
            (judged(**{RULE: "failed"}), {}, 1),
            (judged(**{RULE: "not-exercised"}), {}, 0),
            (judged(**{RULE: "not-exercised"}), {"required": ["pagination"]}, 1),
            (judged(**{RULE: "not-exercised"}), {"required": [RULE]}, 1),
            (judged(**{RULE: "not-exercised"}), {"required": ["sort"]}, 0),
            (judged("unreachable", "r", others="not-exercised"), {"required": ["pagination"]}, 3),
            (judged(**{RULE: "indeterminate"}), {"required": ["pagination"]}, 3),
            (judged(**{RULE: "failed", "job.id-returned": "indeterminate"}), {}, 1),
            (replace(judged("refused", "r"), known_problems=(KnownProblem(RULE, "stale", "m"),)), {}, 1),
        ],
    )
    def test_one_operation(self, result: Result, options: dict[str, Any], status: int) -> None:
        """Broken before unjudged before not exercised."""
        assert result.exit_status(**options) == status

    @pytest.mark.parametrize(
        ("verdicts", "required", "status"),
        [
            (["conforms", "conforms"], (), 0),
            (["conforms", "unreachable"], (), 0),
            (["conforms", "violates", "unreachable"], (), 1),
            (["not-implemented", "refused"], (), 3),
            (["conforms", "unreachable"], (USERS,), 3),
            (["unreachable", "conforms"], (USERS,), 0),
        ],
    )
    def test_several(self, verdicts: list[str], required: tuple[str, ...], status: int) -> None:
        """1 where any is; 3 where none could be judged, or a required one; else 0."""
        names = ["iam:GetOrganizationsAccessReport", USERS, "iam:ListRoles"]
        results = [_with(verdict, name) for verdict, name in zip(verdicts, names, strict=False)]

        assert several(*results).exit_status(required=required) == status


def _with(verdict: str, operation: str) -> Result:
    if verdict == "violates":
        return judged(operation=operation, **{RULE: "failed"})
    others = "passed" if verdict == "conforms" else "not-exercised"
    return judged(verdict, None if verdict == "conforms" else "r", operation=operation, others=others)


def test_an_operation_about_which_nothing_was_learnt() -> None:
    """All of its rules are listed, none exercised."""
    result = unjudged(load(), judged().target, "refused", "no access")

    assert [each.id for each in result.rules] == list(RULES)
    assert (result.exercised, result.reason, result.exit_status()) == (0, "no access", 3)
    jsonschema.validate(result.to_dict(), schema("result"))
