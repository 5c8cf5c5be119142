"""``awscontract repage -- CMD``: real processes, whose logs are joined."""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import subprocess
import sys
import termios
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from awscontract.clients.repage.processes import startup

from cli_kit import COMMAND, run

[STARTUP] = startup.__path__

#: A program with a first page only, on a backend in its own process.
PROGRAM = """
import sys
import botocore.client, botocore.session

def names(*users):
    called = botocore.client.BaseClient._make_api_call
    botocore.client.BaseClient._make_api_call = lambda *_: response(*users)
    try:
        return [each["UserName"] for each in iam.list_users()["Users"]]
    finally:
        botocore.client.BaseClient._make_api_call = called

def response(*users):
    return {"Users": [{"UserName": each} for each in users], "IsTruncated": False}

iam = botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
"""

HINT = [
    "  where the first page is all that is meant, say so on the calling line:",
    "    # awscontract: first page only",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program in it, below which there is nothing else."""
    tmp_path.joinpath("users.py").write_text(PROGRAM)
    tmp_path.joinpath(".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def ran(*arguments: str) -> tuple[int, list[str]]:
    """The exit status, and the lines of the summary."""
    done = run("repage", *arguments)
    first, *lines = done.stderr.splitlines()
    assert first == "awscontract repage:", done.stderr
    return done.exit_code, lines


def python(text: str, *options: str) -> list[str]:
    return [*options, "--", sys.executable, "-P", "-c", f"import users; {text}"]


class TestStatus:
    def test_the_command_s_own(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """What it prints is its own too."""
        status, lines = ran(*python("print(users.names('a', 'b')); sys = users.sys; sys.exit(7)"))

        assert status == 7
        assert capfd.readouterr().out == "['a']\n"
        assert lines == [
            "  lost items (pages with items were left unread):",
            "    users.py:9  iam:ListUsers, 1 item in 1 listing",
            *HINT,
            "  1 listing was cut into 2 pages; 1 place left pages unread",
        ]

    @pytest.mark.parametrize(
        ("option", "users", "status"),
        [
            ("--strict", "'a', 'b'", 1),
            ("--strict", "'a'", 0),
            ("--strict-all", "'a'", 1),
            pytest.param("--strict-all", "", 0, marks=pytest.mark.nightly),
        ],
    )
    def test_strict(self, folder: Path, option: str, users: str, status: int) -> None:
        """Lost items fail with either flag, what would lose items with the second."""
        assert ran(*python(f"users.names({users})", option))[0] == status

    def test_strict_and_a_failure(self, folder: Path) -> None:
        """A command that fails has its own status."""
        assert ran(*python("users.names('a', 'b'); users.sys.exit(4)", "--strict"))[0] == 4

    def test_nothing_was_cut(self, folder: Path) -> None:
        assert ran("--", sys.executable, "-c", "") == (
            0,
            ["  nothing was cut: no operation that pages was called"],
        )


class TestOptions:
    def test_operation(self, folder: Path) -> None:
        """By its name in any spelling, or by its service."""
        call = python("users.names('a', 'b')")

        assert ran("--operation", "iam:list-roles", "--operation", "s3", *call)[1][-1].startswith("  nothing was cut")
        assert ran("--operation", "iam:list-users", *call)[1][-1].startswith("  1 listing")

    def test_pages(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """`--page` caps them, and the seed says what else they are."""
        users = ", ".join(map(repr, "abcdefgh"))
        sizes = []
        for options in (["--seed", "1"], ["--seed", "1", "--page", "1"]):
            ran(*options, *python(f"print(len(users.names({users})))"))
            sizes.append(capfd.readouterr().out)

        assert sizes == ["3\n", "1\n"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--"], "Missing argument 'CMD [ARG...]' (see awscontract repage --help)"),
            (["--", "./nowhere"], "cannot run ./nowhere: No such file or directory"),
            (["--operation", "iam:ListUser", "--", "true"], "unknown operation 'iam:ListUser'; did you mean iam:ListUsers?"),
            (["--operation", "iam:GetUser", "--", "true"], "iam:GetUser does not page by its paginator or its shapes, so it is never cut"),
            (["--page", "0", "--", "true"], "--page must be a whole number from 1, not '0' (see awscontract repage --help)"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )  # fmt: skip
    def test_wrong_usage(self, folder: Path, arguments: list[str], message: str) -> None:
        done = run("repage", *arguments)

        assert (done.exit_code, done.stderr) == (2, f"awscontract: {message}\n")


CHILDREN = {
    "a shell": "import os; os.system('python -c \"import users; users.names(1, 2)\"; true')",
    "fork": "import os; users.names(1, 2); os.fork() or (users.names(1, 2), os._exit(0)); os.wait()",
    "execv": "import os, sys; users.names(1, 2); os.execv(sys.executable, [sys.executable, '-c', 'import users; users.names(1, 2)'])",
    "a process that is terminated": (
        "import os, signal; users.names(1, 2); users.names(1, 2); os.kill(os.getpid(), signal.SIGTERM)"
    ),
}

MULTIPROCESSING = """
import multiprocessing, sys
import users

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    users.names(1, 2)
    with multiprocessing.Pool(1) as pool:
        pool.starmap(users.names, [(1, 2)])
        pool.close()
        pool.join()
"""


class TestProcesses:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(text, id=name, marks=[pytest.mark.nightly] * (name in ("fork", "execv")))
            for name, text in CHILDREN.items()
        ],
    )
    def test_children(self, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        """All of a command's processes are in the one summary, however they end."""
        monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        expected = 1 if text is CHILDREN["a shell"] else 2

        assert ran(*python(text))[1][-1].startswith(f"  {expected} listing")

    @pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.nightly)])
    def test_multiprocessing(self, folder: Path, method: str) -> None:
        folder.joinpath("main.py").write_text(MULTIPROCESSING)

        assert ran("--", sys.executable, "-P", "main.py", method)[1][-1].startswith("  2 listings were cut")

    def test_killed(self, folder: Path) -> None:
        """What nobody can know is said."""
        status, lines = ran(*python("users.names(1, 2); import os; os.kill(os.getpid(), 9)"))

        assert status == 128 + signal.SIGKILL
        assert lines[0] == "  1 process left no log: killed, or still running"

    def test_without_awscontract(self, folder: Path) -> None:
        """An environment of its own, which has botocore and no awscontract, is re-paged all the same."""
        import botocore

        packages = Path(botocore.__file__).parents[1]
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "venv"], check=True)
        [site] = folder.glob("venv/lib/python*/site-packages")
        for each in packages.iterdir():
            if each.name.partition(".")[0] in ("botocore", "jmespath", "dateutil", "urllib3", "six"):
                site.joinpath(each.name).symlink_to(each)
        text = "import awscontract, sys; users.names(1, 2); sys.exit('hypothesis' in sys.modules)"

        status, lines = ran("--", str(folder / "venv/bin/python"), "-P", "-c", f"import users; {text}")

        assert status == 0
        assert lines[-1].startswith("  1 listing was cut")

    def test_the_user_s_own_sitecustomize(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """It runs as it would without ours, and its folder is where it was."""
        folder.joinpath("sitecustomize.py").write_text("import sys; print('mine', __name__, sys.path[0])\n")
        ran(*python("import sitecustomize; print(sitecustomize.__file__)"))

        assert capfd.readouterr().out == f"mine sitecustomize {folder}\n{folder / 'sitecustomize.py'}\n"


class TestStartup:
    """The file that every Python under the command runs."""

    @pytest.fixture(autouse=True)
    def clean(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = {"folder": str(folder), "root": str(folder), "seed": 0, "page": None, "operations": None}
        monkeypatch.setenv("_AWSCONTRACT_REPAGE", json.dumps(settings))
        monkeypatch.setenv("_AWSCONTRACT_REPAGE_PACKAGE", str(folder / "package"))
        monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
        monkeypatch.setattr(sys, "path", [STARTUP, *sys.path])

    def run(self) -> Any:
        runpy.run_path(f"{STARTUP}/sitecustomize.py")
        return sys.meta_path[0]

    def test_too_old(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A Python that awscontract does not run on says so as soon as it imports botocore."""
        monkeypatch.setattr(sys, "version_info", (3, 9, 1))
        watch = self.run()
        assert list(folder.glob("*.refused")) == []

        assert watch.find_spec("botocore") is None

        [file] = folder.glob("*.refused")
        assert json.loads(file.read_text()) == {
            "python": sys.executable,
            "version": "3.9",
            "reason": "awscontract needs Python 3.11",
        }

    @pytest.mark.parametrize(
        ("is_there", "before", "after"),
        [
            (True, "mine,awscontract.pytest_plugin.plugin", "mine"),
            (True, "awscontract.pytest_plugin.plugin", None),
            (False, "mine", "mine,awscontract.pytest_plugin.plugin"),
            (False, "", "awscontract.pytest_plugin.plugin"),
        ],
    )
    def test_pytest_s_plugin(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool, before: str, after: str | None
    ) -> None:
        """Where it is installed pytest finds it; elsewhere the plugin is named in a variable."""
        monkeypatch.setattr("importlib.util.find_spec", lambda name: "there" if is_there else None)
        monkeypatch.setenv("PYTEST_PLUGINS", before)
        self.run()

        assert os.environ.get("PYTEST_PLUGINS") == after
        assert (str(folder / "package") in sys.path) is not is_there

    def test_old_syntax(self) -> None:
        """It has no syntax that a Python 3.6 would refuse."""
        import ast

        ast.parse(Path(STARTUP, "sitecustomize.py").read_text(), feature_version=(3, 6))


TESTS = """
import users
from unittest import mock
import botocore.session

def test_wrong():
    response = {"Users": [{"UserName": "a"}, {"UserName": "b"}], "IsTruncated": False}
    with mock.patch("botocore.client.BaseClient._make_api_call", return_value=response):
        iam = botocore.session.Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        assert len(iam.list_users()["Users"]) == 2
    assert users.names("a", "b") == ["a", "b"]

def test_lost():
    assert users.names("a", "b")
"""


def test_pytest(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With our plugin there the tests' own calls are left alone, a failure says how to repeat it, and the one summary is the command's."""
    folder.joinpath("test_users.py").write_text(TESTS)
    status, lines = ran(
        "--strict", "--seed", "3", "--", sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"
    )
    out = capfd.readouterr().out

    assert status == 1
    assert "2 failed" in out
    assert "  awscontract repage --seed=3 --strict -- pytest test_users.py::test_wrong\n" in out
    assert "listings were cut" not in out
    assert lines[1:2] == ["    users.py:9  iam:ListUsers, 2 items in 2 listings"]
    assert lines[-1].startswith("  2 listings were cut")


class TestSignals:
    """They reach the command, once, and the summary is printed all the same."""

    def started(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, "repage", "--", sys.executable, "-P", "-c", *arguments], stderr=subprocess.PIPE, **options
        )

    def test_terminate(self, folder: Path) -> None:
        process = self.started(
            "import users, time; users.names(1, 2); print('ready', flush=True); time.sleep(60)", stdout=subprocess.PIPE
        )
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        process.terminate()
        _, err = process.communicate(timeout=60)

        assert process.returncode == 128 + signal.SIGTERM
        assert b"1 listing was cut" in err

    def test_of_a_terminal(self, folder: Path) -> None:
        """It sends Ctrl-C to both, so it is not passed on as well."""
        import fcntl
        import pty

        ours, theirs = pty.openpty()
        text = """
            import signal, time, users
            seen = []
            signal.signal(signal.SIGINT, lambda *_: seen.append(_))
            users.names(1, 2)
            print("ready", flush=True)
            while not seen:
                time.sleep(0.1)
            time.sleep(1)  # for one too many
            print("seen", len(seen), flush=True)
        """
        process = self.started(
            dedent(text), stdin=theirs, stdout=theirs, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        shown = b""
        while not re.search(rb"seen \d\r\n", shown):
            shown += os.read(ours, 100)
            if b"ready\r\n" in shown and not process.returncode and b"sent" not in shown:
                shown += b"sent"
                os.write(ours, b"\x03")
        _, err = process.communicate(timeout=60)

        assert b"seen 1" in shown
        assert process.returncode == 0
        assert b"1 listing was cut" in err
