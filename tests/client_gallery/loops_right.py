"""Right clients on the event loops of asyncio, anyio and trio. None of them may ever be blamed, however slow the machine is."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from .right import JobFailed, Page
from .threads_right import HOUR, pages

__all__ = ["OTHERS", "SAMPLE"]

Asking = Callable[..., Awaitable[Any]]


async def awaited(job_id: str, get: Asking, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep) -> list[Page]:
    """A plain right client, with requests and pauses of any kind."""
    return [item async for page in each_page(job_id, get, sleep) for item in page]


async def each_page(
    job_id: str, get: Asking, sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
) -> AsyncIterator[list[Page]]:
    while (page := await get(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        await sleep(2)
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed
    yield page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = await get(JobId=job_id, Marker=page["Marker"])
        yield page.get("AccessDetails", [])


def in_a_thread(client: Any) -> Asking:
    """The request, sent by a thread of asyncio's pool."""
    return partial(asyncio.to_thread, client.get_organizations_access_report)


# asyncio.


async def within_a_timeout(client: Any, job_id: str) -> list[Page]:
    async with asyncio.timeout(HOUR):
        return await awaited(job_id, in_a_thread(client))


async def each_call_within_a_timeout(client: Any, job_id: str) -> list[Page]:
    async def get(**parameters: Any) -> Any:
        return await asyncio.wait_for(in_a_thread(client)(**parameters), timeout=30)

    return await awaited(job_id, get)


async def in_an_executor_of_its_own(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(3) as pool:

        async def get(**parameters: Any) -> Any:
            call = asyncio.get_running_loop().run_in_executor
            return await call(pool, lambda: client.get_organizations_access_report(**parameters))

        async with asyncio.timeout(HOUR):
            return await awaited(job_id, get)


async def by_asyncio_wait(client: Any, job_id: str) -> list[Page]:
    async def get(**parameters: Any) -> Any:
        task = asyncio.ensure_future(in_a_thread(client)(**parameters))
        _, pending = await asyncio.wait([task], timeout=60)
        assert not pending
        return task.result()

    return await awaited(job_id, get)


async def gathered(client: Any, job_id: str) -> list[Page]:
    """Several at once in threads; the first error ends it."""
    found = await asyncio.gather(*(asyncio.to_thread(pages, client, job_id) for _ in range(3)))
    assert found == [found[0]] * 3
    return found[0]


async def in_a_task_group(client: Any, job_id: str) -> list[Page]:
    """No more than two requests at a time; the first error ends the others."""
    room = asyncio.Semaphore(2)

    async def get(**parameters: Any) -> Any:
        async with room:
            return await in_a_thread(client)(**parameters)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(awaited(job_id, get)) for _ in range(4)]
    return tasks[0].result()


async def as_they_come(client: Any, job_id: str) -> list[Page]:
    """Whoever is first has the result, and the others are cancelled."""
    tasks = [asyncio.create_task(awaited(job_id, in_a_thread(client))) for _ in range(3)]
    try:
        for first in asyncio.as_completed(tasks, timeout=2 * HOUR):
            return await first
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    raise AssertionError


async def through_a_queue_of_asyncio(client: Any, job_id: str) -> list[Page]:
    handed: asyncio.Queue[list[Page] | None] = asyncio.Queue(maxsize=1)

    async def read() -> None:
        try:
            async for page in each_page(job_id, in_a_thread(client)):
                await handed.put(page)
        finally:
            await handed.put(None)

    reader, found = asyncio.create_task(read()), list[Page]()
    while (page := await handed.get()) is not None:
        await asyncio.sleep(0.1)
        found += page
    await reader
    return found


async def with_a_heartbeat(client: Any, job_id: str) -> list[Page]:
    """Something else goes on meanwhile, until it is cancelled."""
    beats = list[float]()

    async def beat() -> None:
        while True:
            beats.append(time.monotonic())
            await asyncio.sleep(0.25)

    task = asyncio.create_task(beat())
    try:
        return await awaited(job_id, in_a_thread(client))
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert beats


async def from_a_thread(client: Any, job_id: str) -> list[Page]:
    """A thread waits on the loop that has started it."""
    loop = asyncio.get_running_loop()

    def read() -> list[Page]:
        def pause(seconds: float) -> None:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(seconds), loop).result(timeout=60)

        return pages(client, job_id, pause)

    return await loop.run_in_executor(None, read)


async def generated(client: Any, job_id: str) -> AsyncIterator[Page]:
    async for page in each_page(job_id, in_a_thread(client)):
        for each in page:
            yield each


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


def running_loop() -> asyncio.AbstractEventLoop:
    """One that a thread of its own runs for as long as the process lives."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


_loops: dict[str, asyncio.AbstractEventLoop] = {"early": running_loop()}


def on_a_loop_of_the_module(client: Any, job_id: str) -> list[Page]:
    return asyncio.run_coroutine_threadsafe(within_a_timeout(client, job_id), _loops["early"]).result(2 * HOUR)


def on_a_loop_started_when_needed(client: Any, job_id: str) -> list[Page]:
    if "late" not in _loops:
        _loops["late"] = running_loop()
    return asyncio.run_coroutine_threadsafe(within_a_timeout(client, job_id), _loops["late"]).result(2 * HOUR)


async def by_tenacity_on_asyncio(client: Any, job_id: str) -> list[Page]:
    tenacity = pytest.importorskip("tenacity")

    @tenacity.retry(
        retry=tenacity.retry_if_result(lambda page: page["JobStatus"] == "IN_PROGRESS"),
        wait=tenacity.wait_exponential(max=60) + tenacity.wait_random(0, 1),
        stop=tenacity.stop_after_delay(HOUR),
    )
    async def finished() -> Any:
        return await in_a_thread(client)(JobId=job_id)

    await finished()
    return await awaited(job_id, in_a_thread(client))


async def by_backoff_on_asyncio(client: Any, job_id: str) -> list[Page]:
    backoff = pytest.importorskip("backoff")

    @backoff.on_predicate(backoff.fibo, lambda page: page["JobStatus"] == "IN_PROGRESS", max_value=60, max_time=HOUR)
    async def finished() -> Any:
        return await in_a_thread(client)(JobId=job_id)

    if (await finished())["JobStatus"] == "IN_PROGRESS":
        raise TimeoutError(job_id)
    return await awaited(job_id, in_a_thread(client))


# anyio and trio.


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


def in_a_task_group_of_anyio(client: Any, job_id: str, backend: str = "asyncio") -> list[Page]:
    """Three readers share a limiter; they hand their pages through a stream."""
    anyio = pytest.importorskip("anyio")

    async def main() -> list[Page]:
        limiter = anyio.CapacityLimiter(2)
        send, receive = anyio.create_memory_object_stream(1)

        async def get(**parameters: Any) -> Any:
            call = partial(client.get_organizations_access_report, **parameters)
            return await anyio.to_thread.run_sync(call, limiter=limiter)

        async def read(number: int, to: Any) -> None:
            async with to:
                await to.send((number, await awaited(job_id, get, anyio.sleep)))

        async with anyio.create_task_group() as group:
            for number in range(3):
                group.start_soon(read, number, send.clone())
            send.close()
            async with receive:
                found = {number: each async for number, each in receive}
        assert found[0] == found[1] == found[2]
        return found[0]

    try:
        found: list[Page] = anyio.run(main, backend=backend)
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return found


def in_a_nursery_of_trio(client: Any, job_id: str) -> list[Page]:
    pytest.importorskip("trio")
    return in_a_task_group_of_anyio(client, job_id, "trio")


def from_a_thread_of_anyio(client: Any, job_id: str) -> list[Page]:
    anyio = pytest.importorskip("anyio")

    async def main() -> Any:
        return await anyio.to_thread.run_sync(
            pages, client, job_id, lambda seconds: anyio.from_thread.run(anyio.sleep, seconds)
        )

    return list(anyio.run(main))


def through_a_portal(client: Any, job_id: str) -> list[Page]:
    anyio = pytest.importorskip("anyio")
    from anyio.from_thread import start_blocking_portal

    async def read() -> list[Page]:
        async def get(**parameters: Any) -> Any:
            return await anyio.to_thread.run_sync(partial(client.get_organizations_access_report, **parameters))

        return await awaited(job_id, get, anyio.sleep)

    with start_blocking_portal() as portal:
        return list(portal.start_task_soon(read).result(timeout=2 * HOUR))


def the_first_of_a_nursery(client: Any, job_id: str) -> list[Page]:
    """The first of five tasks to end cancels the others, whichever trio lets go first."""
    trio = pytest.importorskip("trio")
    found = list[Any]()

    async def main() -> None:
        async def get(**parameters: Any) -> Any:
            await trio.lowlevel.checkpoint()
            return client.get_organizations_access_report(**parameters)

        async def read(scope: Any) -> None:
            try:
                found.append(await awaited(job_id, get, trio.sleep))
            except Exception as error:
                found.append(error)
            scope.cancel()

        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(read, nursery.cancel_scope)

    trio.run(main)
    if isinstance(found[0], Exception):
        raise found[0]
    return list(found[0])


#: Some in every run, all of them nightly.
SAMPLE = (
    within_a_timeout,
    in_a_task_group,
    as_they_come,
    on_anyio,
    on_trio,
    the_first_of_a_nursery,
    on_a_loop_of_the_module,
)
OTHERS = (
    each_call_within_a_timeout, in_an_executor_of_its_own, by_asyncio_wait, gathered, through_a_queue_of_asyncio,
    with_a_heartbeat, from_a_thread, generated, on_the_loop_of_a_thread, on_a_loop_started_when_needed,
    by_tenacity_on_asyncio, by_backoff_on_asyncio, in_a_task_group_of_anyio, in_a_nursery_of_trio,
    from_a_thread_of_anyio, through_a_portal,
)  # fmt: skip
