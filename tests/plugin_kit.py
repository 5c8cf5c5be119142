"""A project whose contract tests see what the test wants them to see: the judge is played by a stub in its conftest.py."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import entry_points
from textwrap import dedent
from typing import Any

import pytest

from results_kit import RULES
from servers.forking import forked_pytest

__all__ = ["CLIENT", "LOADED", "MISSING", "NODE_IDS", "RULES", "TESTS", "Stage", "apart_run", "collected"]

#: The tests of the default operation, by their names.
TESTS = ("judged", *RULES)
NODE_IDS = [f"awscontract::{each}" for each in TESTS]

#: Installed, the plugin is there by its entry point.
LOADED = [] if entry_points(group="pytest11", name="awscontract") else ["-p", "awscontract.pytest_plugin.plugin"]
LOADED += ["-p", "no:hypothesispytest"]  # it would be imported anew in every run

#: Takes the judge's place: finds what `found.json` says, and writes down how it was called.
STUB = """
import json, os, signal
from pathlib import Path
import pytest
import awscontract.conformance.check
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.spec.catalogue import rule_set

class Client:
    def __init__(self, name, service="iam"):
        self.name, self.meta = name, type("Meta", (), {"service_model": type("Model", (), {"service_name": service})})
    def __str__(self):
        return self.name

def check(client, *, operation, record, target, stop, progress, clients, **asked):
    with open("calls.jsonl", "a") as file:
        print(json.dumps({"client": str(client), "operation": operation.id, "target": target and target.kind, **asked}), file=file)
    every = json.loads(Path("found.json").read_text())
    found = every.get(operation.id, every[""])
    cut_short = None
    if found["kill"]:
        os.kill(os.getpid(), found["kill"])
        assert stop.wait(30)
        cut_short = "interrupted"
    record(Trace((Exchange(0, "GetOrganizationsAccessReport", {"MaxItems": 2}, status=200, body=b"<Pages/>\\x1b"),)))
    def outcome(rule):
        members = {"outcome": "passed"} | found["rules"].get(rule.id, found["others"])
        broken = tuple(Violation(**each) for each in members.pop("violations", ()))
        return RuleResult(rule.id, rule.level, rule.basis, rule.source, violations=broken, statement=rule.statement, **members)
    return Result(operation.id, {}, target or Target("client"), found["verdict"], tuple(map(outcome, rule_set(operation))),
                  reason=found["reason"], calls=7, cut_short=cut_short)

awscontract.conformance.check.check = check
"""

CLIENT = """
@pytest.fixture(scope="session")
def awscontract_client():
    return Client("my own client")
"""

MISSING: dict[str, Any] = {"message": "3 of 262 services are missing", "expected": "262", "actual": "259"}
MISSING |= {
    "exchanges": [0],
    "path": "/AccessDetails",
    "reproduce": "curl -d 'MaxItems=2' http://localhost\n  --silent",
}


def apart_run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    """A run of pytest in the folder, in a process of its own."""
    done = forked_pytest(*args, cwd=pytester.path)
    return pytest.RunResult(done.returncode, done.stdout.splitlines(), done.stderr.splitlines(), 0)


@dataclass
class Stage:
    """A project with the stub as its judge."""

    pytester: pytest.Pytester

    def found(
        self,
        rules: dict[str, dict[str, Any]] | None = None,
        *,
        operation: str = "",
        verdict: str = "conforms",
        reason: str | None = None,
        others: dict[str, Any] | None = None,
        kill: int = 0,
    ) -> Stage:
        """Let the judge find this of an operation, or of all; a rule that is not named has the outcome of `others`."""
        file = self.pytester.path / "found.json"
        every = json.loads(file.read_text()) if file.exists() else {}
        every[operation] = {
            "verdict": verdict, "reason": reason, "rules": rules or {}, "others": others or {}, "kill": kill,
        }  # fmt: skip
        file.write_text(json.dumps(every))
        return self

    def unjudged(self, verdict: str = "unreachable", reason: str = "nobody is there", operation: str = "") -> Stage:
        """Let the judge be unable to judge an operation, or any."""
        return self.found(verdict=verdict, reason=reason, operation=operation, others={"outcome": "not-exercised"})

    def run(self, *args: str, conftest: str = CLIENT, apart: bool = False) -> pytest.RunResult:
        """Run pytest with the plugin, in a process of its own where `apart`."""
        self.pytester.makeconftest(dedent(STUB) + dedent(conftest))
        return apart_run(self.pytester, *LOADED, *args) if apart else self.pytester.runpytest_inprocess(*LOADED, *args)

    def only(self, *args: str, **how: Any) -> pytest.RunResult:
        """Run the contract tests and no others."""
        return self.run("--awscontract", "--awscontract-only", *args, **how)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """How the judge was called, in order."""
        file = self.pytester.path / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def collected(result: pytest.RunResult) -> list[str]:
    """The node ids that ``--collect-only -q`` printed."""
    return [line for line in result.outlines if "::" in line]
