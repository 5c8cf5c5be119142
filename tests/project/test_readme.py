"""The README's commands run, and print what it shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from project.dist import ROOT

from results_kit import judged
from servers import independent
from servers.command import serving
from servers.forking import forked, forked_pytest

README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]
SET_UP, COMMANDS = LINES[:2], LINES[2:]
URL = "http://localhost:4566"

#: What differs from run to run and from machine to machine.
VOLATILE = {
    r"http://(?:localhost|127\.0\.0\.1):\d+": "URL",
    r"botocore \d\S+:": "botocore VERSION:",
    r"Python/[\w.+]+": "Python/VERSION",
    r"\d+ requests in [\d.]+ s": "N requests in S s",
}


#: What tests `unused_roles` of the README, with all of moto in one page.
ROLES_TEST = """
import boto3
from moto import mock_aws
from roles import unused_roles


@mock_aws
def test_roles_in_use_are_kept():
    iam = boto3.client("iam", "us-east-1")
    for name in ("web", "batch"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    assert unused_roles(iam) == []
"""


def steady(text: str) -> str:
    """Without what is volatile."""
    for pattern, name in VOLATILE.items():
        text = re.sub(pattern, name, text)
    return text


def shown_in(shown: str, printed: str) -> bool:
    """Whether a text is another, where a line of … stands for any number of lines."""
    parts = [re.escape(line) if line != "…" else None for line in steady(shown).splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if part is None else part + r"\n" for part in parts)
    return re.fullmatch(pattern, steady(printed)) is not None


def words_of(command: str) -> list[str]:
    """The command's words, with this interpreter."""
    program, *arguments = shlex.split(command, comments=True)
    return [program, *(sys.executable if word == "python3" else word for word in arguments)]


def run(command: str, folder: Path, url: str = URL, *, explore: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command of the README on a server that is at another address; exploring takes time that most of them can do without."""
    program, *words = (word.replace(URL, url) for word in words_of(command))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    if not explore:
        environment["AWSCONTRACT_EXPLORE"] = "0"
    if program == "pytest":
        return forked_pytest(*words, cwd=folder, env=environment)
    return forked(words, seconds=120, cwd=folder, env=environment, program=program)


def iam(url: str | None = None) -> Any:
    """A client."""
    return botocore.session.get_session().create_client(
        "iam", "us-east-1", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
    )


@pytest.fixture(scope="module")
def valid() -> Iterator[str]:
    with independent.running() as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder: a saved response and a saved result."""
    users = {"Users": [], "IsTruncated": False}
    tmp_path.joinpath("users.json").write_text(json.dumps(users), encoding="utf-8")
    tmp_path.joinpath("result.json").write_text(judged().to_json(), encoding="utf-8")
    return tmp_path


def test_set_up() -> None:
    """There are exactly two set-up commands, in one line each; `.ci/run` runs them as they are."""
    assert [line.split(" && ")[0] for line in SET_UP] == ["python3 -m venv .venv"] * 2
    assert not any("install" in command for command in COMMANDS)


@pytest.mark.parametrize("command", [each for each in COMMANDS if not each.startswith("pytest")])
def test_commands(command: str, folder: Path, valid: str) -> None:
    """The commands succeed and print something, on an implementation that satisfies the contract."""
    done = run(command, folder, valid)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
    for saved in re.findall(r"--save (\S+)", command):
        assert json.loads(folder.joinpath(saved).read_text(encoding="utf-8"))["verdict"] == "conforms"


def test_serve() -> None:
    """The fault that it names is seen by any client."""
    [command] = re.findall(r"`awscontract serve ([^`]*)`", README)
    with serving(*shlex.split(command)) as url:
        everything = iam(url).list_users()["Users"]
        assert len(iam(url).list_users(MaxItems=1)["Users"]) == len(everything) > 1


def test_pytest(folder: Path, valid: str) -> None:
    """pytest judges an endpoint: one test for each rule, none failed."""
    [command] = re.findall(r"`(pytest --awscontract --awscontract-endpoint-url [^`]*)`", README)
    done = run(command, folder, valid)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"conforms, \d+ of \d+ rules exercised, 0 broken", done.stdout), done.stdout


def test_fixture(folder: Path) -> None:
    """The fixture is all that an emulator in the same process needs: moto's list operation is judged."""
    pytest.importorskip("moto")
    conftest = next(block for language, block in BLOCKS if language == "python" and "awscontract_client" in block)
    [command] = re.findall(r"`(pytest --awscontract --awscontract-operation [^`]*)`", README)
    folder.joinpath("conftest.py").write_text(conftest, encoding="utf-8")
    done = run(command, folder)

    assert done.returncode in (0, 1), done.stdout + done.stderr
    [exercised] = re.findall(r"(\d+) of \d+ rules exercised", done.stdout)
    assert int(exercised) > 20, done.stdout


def test_repage(tmp_path: Path) -> None:
    """The test of the wrong function passes, fails with the option, and the summary is the README's."""
    pytest.importorskip("moto")
    [function] = (block for language, block in BLOCKS if language == "python" and "unused_roles" in block)
    [summary] = (block for language, block in BLOCKS if language == "text")
    [command] = (each for each in COMMANDS if each.startswith("pytest"))
    tmp_path.joinpath("roles.py").write_text(function, encoding="utf-8")
    tmp_path.joinpath("test_roles.py").write_text(ROLES_TEST, encoding="utf-8")
    options = "-q --rootdir . --import-mode prepend"
    plain, paged = (run(f"{each} {options}", tmp_path) for each in ("pytest", command))

    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert paged.returncode == 1, paged.stdout + paged.stderr
    assert summary in paged.stdout, paged.stdout


def test_fuzz_client(tmp_path: Path) -> None:
    """The call of `fuzz_client` passes for a correct client, and fails for one that reads the first page only."""
    [call] = re.findall(r"`(fuzz_client\([^`]*\))`", README)
    clients = {
        0: 'return [each["UserName"] for page in client.get_paginator("list_users").paginate() for each in page.get("Users", [])]',
        1: 'return [each["UserName"] for each in client.list_users().get("Users", [])]',
    }
    for name, body in clients.items():
        text = f"from awscontract import fuzz_client\n\n\ndef user_names(client):\n    {body}\n\n\ndef test_it():\n    {call}\n"
        tmp_path.joinpath(f"test_{name}.py").write_text(text, encoding="utf-8")
    done = run("pytest -q --rootdir .", tmp_path)

    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "FAILED test_1.py" in done.stdout


def test_figures_of_moto() -> None:
    """How many operations of moto return more than a request allows is what the scoreboard found."""
    board = json.loads(ROOT.joinpath("docs/scoreboard/moto.json").read_text(encoding="utf-8"))
    judged_ones = [each for each in board["operations"].values() if each["verdict"] in ("conforms", "violates")]
    broken = [each for each in judged_ones if "pagination.limit-respected" in each.get("failed", {})]

    assert f"of {len(judged_ones)} list operations of {board['version']}, {len(broken)} return more" in README


def test_picture() -> None:
    """The picture is there, and small."""
    [name] = re.findall(r"!\[[^]]+\]\((docs/\S+\.png)\)", README)
    assert ROOT.joinpath(name).read_bytes().startswith(b"\x89PNG")
    assert ROOT.joinpath(name).stat().st_size < 200_000


def test_output(tmp_path: Path) -> None:
    """What it shows of moto is what is printed, by the version of moto that it names."""
    moto = pytest.importorskip("moto")
    [session] = (block for language, block in BLOCKS if language == "console")
    [version] = re.findall(r"judge how moto ([\d.]+) lists", README)
    if not moto.__version__.startswith(f"{version}."):
        pytest.skip(f"the README shows moto {version}")
    command, shown = session.removeprefix("$ ").split("\n", 1)
    done = run(command, tmp_path, explore=True)

    assert done.returncode == 1, done.stderr
    assert shown_in(shown, done.stdout), done.stdout


def test_other_output_would_be_found() -> None:
    """Lines that are left out are left out only where it says so."""
    assert shown_in("a\n…\nd\n", "a\nb\nc\nd\n")
    assert not shown_in("a\n…\nd\n", "a\nb\nc\n")
    assert not shown_in("a\nd\n", "a\nb\nd\n")
