"""More right clients with threads and event loops, in ways that are seldom seen. None of them may ever be blamed, however slow the machine is."""

from __future__ import annotations

import _thread
import asyncio
import sched
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextvars import ContextVar, copy_context
from functools import partial
from queue import PriorityQueue
from typing import Any

import pytest
from botocore.waiter import WaiterModel, create_waiter_with_client

from .loops_right import awaited, each_page, in_a_thread
from .right import JobFailed, Page
from .threads_right import HOUR, items, pages

__all__ = ["FINISHED", "OTHERS", "SAMPLE", "over_a_channel_of_trio"]


# Pools.


def a_request_at_a_time_in_a_pool(client: Any, job_id: str) -> list[Page]:
    """Each request is a future of its own; whichever is done says what comes next."""
    found: dict[int, list[Page]] = {}
    get, until = client.get_organizations_access_report, time.monotonic() + 2 * HOUR
    with ThreadPoolExecutor(2) as pool:
        places: dict[Future[Any], int] = {pool.submit(get, JobId=job_id): 0}
        while places:
            done, _ = wait(places, timeout=until - time.monotonic(), return_when=FIRST_COMPLETED)
            if not done:
                raise TimeoutError(job_id)
            for each in done:
                place, page = places.pop(each), each.result()
                if page["JobStatus"] == "FAILED":
                    raise JobFailed
                if page["JobStatus"] == "IN_PROGRESS":
                    time.sleep(3)
                    places[pool.submit(get, JobId=job_id)] = place
                    continue
                found[place] = page.get("AccessDetails", [])
                if page.get("IsTruncated"):
                    places[pool.submit(get, JobId=job_id, Marker=page["Marker"])] = place + 1
    return [item for place in sorted(found) for item in found[place]]


def each_page_as_completed(client: Any, job_id: str) -> Iterator[Page]:
    """What is done about the items of one page has a minute."""

    def prepared(item: Page) -> Page:
        time.sleep(len(item["ServiceName"]) / 10)
        return item

    with ThreadPoolExecutor(4) as pool:
        for number, item in enumerate(items(client, job_id)):
            places = {pool.submit(prepared, item): number}
            for each in as_completed(places, timeout=60):
                yield each.result()


_job: ContextVar[str] = ContextVar("job")


def in_a_copied_context(client: Any, job_id: str) -> list[Page]:
    """The job is known by the context, which a pool does not take along by itself."""
    token = _job.set(job_id)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(copy_context().run, lambda: pages(client, _job.get())).result(timeout=2 * HOUR)
    finally:
        _job.reset(token)


# Threads.


def at_most_two_at_a_time(client: Any, job_id: str) -> list[Page]:
    """A thread for each item, and a semaphore lets two of them work."""
    room, found = threading.BoundedSemaphore(2), dict[int, Page]()

    def prepare(number: int, item: Page) -> None:
        with room:
            time.sleep(0.5)
            found[number] = item

    threads = [threading.Thread(target=prepare, args=each) for each in enumerate(items(client, job_id))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return [found[number] for number in range(len(threads))]


def until_a_timer_is_over(client: Any, job_id: str) -> list[Page]:
    """A timer says when it is too late, and is cancelled otherwise."""
    late = threading.Event()
    timer = threading.Timer(HOUR, late.set)
    timer.start()

    def pause(seconds: float) -> None:
        if late.wait(seconds):
            raise TimeoutError(job_id)

    try:
        return pages(client, job_id, pause)
    finally:
        timer.cancel()


def until_a_deadline_under_a_condition(client: Any, job_id: str) -> list[Page]:
    """A thread waits under a condition for as long as is left, and may be woken for nothing."""
    changed, found = threading.Condition(), list[Any]()

    def read() -> None:
        result: Any
        try:
            result = pages(client, job_id)
        except Exception as error:
            result = error
        with changed:
            found.append(result)
            changed.notify_all()

    threading.Thread(target=read, daemon=True).start()
    until = time.monotonic() + 2 * HOUR
    with changed:
        while not found:
            if (left := until - time.monotonic()) <= 0:
                raise TimeoutError(job_id)
            changed.wait(min(left, 45))
    if isinstance(found[0], Exception):
        raise found[0]
    return list(found[0])


def by_priority(client: Any, job_id: str) -> list[Page]:
    """Workers take items in the order of their priorities; what is behind all items ends them."""
    work: PriorityQueue[tuple[int, int]] = PriorityQueue()
    found, listed = dict[int, Page](), list(items(client, job_id))

    def consume() -> None:
        while (place := work.get()[1]) >= 0:
            time.sleep(0.2)
            found[place] = listed[place]

    for place in range(len(listed)):
        work.put((place, place))
    workers = [threading.Thread(target=consume, daemon=True) for _ in range(2)]
    for each in workers:
        work.put((len(listed), -1))
        each.start()
    for each in workers:
        each.join(timeout=HOUR)
        if each.is_alive():
            raise TimeoutError(job_id)
    return [found[place] for place in sorted(found)]


def by_a_bare_thread(client: Any, job_id: str) -> list[Page]:
    """Without the module `threading`."""
    over, found = _thread.allocate_lock(), list[Any]()
    over.acquire()

    def read() -> None:
        try:
            found.append(pages(client, job_id))
        except Exception as error:
            found.append(error)
        finally:
            over.release()

    _thread.start_new_thread(read, ())
    over.acquire()
    if isinstance(found[0], Exception):
        raise found[0]
    return list(found[0])


# One thread.


def by_a_schedule(client: Any, job_id: str) -> list[Page]:
    agenda, state = sched.scheduler(time.monotonic, time.sleep), dict[str, Any]()

    def look() -> None:
        state["page"] = client.get_organizations_access_report(JobId=job_id)
        if state["page"]["JobStatus"] == "IN_PROGRESS":
            agenda.enter(5, 1, look)

    def late() -> None:
        raise TimeoutError(job_id)

    agenda.enter(0, 1, look)
    limit = agenda.enter(HOUR, 0, late)
    while "page" not in state or state["page"]["JobStatus"] == "IN_PROGRESS":
        agenda.run(blocking=False)
        time.sleep(0.5)
    agenda.cancel(limit)
    return pages(client, job_id)


FINISHED: dict[str, Any] = {
    "version": 2,
    "waiters": {
        "ReportFinished": {
            "operation": "GetOrganizationsAccessReport",
            "delay": 5,
            "maxAttempts": 700,
            "acceptors": [
                {"matcher": "path", "argument": "JobStatus", "expected": "COMPLETED", "state": "success"},
                {"matcher": "path", "argument": "JobStatus", "expected": "FAILED", "state": "failure"},
            ],
        }
    },
}


def by_a_waiter_of_its_own(client: Any, job_id: str) -> list[Page]:
    """botocore has none for this operation; its machinery is there."""
    waiter = create_waiter_with_client("ReportFinished", WaiterModel(FINISHED), client)
    waiter.wait(JobId=job_id, MaxItems=1)  # type: ignore[no-untyped-call]
    return pages(client, job_id)


def by_retrying(client: Any, job_id: str) -> list[Page]:
    retrying = pytest.importorskip("retrying")

    @retrying.retry(
        retry_on_result=lambda page: page["JobStatus"] == "IN_PROGRESS",
        wait_exponential_multiplier=500,
        wait_exponential_max=30_000,
        stop_max_delay=HOUR * 1000,
    )
    def finished() -> Any:
        return client.get_organizations_access_report(JobId=job_id)

    finished()
    return pages(client, job_id)


def by_polling(client: Any, job_id: str) -> list[Page]:
    polling = pytest.importorskip("polling2")
    get = partial(client.get_organizations_access_report, JobId=job_id)
    polling.poll(lambda: get()["JobStatus"] != "IN_PROGRESS", step=4, timeout=HOUR)
    return pages(client, job_id)


# asyncio.


async def by_workers_of_asyncio(client: Any, job_id: str) -> list[Page]:
    """Three tasks take what is in a queue, and are cancelled when all is done."""
    work: asyncio.Queue[tuple[int, Page]] = asyncio.Queue(maxsize=2)
    found: dict[int, Page] = {}

    async def consume() -> None:
        while True:
            number, item = await work.get()
            await asyncio.sleep(0.1 * (number % 3))
            found[number] = item
            work.task_done()

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(consume()) for _ in range(3)]
        number = 0
        async for page in each_page(job_id, in_a_thread(client)):
            for item in page:
                await work.put((number, item))
                number += 1
        await work.join()
        for each in workers:
            each.cancel()
    return [found[each] for each in sorted(found)]


async def gathered_two_at_a_time(client: Any, job_id: str) -> list[Page]:
    """A task for each item, of which a semaphore lets two work."""
    room = asyncio.Semaphore(2)

    async def prepared(item: Page) -> Page:
        async with room:
            return await asyncio.to_thread(lambda: (time.sleep(0.3), item)[1])  # type: ignore[func-returns-value]

    return await asyncio.gather(*map(prepared, await awaited(job_id, in_a_thread(client))))


async def by_callbacks_of_the_loop(client: Any, job_id: str) -> list[Page]:
    """Without coroutines: the loop calls again later."""
    loop, over = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def look() -> None:
        loop.run_in_executor(None, lambda: client.get_organizations_access_report(JobId=job_id)).add_done_callback(read)

    def read(done: asyncio.Future[Any]) -> None:
        if over.done():
            return
        if error := done.exception():
            over.set_exception(error)
        elif done.result()["JobStatus"] == "IN_PROGRESS":
            loop.call_later(2, look)
        else:
            over.set_result(None)

    look()
    async with asyncio.timeout_at(loop.time() + HOUR):
        await over
    return await awaited(job_id, in_a_thread(client))


async def told_by_a_thread(client: Any, job_id: str) -> list[Page]:
    """A thread that is not of a pool tells the loop about each page."""
    loop, told = asyncio.get_running_loop(), asyncio.Queue[Any]()

    def read() -> None:
        try:
            for each in items(client, job_id):
                loop.call_soon_threadsafe(told.put_nowait, each)
            loop.call_soon_threadsafe(told.put_nowait, None)
        except Exception as error:
            loop.call_soon_threadsafe(told.put_nowait, error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    found = list[Page]()
    while (item := await asyncio.wait_for(told.get(), timeout=2 * HOUR)) is not None:
        if isinstance(item, Exception):
            raise item
        found.append(item)
    await asyncio.to_thread(thread.join)
    return found


async def in_step_on_asyncio(client: Any, job_id: str) -> list[Page]:
    """Two tasks meet after each page at a barrier of asyncio, one of them shielded."""
    barrier = asyncio.Barrier(2)

    async def read() -> list[Page]:
        found = list[Page]()
        try:
            async for page in each_page(job_id, in_a_thread(client)):
                found += page
                async with asyncio.timeout(HOUR):
                    await barrier.wait()
        except Exception:
            await barrier.abort()
            raise
        return found

    one, other = asyncio.create_task(read()), asyncio.create_task(read())
    found = await asyncio.gather(asyncio.shield(one), other, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(
            each, threading.BrokenBarrierError | asyncio.BrokenBarrierError
        ):
            raise each
    assert found[0] == found[1]
    return one.result()


# anyio and trio.


def over_a_channel_of_trio(
    client: Any, job_id: str, room: int, take: Callable[[Any], Awaitable[list[Page]]]
) -> list[Page]:
    """One task reads pages in threads, and another one takes them from a channel with room for so many."""
    trio = pytest.importorskip("trio")
    found, trouble = list[Page](), list[Exception]()

    async def main() -> None:
        send, receive = trio.open_memory_channel(room)
        limiter = trio.CapacityLimiter(1)

        async def get(**parameters: Any) -> Any:
            return await trio.to_thread.run_sync(
                partial(client.get_organizations_access_report, **parameters), limiter=limiter
            )

        async def read() -> None:
            async with send:
                try:
                    async for page in each_page(job_id, get, trio.sleep):
                        await send.send(page)
                except Exception as error:
                    trouble.append(error)

        with trio.fail_after(2 * HOUR):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(read)
                found.extend(await take(receive))

    trio.run(main)
    if trouble:
        raise trouble[0]
    return found


def through_a_channel_of_trio(client: Any, job_id: str) -> list[Page]:
    """The pages are taken more slowly than they are read."""
    trio = pytest.importorskip("trio")

    async def take(receive: Any) -> list[Page]:
        found = list[Page]()
        async with receive:
            async for page in receive:
                await trio.sleep(0.2)
                found.extend(page)
        return found

    return over_a_channel_of_trio(client, job_id, 1, take)


def told_by_a_thread_of_anyio(client: Any, job_id: str) -> list[Page]:
    """A worker thread polls, and sets an event of the loop that the main task waits for."""
    anyio = pytest.importorskip("anyio")

    async def main() -> list[Page]:
        finished, trouble = anyio.Event(), list[Exception]()

        def poll() -> None:
            try:
                while client.get_organizations_access_report(JobId=job_id)["JobStatus"] == "IN_PROGRESS":
                    anyio.from_thread.check_cancelled()
                    time.sleep(2)
            except Exception as error:
                trouble.append(error)
            anyio.from_thread.run_sync(finished.set)

        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, poll)
            with anyio.fail_after(2 * HOUR):
                await finished.wait()
        if trouble:
            raise trouble[0]
        return await anyio.to_thread.run_sync(pages, client, job_id)

    try:
        return list(anyio.run(main))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


#: Some in every run, all of them nightly.
SAMPLE = (a_request_at_a_time_in_a_pool, until_a_deadline_under_a_condition, by_a_bare_thread, by_workers_of_asyncio)
OTHERS = (
    each_page_as_completed, in_a_copied_context, at_most_two_at_a_time, until_a_timer_is_over, by_priority,
    by_a_schedule, by_a_waiter_of_its_own, by_retrying, by_polling, gathered_two_at_a_time, by_callbacks_of_the_loop,
    told_by_a_thread, in_step_on_asyncio, through_a_channel_of_trio, told_by_a_thread_of_anyio,
)  # fmt: skip
