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
from pathlib import Path
from typing import Any

__all__ = ["forked"]

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
    """What `awscontract` or `aws` with these arguments did, by default in this environment and folder, within bounds of time and memory."""
    asked = {
        "arguments": arguments,
        "stdin": stdin,
        "seconds": seconds,
        "cwd": str(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(_server(program))
        connection.sendall(json.dumps(asked).encode())
        connection.shutdown(socket.SHUT_WR)
        done = json.loads(_everything(connection))
    if done["status"] is None:
        raise subprocess.TimeoutExpired(list(arguments), seconds, done["stdout"], done["stderr"])
    return subprocess.CompletedProcess(list(arguments), done["status"], done["stdout"], done["stderr"])


def _server(program: str) -> str:
    """The address of the one that forks."""
    with _ONE:
        return _started(program)


@cache
def _started(program: str) -> str:
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    atexit.register(process.communicate)  # it ends when its standard input does
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWSCONTRACT_")}


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


#: The programs, and what each has done before it is asked for anything.
_PROGRAMS = {"awscontract": (_awscontract, ["check", "--explore", "0"]), "aws": (_aws, ["--version"])}


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
    _serve(sys.argv[1])
