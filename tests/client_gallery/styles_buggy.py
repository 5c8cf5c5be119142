"""More clients with threads and event loops, in ways that are seldom seen, each with a bug of its kind, and the rule that finds it."""

from __future__ import annotations

import asyncio
import sched
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import Queue
from typing import Any

import pytest
from botocore.waiter import WaiterModel, create_waiter_with_client

from .loops_right import awaited, each_page, in_a_thread
from .right import JobFailed, Page
from .styles_right import FINISHED, over_a_channel_of_trio
from .threads_right import items, pages

__all__ = ["BUGGY", "SAMPLE"]


def those_that_are_done_first(client: Any, job_id: str) -> list[Page]:
    """`wait` returns as soon as one of them is done, and the others are forgotten."""

    def prepared(item: Page) -> Page:
        time.sleep(len(item["ServiceName"]) / 10)
        return item

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(prepared, each) for each in items(client, job_id)]
        done, _ = wait(futures, return_when=FIRST_COMPLETED)
        return [each.result() for each in futures if each in done]


def one_slot_between_two(client: Any, job_id: str) -> list[Page]:
    """The reader puts the next page where the last one may not have been taken yet."""
    slot: dict[str, Any] = {}
    changed, over, trouble = threading.Event(), threading.Event(), list[Exception]()

    def read() -> None:
        try:
            for each in items(client, job_id):
                slot["item"] = each
                changed.set()
        except Exception as error:
            trouble.append(error)
        over.set()

    found = list[Page]()
    thread = threading.Thread(target=read)
    thread.start()
    while not over.is_set() or changed.is_set():
        if changed.wait(timeout=0.1):
            changed.clear()
            found.append(slot["item"])
            time.sleep(0.01)
    thread.join()
    if trouble:
        raise trouble[0]
    return found


def a_marker_of_each_thread(client: Any, job_id: str) -> list[Page]:
    """Whichever thread of the pool reads the next page may know no marker, and begins again."""
    here, found = threading.local(), list[Page]()
    met = threading.Barrier(2)

    def read() -> bool:
        known = {"Marker": here.marker} if getattr(here, "marker", None) else {}
        page = client.get_organizations_access_report(JobId=job_id, **known)
        while page["JobStatus"] == "IN_PROGRESS":
            time.sleep(2)
            page = client.get_organizations_access_report(JobId=job_id, **known)
        if page["JobStatus"] == "FAILED":
            raise JobFailed
        found.extend(page.get("AccessDetails", []))
        here.marker = page.get("Marker")
        return bool(page.get("IsTruncated"))

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(met.wait) for _ in range(2)]:
            each.result()
        while pool.submit(read).result():
            pass
    return found


def a_place_that_is_never_given_back(client: Any, job_id: str) -> list[Page]:
    """A thread for each item, of which three have a place; the fourth waits for ever."""
    room, found = threading.Semaphore(3), list[Page]()

    def prepare(item: Page) -> None:
        room.acquire()
        found.append(item)

    threads = [threading.Thread(target=prepare, args=(each,), daemon=True) for each in items(client, job_id)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def a_worker_that_dies(client: Any, job_id: str) -> list[Page]:
    """What the worker cannot do ends it, and the queue is never worked off."""
    work: Queue[int] = Queue()
    found = list[Page]()

    def consume() -> None:
        while True:
            work.get()
            found.extend(items(client, job_id))
            work.task_done()

    threading.excepthook, before = lambda arguments: None, threading.excepthook
    try:
        threading.Thread(target=consume, daemon=True).start()
        work.put(0)
        work.join()
    finally:
        threading.excepthook = before
    return found


def a_timer_instead_of_an_answer(client: Any, job_id: str) -> list[Page]:
    """When the timer is over, what there is is returned."""
    late, found = threading.Event(), list[Page]()
    timer = threading.Timer(10, late.set)
    timer.start()
    while not late.is_set():
        page = client.get_organizations_access_report(JobId=job_id)
        if page["JobStatus"] == "COMPLETED":
            timer.cancel()
            return pages(client, job_id)
        if page["JobStatus"] == "FAILED":
            raise JobFailed
        time.sleep(1)
    return found


def without_sleep(client: Any, job_id: str) -> list[Page]:
    """Thirty attempts look like a lot; without a pause they take no time."""

    def poll() -> list[Page]:
        for _ in range(30):
            page = client.get_organizations_access_report(JobId=job_id)
            if page["JobStatus"] == "FAILED":
                raise JobFailed
            if page["JobStatus"] == "COMPLETED":
                return pages(client, job_id)
        return []

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(poll).result()


def a_schedule_that_ends(client: Any, job_id: str) -> list[Page]:
    """Five looks are on the agenda, and what the last one saw counts."""
    agenda, state = sched.scheduler(time.monotonic, time.sleep), dict[str, Any]()

    def look() -> None:
        state["page"] = client.get_organizations_access_report(JobId=job_id)

    for delay in range(0, 50, 10):
        agenda.enter(delay, 1, look)
    agenda.run()
    if state["page"]["JobStatus"] == "FAILED":
        raise JobFailed
    return pages(client, job_id) if state["page"]["JobStatus"] == "COMPLETED" else []


def a_waiter_that_takes_failed_for_finished(client: Any, job_id: str) -> list[Page]:
    """The waiter ends with either status, and nobody looks at it again."""
    either = [{**each, "state": "success"} for each in FINISHED["waiters"]["ReportFinished"]["acceptors"]]
    kind = {**FINISHED["waiters"]["ReportFinished"], "acceptors": either}
    model = WaiterModel({"version": 2, "waiters": {"ReportFinished": kind}})
    create_waiter_with_client("ReportFinished", model, client).wait(JobId=job_id)  # type: ignore[no-untyped-call]
    page = client.get_organizations_access_report(JobId=job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


async def workers_that_go_on(client: Any, job_id: str) -> list[Page]:
    """A worker passes over what fails, which here is all there is."""
    work: asyncio.Queue[str] = asyncio.Queue()
    found = list[Page]()

    async def consume() -> None:
        while True:
            job = await work.get()
            try:
                found.extend(await awaited(job, in_a_thread(client)))
            except Exception as error:
                print(error)
            finally:
                work.task_done()

    work.put_nowait(job_id)
    task = asyncio.create_task(consume())
    await work.join()
    task.cancel()
    return found


async def shielded_and_forgotten(client: Any, job_id: str) -> list[Page]:
    """What is shielded goes on when it is late, and nobody waits for it."""
    found = list[Page]()

    async def read() -> None:
        async for page in each_page(job_id, in_a_thread(client)):
            found.extend(page)

    task = asyncio.create_task(read())
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), timeout=5)
    return found


def the_first_page_of_a_channel(client: Any, job_id: str) -> list[Page]:
    """The channel has more than what was received."""
    trio = pytest.importorskip("trio")

    async def take(receive: Any) -> list[Page]:
        with suppress(trio.EndOfChannel):
            return list(await receive.receive())
        return []

    return over_a_channel_of_trio(client, job_id, 1000, take)


#: Each with the rule that it breaks; some in every run, all of them nightly.
SAMPLE = (
    (those_that_are_done_first, "client.complete"),
    (a_marker_of_each_thread, "client.no-repeats"),
    (shielded_and_forgotten, "client.waits"),
)
BUGGY = (
    *SAMPLE,
    (one_slot_between_two, "client.complete"),
    (a_place_that_is_never_given_back, "client.stops"),
    (a_worker_that_dies, "client.stops"),
    (a_timer_instead_of_an_answer, "client.waits"),
    (without_sleep, "client.waits"),
    (a_schedule_that_ends, "client.waits"),
    (a_waiter_that_takes_failed_for_finished, "client.surfaces-failure"),
    (workers_that_go_on, "client.surfaces-failure"),
    (the_first_page_of_a_channel, "client.complete"),
)
