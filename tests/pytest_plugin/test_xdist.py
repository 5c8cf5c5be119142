"""Workers share one survey of each operation, and the summary is printed once."""

import json

import pytest

from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load
from plugin_kit import MISSING, Stage

from results_kit import USERS

pytest.importorskip("xdist")


def test_one_survey_of_each_operation_and_parameter_shared(stage: Stage) -> None:
    """Two workers report what one of them found, whatever a target put into it; one file has the results of all operations."""
    rules = {
        "pagination.complete": {"outcome": "failed", "violations": [MISSING]},
        "pagination.no-repeats": {"outcome": "passed", "reason": "no character: \ud800"},
    }
    stage.found(rules, verdict="violates", operation=USERS)
    conftest = """
        @pytest.fixture(scope="session", params=["old", "new"])
        def awscontract_client(request):
            return Client(request.param)
    """
    operations = [f"--awscontract-operation={each}" for each in (USERS, "iam:ListRoles")]

    result = stage.only("-n2", *operations, "--awscontract-save=r.json", conftest=conftest, apart=True)

    counts = [len(rule_set(load(each))) + 1 for each in (USERS, "iam:ListRoles")]
    result.assert_outcomes(passed=2 * sum(counts) - 2, failed=2)
    result.stdout.fnmatch_lines(
        ["3 of 262 services are missing", f"*{USERS} client: violates, * rules exercised, 1 broken"]
    )
    assert result.stdout.str().count("rules exercised") == 4
    asked = sorted((call["client"], call["operation"]) for call in stage.calls)
    assert asked == [(name, each) for name in ("new", "old") for each in ("iam:ListRoles", USERS)]
    saved = json.loads(stage.pytester.path.joinpath("r-old.json").read_text())
    assert [(each["operation"], each["verdict"]) for each in saved["results"]] == [
        (USERS, "violates"),
        ("iam:ListRoles", "conforms"),
    ]


def test_nothing_judged(stage: Stage) -> None:
    """Not green, whichever tests are selected."""
    stage.unjudged()

    assert stage.only("-n1", "-k", "pagination", apart=True).ret == 1


def test_wrong_usage(stage: Stage) -> None:
    """Neither a missing target nor a bad one makes workers crash."""
    bad = stage.only("-n1", "--awscontract-endpoint-url=localhost:4566", conftest="", apart=True)

    assert bad.ret != 0
    bad.stdout.fnmatch_lines(["*--awscontract-endpoint-url 'localhost:4566' is not *"])
    assert "INTERNALERROR" not in bad.stdout.str()


@pytest.mark.nightly
def test_no_target(stage: Stage) -> None:
    assert stage.only("-n1", conftest="", apart=True).ret == pytest.ExitCode.USAGE_ERROR
