"""Workers share one survey of each operation, and the summary is printed once."""

import json

import pytest

from plugin_kit import MISSING, RULES, TESTS, Stage

from results_kit import USERS

pytest.importorskip("xdist")


def test_one_survey_shared(stage: Stage) -> None:
    """Two workers report what one of them found, whatever a target put into it."""
    rules = {
        "pagination.complete": {"outcome": "failed", "violations": [MISSING]},
        "job.id-returned": {"outcome": "passed", "reason": "no character: \ud800"},
    }
    stage.found(rules, verdict="violates")

    result = stage.only("-n2", "--awscontract-save=r.json", apart=True)

    result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
    result.stdout.fnmatch_lines(
        ["3 of 262 services are missing", f"client: violates, {len(RULES)} of * rules exercised, 1 broken"]
    )
    assert result.stdout.str().count("rules exercised") == 1
    assert len(stage.calls) == 1
    assert json.loads(stage.pytester.path.joinpath("r.json").read_text())["verdict"] == "violates"


def test_one_of_each_operation_and_parameter(stage: Stage) -> None:
    """Each has one; one file has the results of all operations."""
    conftest = """
        @pytest.fixture(scope="session", params=["old", "new"])
        def awscontract_client(request):
            return Client(request.param)
    """
    operations = [f"--awscontract-operation={each}" for each in (USERS, "iam:ListRoles")]

    result = stage.only(
        "-n2", *operations, "-k", "pagination or judged", "--awscontract-save=r.json", conftest=conftest, apart=True
    )

    assert result.ret == 0
    asked = sorted((call["client"], call["operation"]) for call in stage.calls)
    assert asked == [(name, each) for name in ("new", "old") for each in ("iam:ListRoles", USERS)]
    saved = json.loads(stage.pytester.path.joinpath("r-old.json").read_text())
    assert [each["operation"] for each in saved["results"]] == [USERS, "iam:ListRoles"]


def test_nothing_judged(stage: Stage) -> None:
    """Not green, whichever tests are selected."""
    stage.unjudged()

    assert stage.only("-n2", "-k", "pagination", apart=True).ret == 1


def test_wrong_usage(stage: Stage) -> None:
    """Neither a missing target nor a bad one makes workers crash."""
    bad = stage.only("-n2", "--awscontract-endpoint-url=localhost:4566", conftest="", apart=True)

    assert bad.ret != 0
    bad.stdout.fnmatch_lines(["*--awscontract-endpoint-url 'localhost:4566' is not *"])
    assert "INTERNALERROR" not in bad.stdout.str()


@pytest.mark.nightly
def test_no_target(stage: Stage) -> None:
    assert stage.only("-n2", conftest="", apart=True).ret == pytest.ExitCode.USAGE_ERROR
