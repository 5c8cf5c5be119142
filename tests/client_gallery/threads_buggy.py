"""Clients with threads, pools and event loops, each with a bug of its kind, and the rule that finds it."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from queue import Empty, Queue
from typing import Any

import pytest

from .loops_right import awaited, in_a_thread
from .right import JobFailed, Page
from .threads_right import items, pages

__all__ = ["BUGGY", "SAMPLE"]


def not_joined(client: Any, job_id: str) -> list[Page]:
    """The thread is started, and its list returned."""
    found: list[Page] = []
    threading.Thread(target=lambda: found.extend(items(client, job_id))).start()
    time.sleep(1)
    return list(found)


def joined_for_a_while(client: Any, job_id: str) -> list[Page]:
    """`join` returns after five seconds, whether the thread has ended or not."""
    found: list[Page] = []
    thread = threading.Thread(target=lambda: found.extend(items(client, job_id)), daemon=True)
    thread.start()
    thread.join(timeout=5)
    return list(found)


def errors_stay_in_the_thread(client: Any, job_id: str) -> list[Page]:
    """What the thread raises is nobody's."""
    found: list[Page] = []

    def read() -> None:
        try:
            found.extend(items(client, job_id))
        except Exception as error:
            print(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    return found


def futures_nobody_asks(client: Any, job_id: str) -> list[Page]:
    """The pool waits for its futures, and nobody asks them whether they have failed."""
    found: list[Page] = []
    with ThreadPoolExecutor(2) as pool:
        pool.submit(lambda: [found.append(each) for each in items(client, job_id)])
    return found


def those_that_are_done(client: Any, job_id: str) -> list[Page]:
    """`wait` with a timeout returns some of them."""
    with ThreadPoolExecutor(2) as pool:
        done, _ = wait([pool.submit(pages, client, job_id)], timeout=10)
        return [item for each in done for item in each.result()]


def as_they_are_completed(client: Any, job_id: str) -> list[Page]:
    """Longer names take longer: the order is that of the ends."""

    def prepared(item: Page) -> Page:
        time.sleep(len(item["ServiceName"]) / 10)
        return item

    with ThreadPoolExecutor(16) as pool:
        return [each.result() for each in as_completed([pool.submit(prepared, each) for each in items(client, job_id)])]


def empty_for_a_moment(client: Any, job_id: str) -> list[Page]:
    """A queue that is empty for half a second is taken for the end."""
    handed: Queue[Page] = Queue()
    threading.Thread(target=lambda: [handed.put(each) for each in items(client, job_id)], daemon=True).start()
    found: list[Page] = []
    while True:
        try:
            found.append(handed.get(timeout=0.5))
        except Empty:
            return found


def a_sentinel_after_all(client: Any, job_id: str) -> list[Page]:
    """The sentinel comes after an error, too."""
    handed: Queue[Page | None] = Queue()

    def read() -> None:
        try:
            for each in items(client, job_id):
                handed.put(each)
        finally:
            handed.put(None)

    thread = threading.Thread(target=read)
    thread.start()
    found: list[Page] = []
    while (item := handed.get()) is not None:
        found.append(item)
    thread.join()
    return found


def two_share_a_marker(client: Any, job_id: str) -> list[Page]:
    """Both take the same marker while the other one waits for its page."""
    state: dict[str, Any] = {"marker": None, "more": True}
    found: list[Page] = []

    def read() -> None:
        while state["more"]:
            parameters = {"Marker": state["marker"]} if state["marker"] else {}
            page = client.get_organizations_access_report(JobId=job_id, **parameters)
            if page["JobStatus"] == "FAILED":
                raise JobFailed
            if page["JobStatus"] == "IN_PROGRESS":
                time.sleep(2)
                continue
            found.extend(page.get("AccessDetails", []))
            state["marker"], state["more"] = page.get("Marker"), page.get("IsTruncated", False)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(read) for _ in range(2)]:
            each.result()
    return found


async def a_task_nobody_awaits(client: Any, job_id: str) -> list[Page]:
    found: list[Page] = []

    async def read() -> None:
        found.extend(await awaited(job_id, in_a_thread(client)))

    task = asyncio.create_task(read())
    await asyncio.sleep(1)
    task.cancel()
    return found


async def gathered_with_exceptions(client: Any, job_id: str) -> list[Page]:
    """Exceptions are among the results, and passed over."""
    found = await asyncio.gather(awaited(job_id, in_a_thread(client)), return_exceptions=True)
    return [item for each in found if isinstance(each, list) for item in each]


async def what_came_in_time(client: Any, job_id: str) -> list[Page]:
    """`asyncio.wait` raises nothing when its time is over."""
    task = asyncio.create_task(awaited(job_id, in_a_thread(client)))
    done, pending = await asyncio.wait([task], timeout=5)
    for each in pending:
        each.cancel()
    return [item for each in done for item in each.result()]


def moved_on(client: Any, job_id: str, backend: str = "asyncio") -> list[Page]:
    """`move_on_after` goes on without the result."""
    anyio = pytest.importorskip("anyio")

    async def main() -> list[Page]:
        found: list[Page] = []

        async def get(**parameters: Any) -> Any:
            return await anyio.to_thread.run_sync(
                lambda: client.get_organizations_access_report(**parameters), abandon_on_cancel=True
            )

        with anyio.move_on_after(5):
            found += await awaited(job_id, get, anyio.sleep)
        return found

    return list(anyio.run(main, backend=backend))


def moved_on_by_trio(client: Any, job_id: str) -> list[Page]:
    pytest.importorskip("trio")
    return moved_on(client, job_id, "trio")


def gave_up_with_tenacity(client: Any, job_id: str) -> list[Page]:
    """When all attempts are over, the last result is as good as any."""
    tenacity = pytest.importorskip("tenacity")

    @tenacity.retry(
        retry=tenacity.retry_if_result(lambda page: page["JobStatus"] == "IN_PROGRESS"),
        wait=tenacity.wait_fixed(1),
        stop=tenacity.stop_after_attempt(10),
        retry_error_callback=lambda state: state.outcome.result(),
    )
    def finished() -> Any:
        return client.get_organizations_access_report(JobId=job_id)

    page = finished()
    if page["JobStatus"] == "FAILED":
        raise JobFailed
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


def in_a_pool_that_waits_for_itself(client: Any, job_id: str) -> list[Page]:
    """The one thread of a pool waits for what nobody is left to do."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: pool.submit(pages, client, job_id).result()).result()


def two_locks_crosswise(client: Any, job_id: str) -> list[Page]:
    one, other = threading.Lock(), threading.Lock()

    def read(first: Any, second: Any) -> list[Page]:
        with first:
            client.get_organizations_access_report(JobId=job_id, MaxItems=1)
            with second:
                return pages(client, job_id)

    with ThreadPoolExecutor(2) as pool:
        futures: list[Future[list[Page]]] = [pool.submit(read, one, other), pool.submit(read, other, one)]
        return futures[0].result()


async def a_lock_taken_twice(client: Any, job_id: str) -> list[Page]:
    lock = asyncio.Lock()

    async def get(**parameters: Any) -> Any:
        async with lock:
            return await in_a_thread(client)(**parameters)

    async with lock:
        return await awaited(job_id, get)


#: Each with the rule that it breaks; some in every run, all of them nightly.
SAMPLE = (
    (not_joined, "client.waits"),
    (futures_nobody_asks, "client.surfaces-failure"),
    (two_share_a_marker, "client.no-repeats"),
    (what_came_in_time, "client.waits"),
    (in_a_pool_that_waits_for_itself, "client.stops"),
)
BUGGY = (
    *SAMPLE,
    (joined_for_a_while, "client.surfaces-failure"),
    (errors_stay_in_the_thread, "client.surfaces-failure"),
    (those_that_are_done, "client.complete"),
    (as_they_are_completed, "client.order-kept"),
    (empty_for_a_moment, "client.waits"),
    (a_sentinel_after_all, "client.surfaces-failure"),
    (a_task_nobody_awaits, "client.waits"),
    (gathered_with_exceptions, "client.surfaces-failure"),
    (moved_on, "client.waits"),
    (moved_on_by_trio, "client.waits"),
    (gave_up_with_tenacity, "client.waits"),
    (two_locks_crosswise, "client.stops"),
    (a_lock_taken_twice, "client.stops"),
)
