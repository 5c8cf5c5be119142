"""Options reach the judge from every source; nonsense is wrong usage before any request is sent."""

from typing import Any

import pytest

from awscontract.pytest_plugin.plugin import OPTIONS
from awscontract.pytest_plugin.settings import in_pytest
from plugin_kit import RULES, TESTS, Stage

from results_kit import USERS

RUN: dict[str, Any] = {
    "poll_interval": 0.5, "timeout": 60.0, "read_timeout": 3.0, "explore": 0, "seed": 7, "concurrency": 4,
    "items": 3, "max_body": 1000, "max_elements": 100, "max_total": 10_000,
}  # fmt: skip
ONE = ("-k", "judged")


def test_from_the_command_line(stage: Stage) -> None:
    """Every option of check has its --awscontract- form."""
    stage.only(*ONE, *(f"--awscontract-{name.replace('_', '-')}={value:g}" for name, value in RUN.items()))

    assert stage.calls[0].items() >= RUN.items()


def test_from_pytests_configuration(stage: Stage) -> None:
    """And its ini form, which the command line overrides."""
    ini = "".join(f"awscontract_{name} = {value:g}\n" for name, value in RUN.items())
    stage.pytester.makeini(
        f"[pytest]\naddopts = --strict-config\n{ini}awscontract_strict = true\nawscontract_require = sort job"
    )
    stage.found({"sort.default-ascending": {"outcome": "warned"}, "job.id-returned": {"outcome": "not-exercised"}})

    result = stage.only("--awscontract-seed=8")

    result.assert_outcomes(passed=len(TESTS) - 2, failed=2)
    assert stage.calls[0].items() >= (RUN | {"seed": 8}).items()


def test_from_the_file_of_the_command(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """[tool.awscontract] counts here as for check; pytest's configuration, a variable and the command line override it, in turn."""
    lines = [f"{name.replace('_', '-')} = {value}" for name, value in RUN.items()]
    stage.pytester.makepyprojecttoml(
        "\n".join(["[tool.awscontract]", *lines, 'lacks = ["second-job"]', "strict = true"])
    )
    stage.pytester.makeini("[pytest]\nawscontract_seed = 8\nawscontract_explore = 1\nawscontract_timeout = 61")
    monkeypatch.setenv("AWSCONTRACT_EXPLORE", "2")
    monkeypatch.setenv("AWSCONTRACT_TIMEOUT", "62")
    stage.found({"sort.default-ascending": {"outcome": "warned"}})

    result = stage.only("--awscontract-timeout=63")

    result.assert_outcomes(passed=len(TESTS) - 1, failed=1)
    assert stage.calls[0].items() >= (RUN | {"seed": 8, "explore": 2, "timeout": 63.0}).items()
    assert stage.calls[0]["lacks"] == ["second-job"]


def test_a_target_of_the_file_gives_way(stage: Stage) -> None:
    """Of an endpoint and a target the stronger source counts, and files are relative to the file that names them."""
    table = ["[tool.awscontract]", 'endpoint-url = "http://127.0.0.1:9"', 'save = "saved.json"', 'format = "json"']
    stage.pytester.makepyprojecttoml("\n".join(table))
    inside = stage.pytester.mkdir("inside")

    result = stage.only("--rootdir", stage.pytester.path, "--awscontract-target=emulator", inside, conftest="")

    result.assert_outcomes(passed=len(TESTS))
    assert stage.calls[0]["target"] == "emulator"
    assert stage.pytester.path.joinpath("saved.json").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('endpoint-ulr = "x"', "*pyproject.toml: unknown option of check 'endpoint-ulr'; did you mean endpoint-url?"),
        ('endpoint-url = ""', "endpoint-url in *pyproject.toml is empty; *"),
        ('timeout = "soon"', "timeout in *pyproject.toml must be a positive number of seconds, not 'soon'"),
        ('lacks = ["second-jobs"]', "lacks in *pyproject.toml: unknown value 'second-jobs'; did you mean second-job?"),
    ],
)
def test_a_file_that_is_wrong(stage: Stage, line: str, message: str) -> None:
    """One line that names the file."""
    stage.pytester.makepyprojecttoml(f"[tool.awscontract]\n{line}")

    result = stage.only()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_aws(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS itself is polled slowly and nothing is generated for it, unless somebody says so."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "mine")

    stage.only(*ONE, "--awscontract-target=aws", "--awscontract-allow-aws", "--awscontract-explore=2", conftest="")

    assert stage.calls[0].items() >= {"allow_aws": True, "target": "aws", "poll_interval": 2.0, "explore": 2}.items()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "--awscontract has nothing to judge: *"),
        (["--awscontract-endpoint-url="], "--awscontract-endpoint-url is empty; *"),
        (["-o", "awscontract_endpoint_url="], "awscontract_endpoint_url is empty; *"),
        (["--awscontract-job-id= "], "--awscontract-job-id is empty; *"),
        (["--awscontract-target=aws"], "--awscontract-target aws sends requests to AWS itself: *"),
        (["--awscontract-timeout=soon"], "--awscontract-timeout must be a positive number of seconds, not 'soon'"),
        (["--awscontract-timeout=nan"], "--awscontract-timeout must be a positive number of seconds, not 'nan'"),
        (["--awscontract-concurrency=0"], "--awscontract-concurrency must be a whole number from 1, not '0'"),
        (["--awscontract-target=mato"], "unknown target in --awscontract-target: 'mato'; did you mean moto*"),
        (["-o", "awscontract_explore=-1"], "awscontract_explore must be a whole number from 0, not '-1'"),
        (["--awscontract-parameters={"], "--awscontract-parameters must be a JSON object *"),
        (["--awscontract-operation=iam:ListUser"], "*did you mean iam:ListUsers?"),
        (["--awscontract-operation=http://x"], "*did you mean --awscontract-endpoint-url http://x?"),
        (
            ["--awscontract-require=sorting"],
            "unknown family, rule or operation in --awscontract-require: 'sorting'; did you mean sort*",
        ),
        (
            [f"--awscontract-operation={USERS}", "--awscontract-require=job"],
            "unknown family, rule or operation in --awscontract-require: 'job'*",
        ),
        (["--awscontract-known=nowhere.toml"], "cannot read *nowhere.toml: No such file*"),
        (["--awscontract-save=no/such/folder.json"], "--awscontract-save *no/such/folder.json: *"),
    ],
)
def test_wrong_usage(stage: Stage, args: list[str], message: str) -> None:
    """One line, pytest's status for wrong usage, no request; under xdist too, since it is found before workers are."""
    result = stage.only(*args, conftest="")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])
    assert stage.calls == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--awscontract-endpoint-url=localhost:4566"], "*--awscontract-endpoint-url 'localhost:4566' is not *"),
        (
            ["--awscontract-target=moto", "--awscontract-endpoint-url=http://localhost"],
            "*--awscontract-endpoint-url and --awscontract-target contradict each other*",
        ),
    ],
)
def test_a_target_that_cannot_be_opened(stage: Stage, args: list[str], message: str) -> None:
    """What shows when the target is opened ends the run in the same way, with the options' names in pytest."""
    result = stage.only(*args, conftest="")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines([message])
    assert stage.calls == []


def test_options_without_the_switch(stage: Stage) -> None:
    """Whoever types a target and forgets the switch does not get a green run that judged nothing; in addopts it may wait for it."""
    typed = stage.run("--awscontract-endpoint-url=http://127.0.0.1:9", conftest="")
    assert typed.ret == pytest.ExitCode.USAGE_ERROR
    typed.stderr.fnmatch_lines(["ERROR: --awscontract-endpoint-url does nothing without --awscontract"])

    stage.pytester.makeini("[pytest]\naddopts = --awscontract-endpoint-url=http://127.0.0.1:9")
    assert stage.run(conftest="").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_two_targets(stage: Stage) -> None:
    """A client of the project's own and a target on the command line: none is judged in the other's name."""
    result = stage.only("--awscontract-target=emulator")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        [
            "*the awscontract_client fixture of this project and --awscontract-target name two targets: remove one of them*"
        ]
    )
    assert stage.calls == []


def test_variables_of_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named and ignored."""
    monkeypatch.setenv("AWSCONTRACT_VERSION", "1")

    result = stage.only(*ONE)

    result.assert_outcomes(passed=1, deselected=len(RULES))
    result.stdout.fnmatch_lines(["awscontract: the variable AWSCONTRACT_VERSION is not an option and is ignored"])


def test_help(stage: Stage) -> None:
    """pytest --help shows each option with its ini form."""
    text = stage.run("--help", conftest="").stdout.str()

    for option in OPTIONS:
        assert f"--awscontract-{option.name}" in text
        assert f"\n  {option.ini} (" in text


@pytest.mark.parametrize(
    ("message", "here"),
    [
        ("fix --endpoint-url", "fix --awscontract-endpoint-url"),
        ("start it (--wait waits)", "start it (--awscontract-wait waits)"),
        ("--awscontract-known excuses it", "--awscontract-known excuses it"),
        (
            "`awscontract explain RULE --operation O`; --known",
            "`awscontract explain RULE --operation O`; --awscontract-known",
        ),
    ],
)
def test_options_in_messages(message: str, here: str) -> None:
    """They have the plugin's names, but for those of a command that is shown."""
    assert in_pytest(message) == here
