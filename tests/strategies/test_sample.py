"""``awscontract sample``: fixtures for others."""

import json

import pytest

from awscontract.conformance.judge.validate import validate
from awscontract.spec.operations import load
from awscontract.strategies.edges import edge_cases

import cli_kit


def run(*arguments):
    """The command in this process."""
    return cli_kit.run("sample", *arguments)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("status", ["IN_PROGRESS", "COMPLETED", "FAILED"])
def test_an_answer_of_the_status_that_conforms(status, form):
    """Which `validate` takes as it is."""
    content = run("--status", status, "--format", form, "--seed", "7").stdout_bytes
    result = validate([("sample", content)], load())

    assert status.encode() in content
    assert result.verdict == "conforms"
    assert {each.outcome for each in result.rules} <= {"passed", "not-exercised"}


def test_the_same_seed_gives_the_same_answer():
    """And another seed another."""
    drawn = {number: run("--seed", str(number)).stdout_bytes for number in range(5)}

    assert len(set(drawn.values())) == 5
    assert all(run("--seed", str(number)).stdout_bytes == content for number, content in drawn.items())


@pytest.mark.parametrize("number", [0, 1, 262, 1000])
def test_as_many_services_as_were_asked_for(number):
    """In one whole report."""
    answer = json.loads(run("--services", str(number)).stdout)

    assert len(answer.get("AccessDetails", [])) == answer["NumberOfServicesAccessible"] == number


@pytest.mark.parametrize("form", ["json", "xml"])
def test_edge_cases_are_written_to_a_folder(tmp_path, form):
    """A file each, and every one conforms."""
    ran = run("--edge", str(tmp_path / "edges"), "--format", form)
    files = sorted((tmp_path / "edges").iterdir())

    assert ran.exit_code == 0
    assert [each.name for each in files] == sorted(f"{name}.{form}" for name in edge_cases(load()))
    for each in files:
        result = validate([(each.name, each.read_bytes())], load())
        assert {rule.outcome for rule in result.rules} <= {"passed", "not-exercised"}, each.name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--status", "DONE"], "DONE"),
        (["--services", "1001"], "at most 1000"),
        (["--services", "-1"], "-1"),
        (["--services", "2", "--status", "FAILED"], "FAILED lists none"),
        (["--edge", "x", "--services", "2"], "leave out --status and --services"),
        (["--edge", "/no/such/place"], "/no/such/place"),
        (["--edge", ""], "empty"),
        (["--format", "yaml"], "yaml"),
    ],
)
def test_wrong_usage_is_one_line(arguments, said):
    """And status 2."""
    ran = run(*arguments)

    assert ran.exit_code == 2
    assert said in ran.stderr and ran.stderr.count("\n") == 1


def test_the_statuses_are_the_contracts():
    """Which are all that the model lists."""
    listed = load().job.finished + load().job.pending

    assert {each for each in listed if run("--status", each).exit_code == 0} == set(listed)
