"""The examples, each run as its README says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from profiles import NIGHTLY

from servers.command import awscontract
from servers.forking import forked_pytest

#: So many sequences are generated for users, and nightly.
EXPLORE = "25" if NIGHTLY else "2"
EXAMPLES = Path(__file__).parents[2] / "examples"
#: Installed, the plugin is there by its entry point.
LOADED = [] if entry_points(group="pytest11", name="awscontract") else ["-p", "awscontract.pytest_plugin.plugin"]


def copied(example: str, folder: Path) -> Path:
    """A copy of the example, in which caches may be left."""
    return Path(shutil.copytree(EXAMPLES / example, folder / example))


def pytest_in(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest there."""
    environment = os.environ | {"AWSCONTRACT_EXPLORE": EXPLORE}
    return forked_pytest(*LOADED, "--rootdir", ".", *options, cwd=folder, env=environment)


@pytest.fixture
def node_emulator() -> Iterator[str]:
    """The emulator in another language, on a free port."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    with subprocess.Popen(
        [node, str(EXAMPLES / "node-emulator" / "server.mjs"), "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_moto_project(tmp_path: Path) -> None:
    """Every rule of the contract is a test of the project, and what the project requires was exercised."""
    done = pytest_in(copied("moto-project", tmp_path))

    assert done.returncode == 0, done.stdout
    conforming = re.findall(r"^(\S+) client .*: conforms, \d+ of \d+ rules exercised", done.stdout, re.MULTILINE)
    assert conforming == ["iam:GetOrganizationsAccessReport", "iam:ListRoles"]


def test_node_emulator(node_emulator: str) -> None:
    """Its one divergence is known, so that even a strict run is green."""
    known = EXAMPLES / "node-emulator" / "awscontract-known.toml"
    arguments = ("check", "--endpoint-url", node_emulator, "--strict", "--explore", EXPLORE, "--format", "json")
    done = awscontract(*arguments, "--known", str(known))
    result = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert result["verdict"] == "conforms"
    assert [each["id"] for each in result["rules"] if each["outcome"] == "known"] == ["sort.never-accessed-together"]
    assert result["exercised"] > 80


def test_node_emulator_without_the_file(node_emulator: str) -> None:
    """The divergence is real."""
    done = awscontract("check", "--endpoint-url", node_emulator, "--strict", "--explore", "0")

    assert done.returncode == 1
    assert "WARNED  sort.never-accessed-together" in done.stdout


def test_client_project(tmp_path: Path) -> None:
    """The bug is found and shown step by step; the correct client of a list operation passes."""
    done = pytest_in(copied("client-project", tmp_path))

    assert done.returncode == 1, done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "ClientContractViolation: client.complete" in done.stdout
    assert "0 services, IsTruncated true" in done.stdout


def test_client_project_corrected(tmp_path: Path) -> None:
    """Without the bug nothing is found: the failure is about nothing else."""
    folder = copied("client-project", tmp_path)
    text = (folder / "inventory.py").read_text()
    bug = ' and page["AccessDetails"]'
    assert bug in text
    (folder / "inventory.py").write_text(text.replace(bug, ""))
    done = pytest_in(folder)

    assert done.returncode == 0, done.stdout


def test_repage_project(tmp_path: Path) -> None:
    """Its tests pass on moto; re-paged, the wrong program's fails, at the line of the bug, and the corrected one's passes."""
    folder = copied("repage-project", tmp_path)
    plain, repaged = pytest_in(folder), pytest_in(folder, "--awscontract-repage")

    assert plain.returncode == 0, plain.stdout
    assert repaged.returncode == 1, repaged.stdout
    assert "1 failed, 3 passed" in repaged.stdout
    assert "FAILED test_audit.py::test_users_without_mfa[audit]" in repaged.stdout
    assert "lost items (pages with items were left unread):\n  audit.py:9  iam:ListUsers, 2 items in " in repaged.stdout
    assert "1 place left pages unread" in repaged.stdout
