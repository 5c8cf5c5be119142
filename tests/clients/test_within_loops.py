"""`fuzz_client` called on an event loop, as in a test that is an `async def`; and clients on a loop that have to be stopped."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing import recorder
from awscontract.clients.sandbox import watchdog
from awscontract.errors import UsageError

users = partial(fuzz_client, operation="iam:ListUsers", key="UserName", seed=0, examples=2)


def plain(client: Any) -> list[str]:
    pages = client.get_paginator("list_users").paginate()
    return [user["UserName"] for page in pages for user in page["Users"]]


def first_page(client: Any) -> list[str]:
    return [user["UserName"] for user in client.list_users()["Users"]]


async def awaits(client: Any) -> list[str]:
    return await asyncio.to_thread(plain, client)


async def yields(client: Any) -> AsyncIterator[str]:
    for each in await awaits(client):
        yield each


def on_asyncio(client: Any) -> list[str]:
    coroutine = awaits(client)
    try:
        return asyncio.run(coroutine)
    finally:
        coroutine.close()


def on_anyio(client: Any, backend: str = "asyncio") -> Any:
    anyio = pytest.importorskip("anyio")

    async def main() -> Any:
        return await anyio.to_thread.run_sync(plain, client)

    return anyio.run(main, backend=backend)


def on_trio(client: Any) -> Any:
    pytest.importorskip("trio")
    return on_anyio(client, "trio")


async def called_on_a_loop(client: Callable[..., Any]) -> object:
    return users(client)


@pytest.mark.parametrize("client", [awaits, yields, on_asyncio, on_anyio])
def test_refused(client: Callable[..., Any]) -> None:
    """No loop runs within another one, which is not the client's fault: the message says what to do."""
    with pytest.raises(UsageError, match=r"`await asyncio\.to_thread\(fuzz_client, \.\.\.\)`"):
        asyncio.run(called_on_a_loop(client))


def test_refused_on_trio() -> None:
    """Neither does one of trio."""
    trio = pytest.importorskip("trio")
    with pytest.raises(UsageError, match=r"`await asyncio\.to_thread\(fuzz_client, \.\.\.\)`"):
        trio.run(called_on_a_loop, on_trio)


def test_judged() -> None:
    """A client that needs no loop is judged on one, and every client is in a thread."""
    asyncio.run(called_on_a_loop(plain))
    with pytest.raises(ClientContractViolation):
        asyncio.run(called_on_a_loop(first_page))
    for client in (awaits, yields, on_asyncio, on_anyio):
        asyncio.run(asyncio.to_thread(users, client))  # type: ignore[arg-type]


async def within_a_group(client: Any, job_id: str) -> None:
    async def read() -> None:
        while True:
            await asyncio.to_thread(client.get_organizations_access_report, JobId=job_id)
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(read())


def within_a_nursery(client: Any, job_id: str) -> None:
    trio = pytest.importorskip("trio")

    async def read() -> AsyncIterator[Any]:
        while True:
            yield await trio.to_thread.run_sync(partial(client.get_organizations_access_report, JobId=job_id))
            await trio.sleep(1)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            async for _ in read():
                pass

    trio.run(main)


def waits_on_trio(client: Any, job_id: str) -> None:
    trio = pytest.importorskip("trio")

    async def main() -> None:
        client.get_organizations_access_report(JobId=job_id)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)

    trio.run(main)


def in_a_bare_thread(client: Any, job_id: str) -> None:
    import _thread

    over = threading.Event()

    def read() -> None:
        while True:
            client.get_organizations_access_report(JobId=job_id)

    _thread.start_new_thread(read, ())
    over.wait()


@pytest.mark.parametrize("client", [within_a_group, within_a_nursery, waits_on_trio, in_a_bare_thread])
def test_stopped(client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said but the violation: no task, thread or generator complains that it was stopped."""
    monkeypatch.setitem(recorder._REASON, False, 10)
    monkeypatch.setitem(recorder._REASON, True, 5)
    monkeypatch.setattr(watchdog, "_PAUSES", 50)
    said = list[object]()
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: said.append(raised.exc_value))
    with pytest.raises(ClientContractViolation, match=r"it was stopped"):
        fuzz_client(client, seed=0, examples=1)
    gc.collect()

    assert not said
    assert not caplog.records


def test_a_module_that_is_imported_late(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a client imports while it runs has the real clock again afterwards, and the next run's clock after that."""
    (tmp_path / "imported_late.py").write_text("from time import monotonic, sleep\n")
    monkeypatch.syspath_prepend(tmp_path)

    def collect(client: Any) -> list[str]:
        import imported_late  # type: ignore[import-not-found]

        before = imported_late.monotonic()
        imported_late.sleep(3600)
        assert imported_late.monotonic() - before > 3600
        return plain(client)

    try:
        users(collect)
        assert sys.modules["imported_late"].monotonic is time.monotonic
        users(collect)
    finally:
        sys.modules.pop("imported_late", None)
