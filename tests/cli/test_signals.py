"""Signals: what was learnt until then is judged, printed and saved, and the exit status says which signal it was."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import jsonschema
import pytest

from awscontract.errors import Interrupted
from awscontract.options.signals import interruptible
from awscontract.spec.schema import schema

from cli_kit import run, started
from results_kit import USERS, judged

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def handlers():
    """Signals reach Python, whatever ignores them where the tests run."""
    before = {each: signal.signal(each, signal.default_int_handler) for each in SIGNALS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


#: Ctrl-C at the moment when the entry point has begun to import the command.
WHILE_IMPORTING = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "awscontract.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
signal.signal(signal.SIGINT, signal.default_int_handler)
from awscontract.cli.entry import main
main()
"""


def test_while_the_command_is_imported():
    """One line and the signal's status, no traceback."""
    command = [sys.executable, "-P", "-c", WHILE_IMPORTING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "awscontract: interrupted\n")


def test_while_a_program_is_started(monkeypatch):
    """It is known by then, and can be ended: an interruption in the middle would leave one behind that nobody knows."""
    start = subprocess.Popen._execute_child

    def interrupted(self, *arguments):
        start(self, *arguments)
        os.kill(os.getpid(), signal.SIGTERM)

    def run():
        found.append(subprocess.Popen([sys.executable, "-c", "pass"]))
        threading.Event().wait(60)

    monkeypatch.setattr(subprocess.Popen, "_execute_child", interrupted)
    found = []
    with pytest.raises(Interrupted), interruptible():
        run()

    assert [each.wait() for each in found] == [0]


def interrupting(judge, number, *, cut=True):
    """A judge that a signal interrupts, and that returns what it has once it is asked to stop."""

    def check(client, **options):
        os.kill(os.getpid(), number)
        assert options["stop"].wait(30)
        result = judge(client, **options)
        return replace(result, cut_short="interrupted") if cut else result

    return check


@pytest.mark.parametrize("number", SIGNALS)
def test_what_was_learnt_is_kept(judge, monkeypatch, tmp_path, number):
    """It is judged, printed, saved and recorded, with the signal's name in it."""
    monkeypatch.setattr("awscontract.conformance.check.check", interrupting(judge, number))
    judge.found = judged(**{"pagination.complete": "failed"})
    done = run("check", "--save", f"{tmp_path}/r.json", "--record", f"{tmp_path}/t.jsonl")
    document = json.loads((tmp_path / "r.json").read_text())

    assert done.exit_code == 128 + number
    assert "FAILED  pagination.complete" in done.stdout
    assert done.stderr.endswith(f"interrupted by {number.name}: only what was learnt until then was judged\n")
    assert document["cut_short"] == f"interrupted by {number.name}"
    jsonschema.validate(document, schema("result"))
    assert (tmp_path / "t.jsonl").exists()


def test_operations_that_had_not_begun(judge, monkeypatch):
    """They are listed as not judged, and the others are kept."""
    judge.found = judged(operation=USERS)
    monkeypatch.setattr("awscontract.conformance.check.check", interrupting(judge, signal.SIGTERM))
    done = run("check", USERS, "iam:ListRoles", "--format", "json")
    first, second = json.loads(done.stdout)["results"]

    assert done.exit_code == 143
    assert (first["operation"], first["cut_short"]) == (USERS, "interrupted by SIGTERM")
    assert (second["verdict"], second["cut_short"]) == ("indeterminate", "interrupted by SIGTERM")


def test_a_result_that_came_in_time(judge, monkeypatch):
    """A run that was complete when the signal came is not called cut short; the status is the signal's all the same."""
    monkeypatch.setattr("awscontract.conformance.check.check", interrupting(judge, signal.SIGINT, cut=False))
    done = run("check", "--format", "json")

    assert done.exit_code == 130
    assert json.loads(done.stdout)["cut_short"] is None


@pytest.mark.parametrize("number", SIGNALS)
def test_other_commands(monkeypatch, tmp_path, number):
    """Where nothing was learnt, it is a line."""

    def interrupt(*args):
        os.kill(os.getpid(), number)
        threading.Event().wait(30)

    (tmp_path / "r.json").write_text(judged().to_json())
    monkeypatch.setattr("awscontract.cli.commands.diff.compare_all", interrupt)
    done = run("diff", f"{tmp_path}/r.json", f"{tmp_path}/r.json")

    assert (done.exit_code, done.stdout) == (128 + number, "")
    assert done.stderr == f"awscontract: interrupted by {number.name}\n"


def test_the_second_signal_ends_it():
    """Only the first one is for us; afterwards the process ends as it would have."""
    with interruptible() as interruption, interruption.deferred():
        os.kill(os.getpid(), signal.SIGTERM)
        assert interruption.stop.wait(30)
        with pytest.raises(KeyboardInterrupt) as caught:
            _kill_and_wait(signal.SIGTERM)

    assert not isinstance(caught.value, Interrupted)


def _kill_and_wait(number):
    os.kill(os.getpid(), number)
    threading.Event().wait(30)


def test_what_is_ignored_stays_ignored():
    """As under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible() as interruption:
        os.kill(os.getpid(), signal.SIGHUP)

        assert interruption.signal is None
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_in_another_thread():
    """Signals are for the main thread alone."""
    found = []

    def use():
        with interruptible() as interruption:
            found.append(interruption.signal)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()

    assert found == [None]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_real_run(tmp_path, number):
    """A run against a server that never finishes a job keeps what it learnt, in a process of its own."""
    from awscontract.emulator import Behaviour, Emulator, serve

    requests = threading.Semaphore(0)

    class Counting(Emulator):
        """Counts the requests that it responded to."""

        def respond(self, request):
            response = super().respond(request)
            requests.release()
            return response

    with serve(Counting(behaviour=Behaviour(polls=10**9))) as server:
        arguments = ("check", "--endpoint-url", server.url, "--save", f"{tmp_path}/r.json", "--record", f"{tmp_path}/t")
        with started(*arguments, "--poll-interval", "0.05", "--format", "json", cwd=tmp_path) as process:
            try:
                for _ in range(12):
                    assert requests.acquire(timeout=60)
                process.send_signal(number)
                output, errors = process.communicate(timeout=60)
            finally:
                process.kill()
    document = json.loads(output)

    assert process.returncode == 128 + number, errors
    assert document == json.loads((tmp_path / "r.json").read_text())
    assert document["cut_short"] == f"interrupted by {number.name}"
    assert document["exercised"] > 0
    assert (tmp_path / "t").exists()


def test_not_within_an_import():
    """A signal inside of Python's import code is raised after it: in there it might leave the import lock held, and threads would wait for ever."""
    code = compile(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nheld = False\n",
        "<frozen importlib._bootstrap>",
        "exec",
    )
    state = {"held": True}

    def interrupted() -> None:
        with interruptible():
            exec(code, state)
            threading.Event().wait(30)

    with pytest.raises(Interrupted):
        interrupted()
    assert not state["held"]
