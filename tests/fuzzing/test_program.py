"""`awscontract fuzz-client -- CMD …`: programs in other languages, judged over HTTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from awscontract.conformance.fuzzing.program import Programmed, fuzz_program

from ..servers import command

CLIENTS = Path(__file__).parents[1] / "clients"
AWS = Path(sys.executable).with_name("aws")
PYTHON = (sys.executable, "-P", "-c")

RIGHT = """
import json, sys, time
import botocore.session
iam = botocore.session.get_session().create_client("iam")
job, marker, found = sys.argv[1], {}, []
while (page := iam.get_organizations_access_report(JobId=job))["JobStatus"] == "IN_PROGRESS":
    time.sleep(0.1)
if page["JobStatus"] != "COMPLETED":
    sys.exit(page["ErrorDetails"]["Code"])
while True:
    found += page.get("AccessDetails", [])
    if not page.get("IsTruncated"):
        break
    page = iam.get_organizations_access_report(JobId=job, Marker=page["Marker"])
print(json.dumps(found, default=str))
"""
WRONG = {
    "first page": ('not page.get("IsTruncated")', "True", "client.complete"),
    "failed is empty": ('page["JobStatus"] != "COMPLETED"', "False", "client.surfaces-failure"),
    "first page for ever": (', Marker=page["Marker"]', "", "client.stops"),
}


@pytest.fixture(autouse=True)
def python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell's client reads JSON with this Python, and finds the AWS CLI beside it."""
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("PATH", f"{AWS.parent}{os.pathsep}{os.environ['PATH']}")


def judged(*arguments: str, examples: int = 5) -> Programmed:
    return fuzz_program(arguments, examples=examples)


def test_right() -> None:
    """A right program breaks no rule."""
    found = judged(*PYTHON, RIGHT, "{job_id}", examples=16)

    assert (found.rule, found.examples) == (None, 16)


@pytest.mark.parametrize("old", ["first page", "failed is empty", "first page for ever"])
def test_wrong(old: str) -> None:
    """A wrong one is caught, and told."""
    before, after, rule = WRONG[old]
    assert before in RIGHT

    found = judged(*PYTHON, RIGHT.replace(before, after), "{job_id}")

    assert found.rule == rule
    assert len(found.story.splitlines()) <= 10


def test_status_and_silence() -> None:
    """The command ends with 1 for a broken rule, 3 for a program that never asks, 2 for one that is not there."""
    wrong = RIGHT.replace('not page.get("IsTruncated")', "True")

    assert command.awscontract("fuzz-client", "--examples", "1", "--", *PYTHON, wrong, "{job_id}").returncode == 1
    silent = command.awscontract("fuzz-client", "--", *PYTHON, "print([])")
    assert (silent.returncode, silent.stderr.count("\n")) == (3, 1)
    missing = command.awscontract("fuzz-client", "--", "./no-such-program")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_time_out() -> None:
    """A program that does not end is ended."""
    sleeps = RIGHT.replace("print(json", "time.sleep(600); print(json")

    assert fuzz_program([*PYTHON, sleeps, "{job_id}"], examples=1, timeout=2).rule == "client.stops"


@pytest.mark.skipif(not AWS.exists() or os.name != "posix", reason="needs the AWS CLI beside this Python, and sh")
def test_aws_cli() -> None:
    """The AWS CLI in a shell loop, rightly and wrongly."""
    script = str(CLIENTS / "paging.sh")

    assert judged("sh", script, "{job_id}", examples=4).rule is None
    assert judged("sh", script, "{job_id}", "wrong", examples=1).rule == "client.complete"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the JavaScript SDK from npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    folder.joinpath("package.json").write_text('{"private": true}')
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "@aws-sdk/client-iam@3"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm takes too long")
    if done.returncode:
        pytest.skip("npm cannot install @aws-sdk/client-iam")
    shutil.copy(CLIENTS / "paging.mjs", folder)
    return folder / "paging.mjs"


def test_node(node: Path) -> None:
    """The AWS SDK for JavaScript, rightly and wrongly."""
    assert judged("node", str(node), "{job_id}", examples=16).rule is None
    assert judged("node", str(node), "{job_id}", "wrong").rule == "client.surfaces-failure"
