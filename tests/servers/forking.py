"""Commands in processes of their own that start at once: each is forked from one that has imported everything and done something.

Python, botocore and the contracts take a second of every start, many times what most runs of the tests take.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["forked", "forked_pytest", "script"]

#: What a process may take of the memory: more is an error of the program.
_MEMORY = 2 << 30
#: Several threads ask for it at once.
_ONE = threading.Lock()


def forked(
    arguments: Sequence[str],
    stdin: str = "",
    seconds: float = 60,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    program: str = "awscontract",
) -> subprocess.CompletedProcess[str]:
    """What `awscontract`, `aws` or `pytest` did with these arguments, by default in this environment and folder.

    It is ended after so many seconds, and gets no more than so much memory.
    """
    done = _asked(
        _server(program),
        {
            "arguments": [str(each) for each in arguments],
            "stdin": stdin,
            "seconds": seconds,
            "cwd": str(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
        },
    )
    if done["status"] is None:
        raise subprocess.TimeoutExpired(list(arguments), seconds, done["stdout"], done["stderr"])
    return subprocess.CompletedProcess(list(arguments), done["status"], done["stdout"], done["stderr"])


def forked_pytest(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """pytest, which leaves no cache and does not know that it runs in another one."""
    outside = {name: value for name, value in (env or os.environ).items() if not name.startswith("PYTEST_")}
    return forked(("-p", "no:cacheprovider", *map(str, arguments)), "", 300, cwd, outside, "pytest")


def script(program: str = "awscontract") -> str:
    """The text of a file that does as the program does, for shells that are to find it on their path."""
    return f'#!/bin/sh\nexec {sys.executable} -S -P {__file__} ask {_server(program)} "$@"\n'


def _asked(address: str, asked: Mapping[str, Any]) -> Any:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        connection.sendall(json.dumps(asked).encode())
        connection.shutdown(socket.SHUT_WR)
        return json.loads(_everything(connection))


def _relay(address: str, arguments: Sequence[str]) -> None:
    """Be the file of `script`."""
    here = {"arguments": arguments, "stdin": "", "seconds": 60, "cwd": str(Path.cwd()), "env": dict(os.environ)}
    done = _asked(address, here)
    sys.stdout.write(done["stdout"])
    sys.stderr.write(done["stderr"])
    sys.exit(70 if done["status"] is None else done["status"])


def _server(program: str) -> str:
    """The address of the one that forks."""
    with _ONE:
        return _started(program)


@cache
def _started(program: str) -> str:
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, "serve", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
        cwd=Path(__file__).anchor,  # pytest would read the conftest.py of the test that happens to ask first
    )
    atexit.register(process.communicate)  # it ends when its standard input does
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWSCONTRACT_", "PYTEST_"))}


def _everything(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def _awscontract(arguments: list[str]) -> None:
    from awscontract.cli.main import main

    main(arguments, prog_name="awscontract")


def _aws(arguments: list[str]) -> None:
    clidriver = importlib.import_module("awscli.clidriver")
    importlib.reload(importlib.import_module("awscli"))  # it says in the environment where its data are
    sys.argv = ["aws", *arguments]
    sys.exit(clidriver.main())


def _pytest(arguments: list[str]) -> None:
    import pytest

    sys.exit(pytest.main(arguments))


#: What runs of pytest import. The first one does, as plugins: modules of installed plugins have to come by pytest's own importer.
_IMPORTED = ("hypothesis", "boto3", "moto", "awscontract.conformance.check", "awscontract.clients.fuzzing.runner")
_AS_PLUGINS = [word for each in _IMPORTED if find_spec(each.partition(".")[0]) for word in ("-p", each)]

#: The programs, and what each has done before it is asked for anything.
_PROGRAMS: Mapping[str, tuple[Callable[[list[str]], None], list[str]]] = {
    "awscontract": (_awscontract, ["check", "--explore", "0"]),
    "aws": (_aws, ["--version"]),
    "pytest": (_pytest, ["--help", *_AS_PLUGINS]),
}


def _serve(name: str) -> None:
    program, first = _PROGRAMS[name]
    with open(os.devnull, "w", encoding="utf-8") as nothing, suppress(SystemExit):
        kept, sys.stdout = sys.stdout, nothing
        program(first)
    sys.stdout = kept
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address = str(Path(folder) / "forks")
        listening.bind(address)
        listening.listen(64)
        print(address, flush=True)
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in ready:
                _reap()
                return
            connection, _ = listening.accept()
            _reap()
            if os.fork() == 0:
                listening.close()
                _answer(connection, program)
                os._exit(0)
            connection.close()


def _reap() -> None:
    """Collect those that have answered, so that what they cost is counted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(connection: socket.socket, program: Callable[[list[str]], None]) -> None:
    """Run one and say what it did."""
    asked = json.loads(_everything(connection))
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(asked["stdin"].encode())
        stdin.seek(0)
        running = os.fork()
        if running == 0:
            _become(asked, program, stdin.fileno(), stdout.fileno(), stderr.fileno())
        overdue = []

        def end(*_: object) -> None:
            overdue.append(True)
            os.kill(running, signal.SIGKILL)

        signal.signal(signal.SIGALRM, end)
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
        _, status = os.waitpid(running, 0)
        done: dict[str, Any] = {"status": None if overdue else os.waitstatus_to_exitcode(status)}
        for name, file in (("stdout", stdout), ("stderr", stderr)):
            file.seek(0)
            done[name] = file.read().decode("utf-8", "replace")
    connection.sendall(json.dumps(done).encode())


def _become(asked: dict[str, Any], program: Callable[[list[str]], None], stdin: int, stdout: int, stderr: int) -> None:
    """Be the command."""
    status: Any = 70
    try:
        for number, file in enumerate((stdin, stdout, stderr)):
            os.dup2(file, number)
        for number, mode in enumerate("rww"):
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
            setattr(sys, ("__stdin__", "__stdout__", "__stderr__")[number], stream)
        if sys.platform == "linux":
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        program(list(asked["arguments"]))
        status = 0
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        import traceback

        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        _relay(sys.argv[2], sys.argv[3:])
    else:
        _serve(sys.argv[2])
