"""Clients with threads, executors and event loops under the virtual clock: one outcome and one number of calls at one seed, however fast the machine is."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing import recorder
from awscontract.clients.sandbox import watchdog
from awscontract.clients.sandbox.virtual_time import virtual_clock
from awscontract.errors import UsageError
from client_gallery import loops_right, styles_buggy, styles_right, threads_buggy, threads_right
from client_gallery.right import Page, by_is_truncated
from client_gallery.threads_right import HOUR, items, pages

SAMPLE = threads_right.SAMPLE + loops_right.SAMPLE + styles_right.SAMPLE
ALL = SAMPLE + threads_right.OTHERS + loops_right.OTHERS + styles_right.OTHERS
EACH_RUN = threads_buggy.SAMPLE + styles_buggy.SAMPLE


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """What polls for ever is found out sooner: most of the calls would be of that."""
    monkeypatch.setitem(recorder._REASON, False, 40)


def outcomes(client: Any, times: int, examples: int) -> set[object]:
    """What comes of so many runs at one seed: the numbers of calls, or the violations."""
    found: set[object] = set()
    for _ in range(times):
        try:
            found.add(fuzz_client(client, seed=0, examples=examples, polite=False).calls)
        except ClientContractViolation as violation:
            found.add(str(violation))
    return found


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("client", SAMPLE, ids=lambda each: each.__name__)
def test_right(client: Any, request: pytest.FixtureRequest) -> None:
    """None is blamed, and two runs make as many calls."""
    if client is not SAMPLE[0]:
        request.getfixturevalue("finite")
    [calls] = outcomes(client, 2, 4)

    assert isinstance(calls, int), calls


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the bug of some of them
@pytest.mark.parametrize(
    ("client", "rule"),
    [
        pytest.param(*each, marks=() if each in EACH_RUN else pytest.mark.nightly, id=each[0].__name__)
        for each in threads_buggy.BUGGY + styles_buggy.BUGGY
    ],
)
def test_buggy(client: Any, rule: str) -> None:
    """A bug is found by the rule that is about it, by the same behaviour each time."""
    found = set()
    for _ in range(2):
        with contextlib.redirect_stdout(io.StringIO()), pytest.raises(ClientContractViolation) as caught:
            fuzz_client(client, seed=0, polite=False)
        found.add(re.sub(r"-\d+(_\d+)?", "", str(caught.value)))  # threads are numbered

    assert caught.value.rule == rule
    assert len(found) == 1


@contextmanager
def load() -> Iterator[None]:
    """Two processes that never rest."""
    spins = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for each in spins:
            each.kill()
            each.wait()


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("client", ALL, ids=lambda each: each.__name__)
def test_under_load(client: Any) -> None:
    """So it is on a machine that is busy with something else, two hundred times over."""
    with load():
        [calls] = outcomes(client, 200, 4)

    assert isinstance(calls, int), calls


def events(client: Any, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What a run does with time and turns, one after another, and when."""
    found: list[object] = []
    spend = virtual_clock.Clock.spend

    def spent(clock: Any, seconds: float) -> None:
        found.append((clock.skipped, seconds))
        spend(clock, seconds)

    with monkeypatch.context() as patch:
        patch.setattr(virtual_clock.Clock, "spend", spent)
        fuzz_client(client, seed=0, examples=3, polite=False)
    return found


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize(
    "client", [threads_right.items_in_a_pool, loops_right.in_a_task_group], ids=lambda each: each.__name__
)
def test_to_the_moment(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs do not only make as many calls: time passes by the same parts in the same order."""
    first, second = events(client, monkeypatch), events(client, monkeypatch)

    assert len(first) > 100
    assert first == second


def test_where_threads_wait() -> None:
    """For a client whose threads wait for one another, the message says where each of them does."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(threads_buggy.two_locks_crosswise, seed=0, examples=3)

    text = str(caught.value)
    assert "MainThread at threads_buggy.py:" in text
    assert text.count("(read)") == 2
    assert "by a timeout that raises" in text


def test_where_tasks_wait() -> None:
    """So is one whose tasks do."""
    with pytest.raises(ClientContractViolation, match=r"Task-\d+ at loops_right.py:\d+"):
        fuzz_client(threads_buggy.a_lock_taken_twice, seed=0, examples=3)


def test_an_alarm_rings() -> None:
    """`signal.alarm` rings in virtual time: a client that waits for ever but for it ends with what its handler raises."""

    def late(number: int, frame: Any) -> None:
        raise TimeoutError

    def collect(client: Any, job_id: str) -> list[Page]:
        before = signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, HOUR)
        try:
            threading.Event().wait()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        return pages(client, job_id)

    with pytest.raises(UsageError, match="raised TimeoutError"):  # it has sent no request
        fuzz_client(collect, seed=0, examples=1)


@pytest.mark.nightly
@pytest.mark.usefixtures("brief")
def test_a_variable_that_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that runs in a circle until another one has set a variable does not keep it from doing so."""
    monkeypatch.setattr(watchdog, "_BUDGET", 30.0)

    def collect(client: Any, job_id: str) -> list[Page]:
        found: list[Any] = []

        def read() -> None:
            try:
                found.append(list(items(client, job_id)))
            except Exception as error:
                found.append(error)

        threading.Thread(target=read, daemon=True).start()
        while not found:
            pass
        if isinstance(found[0], Exception):
            raise found[0]
        return list(found[0])

    fuzz_client(collect, seed=0, examples=2, polite=False)


def test_loops_made_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """They wait in real time, and are refused by name."""
    module: Any = ModuleType("uvloop")
    module.Loop = type("Loop", (asyncio.SelectorEventLoop,), {})
    monkeypatch.setitem(sys.modules, "uvloop", module)

    async def read(client: Any, job_id: str) -> list[Page]:
        return pages(client, job_id)

    def collect(client: Any, job_id: str) -> list[Page]:
        coroutine = read(client, job_id)
        with contextlib.closing(coroutine), asyncio.Runner(loop_factory=module.Loop) as runner:
            return runner.run(coroutine)

    with pytest.raises(UsageError, match=r'runs on uvloop, whose pauses take real time: pass clock="real"'):
        fuzz_client(collect, seed=0, examples=1)
    assert fuzz_client(collect, seed=0, examples=1, clock="real").examples == 1
    assert "run_forever" not in vars(module.Loop)


def test_threads_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where gevent has replaced the threads of the process, nothing runs."""
    module: Any = ModuleType("gevent.monkey")
    module.is_module_patched = lambda name: name == "threading"
    monkeypatch.setitem(sys.modules, "gevent.monkey", module)

    with pytest.raises(UsageError, match=r"gevent\.monkey has patched threading"):
        fuzz_client(pages, seed=0, examples=1)


#: How a client runs on each of them.
LOOPS = {
    "uvloop": "return uvloop.run(main(client))",
    "gevent": "job = gevent.spawn(users, client)\n    job.join()\n    return job.get()",
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(LOOPS))
def test_real_loops_made_in_c(name: str) -> None:
    """So they are where they are installed."""
    pytest.importorskip(name)
    code = f"""
from awscontract import fuzz_client
def users(client):
    return [u for p in client.get_paginator("list_users").paginate() for u in p["Users"]]
async def main(client):
    return users(client)
def collect(client):
    import {name}
    {LOOPS[name]}
fuzz_client(collect, operation="iam:ListUsers", seed=0, examples=3)
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert f'UsageError: the client runs on {name}, whose pauses take real time: pass clock="real"' in done.stderr


def test_the_process_ends() -> None:
    """Worker threads of anyio keep nothing from exiting."""
    pytest.importorskip("anyio")
    code = """
import anyio
from awscontract import fuzz_client
def collect(client):
    async def main():
        return await anyio.to_thread.run_sync(lambda: [u for p in client.get_paginator("list_users").paginate() for u in p["Users"]])
    return anyio.run(main)
print(fuzz_client(collect, operation="iam:ListUsers", seed=0, examples=3))
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert "no rule broken" in done.stdout


@pytest.mark.usefixtures("finite")
def test_a_collection_of_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes, it is none of the client's time."""
    monkeypatch.setattr(watchdog, "_BUDGET", 0.2)

    class Slow:
        """Takes its time to be thrown away."""

        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            until = time.thread_time() + 0.5
            while time.thread_time() < until:
                pass

    def collect(client: Any, job_id: str) -> list[Page]:
        found = by_is_truncated(client, job_id)
        Slow()
        gc.collect(0)
        return found

    fuzz_client(collect, seed=0, examples=1, polite=False)
