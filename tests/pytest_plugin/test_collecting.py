"""Which tests the plugin adds, and how they are selected."""

import subprocess
import sys
from textwrap import dedent

import pytest

from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load
from plugin_kit import CLIENT, LOADED, NODE_IDS, RULES, STUB, TESTS, Stage, collected

from results_kit import USERS

OF_USERS = [f"awscontract::{USERS}::{each}" for each in ("judged", *(rule.id for rule in rule_set(load(USERS))))]


def test_every_rule_in_order_without_a_test_file(stage: Stage) -> None:
    """An empty project has the catalogue's rules for services, in its order, and collecting them sends nothing."""
    result = stage.run("--awscontract", "--collect-only", "-q")

    assert collected(result) == NODE_IDS
    assert result.ret == 0
    assert stage.calls == []


def test_operations(stage: Stage) -> None:
    """Operations that are named replace the default one, and their names stand before the rules."""
    result = stage.run(
        "--awscontract", "--collect-only", "-q", "--awscontract-operation=iam:list-users",
        "--awscontract-operation=iam:GetOrganizationsAccessReport",
    )  # fmt: skip

    assert collected(result) == [
        *OF_USERS,
        *(f"awscontract::iam:GetOrganizationsAccessReport::{each}" for each in TESTS),
    ]


def test_operations_of_the_configuration(stage: Stage) -> None:
    """The file may name them."""
    stage.pytester.path.joinpath("awscontract.toml").write_text(f'operations = ["{USERS}"]\n')

    assert collected(stage.run("--awscontract", "--collect-only", "-q")) == OF_USERS


def test_listing_needs_no_target(stage: Stage) -> None:
    """The list of rules can be had before there is anything to judge."""
    assert collected(stage.run("--awscontract", "--collect-only", "-q", conftest="")) == NODE_IDS


def test_beside_the_tests_of_the_project(stage: Stage) -> None:
    """The project's own tests come first and stay as they are."""
    stage.pytester.makepyfile(test_mine="def test_mine(): pass")

    result = stage.run("--awscontract", "--collect-only", "-q")

    assert collected(result) == ["test_mine.py::test_mine", *NODE_IDS]


def test_only_collects_nothing_else(stage: Stage) -> None:
    """With --awscontract-only not even a broken test module matters."""
    stage.pytester.makepyfile(test_mine="syntax error")

    stage.only().assert_outcomes(passed=len(TESTS))


@pytest.mark.parametrize("where", [[], ["sub"], ["."]])
def test_wherever_pytest_looks(stage: Stage, where: list[str]) -> None:
    """Whatever testpaths and arguments choose of the project's tests, the rootdir's fixtures apply to ours."""
    stage.pytester.makeini("[pytest]\ntestpaths = sub")
    stage.pytester.mkdir("sub").joinpath("test_mine.py").write_text("def test_mine(): pass")

    stage.run("--awscontract", *where).assert_outcomes(passed=len(TESTS) + 1)
    assert stage.calls[0]["client"] == "my own client"


def test_from_a_folder_inside(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder below, the rootdir is the same."""
    stage.pytester.makeini("[pytest]")
    stage.pytester.makeconftest(STUB + CLIENT)
    inside = stage.pytester.mkdir("inside")
    inside.joinpath("found.json").write_text(stage.pytester.path.joinpath("found.json").read_text())
    monkeypatch.chdir(inside)

    stage.pytester.runpytest_inprocess(*LOADED, "--awscontract-only").assert_outcomes(passed=len(TESTS))


@pytest.mark.parametrize(
    ("node_id", "expected"),
    [
        ("awscontract::pagination.complete", 1),
        (f"awscontract::{USERS}::pagination.complete", 1),
        (f"awscontract::{USERS}", len(OF_USERS)),
    ],
)
def test_one_node_id(stage: Stage, node_id: str, expected: int) -> None:
    """A node id from a report runs that test alone; that of an operation runs all of its tests."""
    operation = [f"--awscontract-operation={USERS}"] if USERS in node_id else []
    result = stage.run("--awscontract", node_id, "-v", *operation)

    result.assert_outcomes(passed=expected)


def test_a_node_id_that_is_none(stage: Stage) -> None:
    """A mistyped rule is wrong usage, with the right one named."""
    result = stage.run("--awscontract", "awscontract::pagination.compleat")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: unknown test 'pagination.compleat'; did you mean pagination.complete?"])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["-k", "pagination.complete"], ["pagination.complete"]),
        (["-k", "sort and descending"], [rule for rule in RULES if "sort." in rule and "descending" in rule]),
        (["-m", "awscontract"], TESTS),
        (["-m", "not awscontract"], []),
        (["--deselect", "awscontract::protocol"], [each for each in TESTS if not each.startswith("protocol")]),
    ],
)
def test_selecting(stage: Stage, args: list[str], expected: list[str]) -> None:
    """pytest's own ways to choose tests choose rules, under strict markers too."""
    result = stage.run("--awscontract", "--strict-markers", "--collect-only", "-q", *args)

    assert collected(result) == [f"awscontract::{rule}" for rule in expected]


def test_last_failed(stage: Stage) -> None:
    """--lf repeats what failed, beside a failure of the project's own."""
    stage.pytester.makepyfile(test_mine="def test_mine(): assert False\ndef test_fine(): pass")
    stage.found({"sort.default-by-namespace": {"outcome": "failed"}}).run("--awscontract")

    result = stage.run("--awscontract", "--lf", "--collect-only", "-q")

    assert collected(result) == ["test_mine.py::test_mine", "awscontract::sort.default-by-namespace"]


def test_the_tree(stage: Stage) -> None:
    """--collect-only shows what a rule demands."""
    statement = next(each.statement for each in rule_set(load()) if each.id == "pagination.complete")
    result = stage.run("--awscontract", "--collect-only", "-v")

    result.stdout.fnmatch_lines(
        ["<ContractModule awscontract>", "  <ContractItem pagination.complete>", f"    {statement[:40]}*"]
    )


class TestUnused:
    """Without --awscontract there is nothing."""

    def test_nothing_happens(self, stage: Stage) -> None:
        """The plugin adds no test, no header and no fixture."""
        stage.pytester.makepyfile("def test_fixture(awscontract_client): pass")

        result = stage.run(conftest="")

        result.assert_outcomes(errors=1)
        result.stdout.no_fnmatch_line("awscontract:*")
        result.stdout.fnmatch_lines(["*fixture 'awscontract_client' not found"])

    def test_imports_nothing(self) -> None:
        """Importing the plugin imports none of the heavy libraries, and pytest already has what it does import."""
        heavy = ["botocore", "click", "hypothesis", "jsonschema", "sqlite3", "tomllib", "werkzeug", "awscontract.spec"]
        code = f"""
            import sys, pytest
            before = set(sys.modules)
            import awscontract.pytest_plugin.plugin
            print(sorted(each for each in set(sys.modules) - before if each in {heavy} or not each.startswith("awscontract")))
        """

        done = subprocess.run([sys.executable, "-P", "-c", dedent(code)], capture_output=True, text=True, check=True)

        assert done.stdout == "[]\n"

    def test_the_front_ends_do_not_know_each_other(self) -> None:
        """A run of pytest does not import the command, nor click."""
        code = "import sys, awscontract.pytest_plugin.run; sys.exit('click' in sys.modules or 'awscontract.cli' in sys.modules)"

        assert subprocess.run([sys.executable, "-P", "-c", code], check=False).returncode == 0
