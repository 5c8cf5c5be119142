"""The action and the pre-commit hook: what they run, run here."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from awscontract.cli.main import COMMANDS
from awscontract.emulator import Behaviour, Emulator, serve
from awscontract.emulator.faults import faults_for
from awscontract.options.table import CHECK, find
from awscontract.spec.operations import load
from project.dist import ROOT

from servers.command import awscontract
from servers.forking import script

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
STEPS = {each["name"]: each for each in ACTION["runs"]["steps"]}
RULE = "pagination.truncated-has-token"
#: A fault that this rule catches.
FAULT = next(each for each in faults_for(load()).values() if each.rule == RULE)
TWELVE = Behaviour(services=12)


@dataclass
class Runner:
    """What runs an action's steps: expressions, outputs and the summary, and a `bin` in place of what was installed."""

    folder: Path
    inputs: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bin = self.folder / "awscontract" / "bin"
        bin.mkdir(parents=True)
        for name, text in (("awscontract", script()), ("python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
            (bin / name).write_text(text)
            (bin / name).chmod(0o755)

    def value(self, text: str) -> str:
        """The text with its expressions replaced. One that is not known here is an error."""
        known = {
            f"inputs.{name}": self.inputs.get(name, each.get("default")) for name, each in ACTION["inputs"].items()
        }
        known |= {
            f"steps.{step}.outputs.{name}": each for step, shown in self.outputs.items() for name, each in shown.items()
        }
        known["github.action_path"] = str(ROOT)
        return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: str(known[found[1]]), text)

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run one step as GitHub does."""
        step: dict[str, Any] = STEPS[name]
        output = self.folder / f"output-{name}"
        environment = {each: self.value(text) for each, text in step["env"].items()} | {
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
        }
        assert not [each for each in environment if each.startswith("AWSCONTRACT_")], "those are the command's own"
        (self.folder / "step.sh").write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(self.folder / "step.sh")],
            cwd=self.folder, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if output.exists() and "id" in step:
            lines = output.read_text().splitlines()
            self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        return done


def test_a_run(tmp_path: Path) -> None:
    """A summary, a file for every reader, and the figures as outputs."""
    with serve(Emulator(behaviour=TWELVE)) as server:
        url = server.url
        runner = Runner(
            tmp_path, {"endpoint-url": url, "arguments": "--explore\n0\n", "require": "sort.namespace-ascending"}
        )
        judged, reported = runner.run("Judge"), runner.run("Report")

    assert (judged.returncode, reported.returncode) == (0, 0), judged.stderr + reported.stderr
    result = json.loads((tmp_path / "awscontract-results" / "result.json").read_text())
    assert runner.outputs["report"] == {"verdict": "conforms", "exercised": str(result["exercised"]), "broken": "0"}
    assert "| ✅ |" in (tmp_path / "summary.md").read_text()
    assert ET.parse(tmp_path / "awscontract-results" / "junit.xml").getroot().tag == "testsuites"
    assert "<!doctype html>" in (tmp_path / "awscontract-results" / "report.html").read_text()
    assert {name: runner.value(each["value"]) for name, each in ACTION["outputs"].items()} == runner.outputs["report"]


def test_a_violation_is_reported_before_it_fails(tmp_path: Path) -> None:
    """The step that fails is the last one, when all files are there."""
    with serve(Emulator(behaviour=TWELVE, stages=FAULT.stages)) as server:
        runner = Runner(tmp_path, {"endpoint-url": server.url, "arguments": "--explore\n0"})
        judged, reported = runner.run("Judge"), runner.run("Report")

    assert (judged.returncode, reported.returncode) == (0, 1)
    assert runner.outputs["report"]["verdict"] == "violates"
    assert RULE in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize(
    ("inputs", "shown"),
    [
        ({}, "--endpoint-url is empty"),
        ({"endpoint-url": "http://127.0.0.1:1", "target": "moto"}, "contradict each other"),
        ({"endpoint-url": "http://127.0.0.1:1", "operations": "iam:ListUser"}, "did you mean iam:ListUsers?"),
        ({"endpoint-url": "http://127.0.0.1:1", "known": "no.toml"}, "cannot read no.toml"),
        ({"endpoint-url": "http://127.0.0.1:1", "require": "sorting"}, "did you mean sort"),
    ],
)
def test_wrong_usage(tmp_path: Path, inputs: dict[str, str], shown: str) -> None:
    """An input that makes no sense is no green step, and an older run's result is not taken for this one's."""
    stale = tmp_path / "awscontract-results" / "result.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    runner = Runner(tmp_path, inputs)

    assert shown in runner.run("Judge").stderr
    assert runner.run("Report").returncode == 2
    assert not stale.exists()


@pytest.mark.parametrize(("requirement", "installed"), [("", f"{ROOT}[html]"), ("awscontract==9", "awscontract==9")])
def test_install(tmp_path: Path, requirement: str, installed: str) -> None:
    """This very version, unless another one is named, in an environment of its own."""
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/sh\nmkdir -p "$3/bin"\nprintf \'#!/bin/sh\\necho "$@"\\n\' > "$3/bin/pip"\nchmod +x "$3/bin/pip"\n'
    )
    python.chmod(0o755)
    done = Runner(tmp_path, {"python": str(python), "requirement": requirement}).run("Install")

    assert done.stdout == f"install --quiet {installed}\n", done.stderr


def test_several_operations(tmp_path: Path) -> None:
    """The worst verdict, the sums of the figures, and a report of all of them."""
    operations = load("iam:ListUsers"), load("iam:ListRoles")
    with serve(Emulator(operations, stages=faults_for(operations[0])["limit-ignored"].stages)) as server:
        inputs = {"endpoint-url": server.url, "operations": "iam:ListUsers\niam:list-roles\n", "jobs": "2", "wait": "5"}
        runner = Runner(tmp_path, inputs | {"arguments": "--explore\n0\n--no-setup"})
        judged, reported = runner.run("Judge"), runner.run("Report")
    results = json.loads((tmp_path / "awscontract-results" / "result.json").read_text())["results"]

    assert (judged.returncode, reported.returncode) == (0, 1), judged.stderr + reported.stderr
    assert [each["operation"] for each in results] == ["iam:ListUsers", "iam:ListRoles"]
    assert runner.outputs["report"] == {
        "verdict": "violates",
        "exercised": str(sum(each["exercised"] for each in results)),
        "broken": str(sum(each["summary"]["failed"] for each in results)),
    }
    assert "| `iam:ListRoles` |" in (tmp_path / "summary.md").read_text()


def test_inputs_have_the_options_names() -> None:
    """What is an option of check is called like it."""
    own = {"arguments", "results", "python", "requirement"}

    assert set(ACTION["inputs"]) - own <= set(find(CHECK))


def test_every_input_is_used() -> None:
    """No input is there for nothing."""
    used = {
        name
        for step in STEPS.values()
        for text in step["env"].values()
        for name in re.findall(r"inputs\.([\w-]+)", text)
    }

    assert used == set(ACTION["inputs"])


class TestHook:
    HOOK = HOOKS[0]

    def test_entry(self, tmp_path: Path) -> None:
        """It validates the files that it is given: a good one passes, a broken one fails."""
        program, command = shlex.split(self.HOOK["entry"])
        assert program == "awscontract"
        assert command in COMMANDS
        good, bad = tmp_path / "good.json", tmp_path / "bad.json"
        good.write_text(awscontract("sample", "--services", "3").stdout)
        answer = json.loads(good.read_text())
        bad.write_text(json.dumps(answer | {"JobStatus": "DONE"}))

        assert awscontract(command, str(good)).returncode == 0
        assert awscontract(command, str(good), str(bad)).returncode == 1

    @pytest.mark.parametrize(
        ("path", "matches"),
        [
            ("tests/get-organizations-access-report.json", True),
            ("fixtures/organizations_access_report_page_2.xml", True),
            ("organizations-access-report.py", False),
            ("organizations-access-report/config.json", False),
        ],
    )
    def test_files(self, path: str, matches: bool) -> None:
        """Fixtures are known by their names."""
        assert bool(re.search(self.HOOK["files"], path)) is matches
