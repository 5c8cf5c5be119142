"""Runs in which something could not be judged: never green, and one failure instead of one for each rule."""

import json
import signal
from collections.abc import Iterator

import pytest

from plugin_kit import NODE_IDS, RULES, TESTS, Stage

from results_kit import USERS

ROLES = "iam:ListRoles"
BOTH = [f"--awscontract-operation={ROLES}", f"--awscontract-operation={USERS}"]


@pytest.mark.parametrize("verdict", ["unreachable", "refused", "indeterminate", "not-implemented"])
def test_nothing_judged(stage: Stage, verdict: str) -> None:
    """The test `judged` fails with the reason, and the rules are skipped."""
    stage.unjudged(verdict)

    result = stage.only("-rfs")

    result.assert_outcomes(failed=1, skipped=len(RULES))
    text = result.stdout.str()
    assert result.ret == 1
    assert f"FAILED {NODE_IDS[0]} - Failed: {verdict}: nobody is there" in text
    assert f"SKIPPED [{len(RULES)}] awscontract:1: nobody is there" in text


def test_a_rule_that_could_not_be_judged(stage: Stage) -> None:
    """It is skipped with its reason, and `judged` fails."""
    late = {"outcome": "indeterminate", "reason": "timeout"}
    stage.found({"pagination.complete": late}, verdict="indeterminate", reason="pagination.complete: timeout")

    result = stage.only("-rfs")

    result.assert_outcomes(passed=len(RULES) - 1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["FAILED awscontract::judged - Failed: indeterminate: pagination.complete: timeout"])


@pytest.mark.parametrize("args", [["-k", "pagination"], ["awscontract::sort.time-ascending"]])
def test_without_the_test_that_would_fail(stage: Stage, args: list[str]) -> None:
    """Whatever is selected, a run that judged nothing does not end with exit status 0."""
    stage.unjudged()

    result = stage.run("--awscontract", "--awscontract-only", *args)

    assert result.ret == 1
    assert result.parseoutcomes().keys() <= {"skipped", "deselected"}
    result.stdout.fnmatch_lines(["client: unreachable, 0 of *", "  nobody is there"])


def test_one_of_several(stage: Stage) -> None:
    """It is skipped as long as another operation was judged, in whichever order."""
    for name in (ROLES, USERS):
        stage.found().found(operation=ROLES).found(operation=USERS).unjudged("not-implemented", operation=name)

        result = stage.only(*BOTH, "-k", "judged", "-rs")

        result.assert_outcomes(passed=1, skipped=1)
        assert result.ret == 0
        result.stdout.fnmatch_lines(["SKIPPED [[]1] awscontract:1: not-implemented: nobody is there"])


def test_all_of_several(stage: Stage) -> None:
    """Each fails."""
    stage.unjudged()

    stage.only(*BOTH, "-k", "judged").assert_outcomes(failed=2)


def test_a_required_operation(stage: Stage) -> None:
    """It fails although another one was judged."""
    stage.unjudged("refused", operation=USERS)

    stage.only(*BOTH, "-k", "judged", f"--awscontract-require={USERS}").assert_outcomes(passed=1, failed=1)


@pytest.fixture(params=[signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that is not ignored, as SIGHUP is under nohup."""
    before = signal.getsignal(request.param)
    if before is signal.SIG_IGN:
        signal.signal(request.param, signal.SIG_DFL)
    yield request.param
    signal.signal(request.param, before)


def test_interrupted(stage: Stage, number: signal.Signals) -> None:
    """What was learnt until then is judged, printed and saved, and the exit status is the signal's."""
    stage.found({"pagination.complete": {"outcome": "failed"}}, verdict="violates", kill=number)

    result = stage.only("--awscontract-save=r.json", "--awscontract-record=t")

    assert result.ret == 128 + number
    saved = json.loads(stage.pytester.path.joinpath("r.json").read_text())
    assert saved["cut_short"] == f"interrupted by {number.name}"
    assert stage.pytester.path.joinpath("t").exists()
    text = result.stdout.str()
    assert f"client: violates, {len(RULES)} of {len(RULES)} rules exercised, 1 broken" in text
    assert f"  cut short: interrupted by {number.name}" in text
    assert result.parseoutcomes().get("passed", 0) < len(TESTS)


def test_a_survey_that_fails(stage: Stage) -> None:
    """A bug of ours is one failure with its traceback, and the other tests are skipped."""
    conftest = """
        def broken(client, **options):
            raise TypeError("ours")
        awscontract.conformance.check.check = broken
        @pytest.fixture
        def awscontract_client():
            return Client("mine")
    """
    result = stage.only(conftest=conftest)

    result.assert_outcomes(failed=1, skipped=len(RULES))
    result.stdout.fnmatch_lines(["*TypeError: ours*"])
