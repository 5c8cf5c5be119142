"""Clients with threads, executors and event loops under the virtual clock: one outcome and one number of calls at one seed, however fast the machine is."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import Queue
from typing import Any

import boto3
import pytest
from botocore.config import Config

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.sandbox import watchdog
from client_gallery.right import JobFailed, Page, by_is_truncated

HOUR = 3600.0
Asking = Callable[..., Awaitable[Any]]


def pages(client: Any, job_id: str, pause: Callable[[float], Any] = time.sleep) -> list[Page]:
    """A plain right client, with pauses of any kind."""
    get = client.get_organizations_access_report
    while (page := get(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        pause(2)
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = get(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


async def awaited(job_id: str, get: Asking, sleep: Callable[[float], Awaitable[Any]]) -> list[Page]:
    """The same, asynchronously."""
    while (page := await get(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        await sleep(2)
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = await get(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


async def within_a_timeout(client: Any, job_id: str) -> list[Page]:
    async def get(**parameters: Any) -> Any:
        return await asyncio.to_thread(client.get_organizations_access_report, **parameters)

    async with asyncio.timeout(HOUR):
        return await awaited(job_id, get, asyncio.sleep)


async def each_call_within_a_timeout(client: Any, job_id: str) -> list[Page]:
    async def get(**parameters: Any) -> Any:
        call = asyncio.to_thread(client.get_organizations_access_report, **parameters)
        return await asyncio.wait_for(call, timeout=30)

    return await awaited(job_id, get, asyncio.sleep)


async def in_an_executor_of_its_own(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(3) as pool:

        async def get(**parameters: Any) -> Any:
            call = asyncio.get_running_loop().run_in_executor
            return await call(pool, lambda: client.get_organizations_access_report(**parameters))

        async with asyncio.timeout(HOUR):
            return await awaited(job_id, get, asyncio.sleep)


async def by_asyncio_wait(client: Any, job_id: str) -> list[Page]:
    async def get(**parameters: Any) -> Any:
        task = asyncio.ensure_future(asyncio.to_thread(client.get_organizations_access_report, **parameters))
        _, pending = await asyncio.wait([task], timeout=60)
        assert not pending
        return task.result()

    return await awaited(job_id, get, asyncio.sleep)


def on_anyio(client: Any, job_id: str, backend: str = "asyncio") -> list[Page]:
    anyio = pytest.importorskip("anyio")

    async def main() -> list[Page]:
        async def get(**parameters: Any) -> Any:
            return await anyio.to_thread.run_sync(lambda: client.get_organizations_access_report(**parameters))

        with anyio.fail_after(HOUR):
            return await awaited(job_id, get, anyio.sleep)

    found: list[Page] = anyio.run(main, backend=backend)
    return found


def on_trio(client: Any, job_id: str) -> list[Page]:
    pytest.importorskip("trio")
    return on_anyio(client, job_id, "trio")


def several_threads(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: pages(client, job_id), range(4)))
    assert found == [found[0]] * 4
    return found[0]


def result_with_a_timeout(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(pages, client, job_id).result(timeout=2 * HOUR)


def the_first_to_finish(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(1) as pool:
        return next(as_completed([pool.submit(pages, client, job_id)], timeout=2 * HOUR)).result()


POOL, WARM = ThreadPoolExecutor(2), ThreadPoolExecutor(1)
WARM.submit(int).result()


def in_the_pool_of_a_module(client: Any, job_id: str) -> list[Page]:
    return POOL.submit(pages, client, job_id).result(timeout=2 * HOUR)


def in_a_pool_that_has_worked(client: Any, job_id: str) -> list[Page]:
    return WARM.submit(pages, client, job_id).result(timeout=2 * HOUR)


def on_an_event(client: Any, job_id: str) -> list[Page]:
    return pages(client, job_id, lambda seconds: threading.Event().wait(seconds))


def on_a_timer(client: Any, job_id: str) -> list[Page]:
    def pause(seconds: float) -> None:
        over = threading.Event()
        threading.Timer(seconds, over.set).start()
        over.wait()

    return pages(client, job_id, pause)


def through_a_queue(client: Any, job_id: str) -> list[Page]:
    items: Queue[Any] = Queue(maxsize=1)

    def read() -> None:
        try:
            for each in pages(client, job_id):
                items.put(each)
            items.put(None)
        except BaseException as error:
            items.put(error)

    threading.Thread(target=read).start()
    found: list[Page] = []
    while (item := items.get(timeout=2 * HOUR)) is not None:
        if isinstance(item, BaseException):
            raise item
        found.append(item)
    return found


def while_it_is_alive(client: Any, job_id: str) -> list[Page]:
    found: list[Any] = []

    def read() -> None:
        try:
            found.append(pages(client, job_id))
        except Exception as error:
            found.append(error)

    thread, until = threading.Thread(target=read, daemon=True), time.monotonic() + 2 * HOUR
    thread.start()
    while thread.is_alive() and time.monotonic() < until:
        time.sleep(0.5)
    if isinstance(found[0], Exception):
        raise found[0]
    return list(found[0])


LOCK = threading.Lock()


def one_at_a_time(client: Any, job_id: str) -> list[Page]:
    """With a lock that is older than the run, held while time passes."""

    class Limited:
        @staticmethod
        def get_organizations_access_report(**parameters: Any) -> Any:
            with LOCK:
                time.sleep(0.1)
                return client.get_organizations_access_report(**parameters)

    with ThreadPoolExecutor(2) as pool:
        return next(iter(pool.map(lambda _: pages(Limited, job_id), range(2))))


def on_the_loop_of_a_thread(client: Any, job_id: str) -> list[Page]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        return asyncio.run_coroutine_threadsafe(within_a_timeout(client, job_id), loop).result(timeout=2 * HOUR)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def with_adaptive_retries(client: Any, job_id: str) -> list[Page]:
    patient: Any = boto3.client("iam", config=Config(retries={"mode": "adaptive", "max_attempts": 10}))
    return by_is_truncated(patient, job_id)


#: Some in every run, all of them nightly.
SAMPLE = (
    within_a_timeout, in_an_executor_of_its_own, on_anyio, on_trio, several_threads, on_an_event, in_a_pool_that_has_worked,
    one_at_a_time,
)  # fmt: skip
OTHERS = (
    result_with_a_timeout, with_adaptive_retries, each_call_within_a_timeout, by_asyncio_wait, the_first_to_finish, in_the_pool_of_a_module, on_a_timer, through_a_queue,
    while_it_is_alive, on_the_loop_of_a_thread,
)  # fmt: skip


def outcomes(client: Any, times: int, examples: int) -> set[object]:
    """What comes of so many runs at one seed: the numbers of calls, or the violations."""
    found: set[object] = set()
    for _ in range(times):
        try:
            found.add(fuzz_client(client, seed=0, examples=examples, polite=False).calls)
        except ClientContractViolation as violation:
            found.add(str(violation))
    return found


@pytest.mark.parametrize("client", SAMPLE, ids=lambda each: each.__name__)
def test_right(client: Any, request: pytest.FixtureRequest) -> None:
    """None is blamed, and two runs make as many calls."""
    if client is not SAMPLE[0]:
        request.getfixturevalue("finite")
    [calls] = outcomes(client, 2, 4)

    assert isinstance(calls, int), calls


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
@pytest.mark.parametrize("client", SAMPLE + OTHERS, ids=lambda each: each.__name__)
def test_under_load(client: Any) -> None:
    """So it is on a machine that is busy with something else, two hundred times over."""
    with load():
        [calls] = outcomes(client, 200, 12)

    assert isinstance(calls, int), calls


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
