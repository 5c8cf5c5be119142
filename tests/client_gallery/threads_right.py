"""Right clients with threads, pools, queues, locks and signals. None of them may ever be blamed, however slow the machine is."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from multiprocessing.pool import ThreadPool
from queue import Empty, Queue, SimpleQueue
from typing import Any

import boto3
import pytest
from botocore.config import Config

from .right import JobFailed, Page, by_is_truncated

__all__ = ["OTHERS", "SAMPLE", "pages"]

HOUR = 3600.0


def pages(client: Any, job_id: str, pause: Callable[[float], Any] = time.sleep) -> list[Page]:
    """A plain right client, with pauses of any kind."""
    return list(items(client, job_id, pause))


def items(client: Any, job_id: str, pause: Callable[[float], Any] = time.sleep) -> Iterator[Page]:
    get = client.get_organizations_access_report
    while (page := get(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        pause(2)
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed
    yield from page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = get(JobId=job_id, Marker=page["Marker"])
        yield from page.get("AccessDetails", [])


def within_an_hour(client: Any, job_id: str) -> list[Page]:
    """The same, which gives up: whoever has let go of it finds its thread free again."""
    until = time.monotonic() + HOUR

    def pause(seconds: float) -> None:
        if time.monotonic() > until:
            raise TimeoutError(job_id)
        time.sleep(seconds)

    return pages(client, job_id, pause)


# Pools.


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


def items_in_a_pool(client: Any, job_id: str) -> list[Page]:
    """What is done about each item takes a while; the results come as they are ready, and are put in order."""

    def prepared(item: Page) -> Page:
        time.sleep(random.uniform(0.1, 2))
        return item

    pool = ThreadPoolExecutor()  # as many workers as the machine suggests, and nobody shuts it down
    places = {pool.submit(prepared, each): place for place, each in enumerate(items(client, job_id))}
    found = {places[each]: each.result() for each in as_completed(places)}
    return [found[place] for place in sorted(found)]


def the_faster_of_two(client: Any, job_id: str) -> list[Page]:
    """A second reader starts where the first takes long; whoever is later is forgotten."""
    pool = ThreadPoolExecutor(2)
    readers = [pool.submit(pages, client, job_id)]
    done, _ = wait(readers, timeout=10)
    if not done:
        readers.append(pool.submit(pages, client, job_id))
    done, late = wait(readers, timeout=2 * HOUR, return_when=FIRST_COMPLETED)
    if not done:
        raise TimeoutError(job_id)
    for each in late:
        each.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    return done.pop().result()


def by_callbacks(client: Any, job_id: str) -> list[Page]:
    """A callback hands the pages on, in whatever thread it is called."""
    over: Future[list[Page]] = Future()

    def read(done: Future[list[Page]]) -> None:
        error = done.exception()
        over.set_exception(error) if error else over.set_result(done.result())

    with ThreadPoolExecutor(1) as pool:
        pool.submit(pages, client, job_id).add_done_callback(read)
        return over.result(timeout=2 * HOUR)


def in_a_pool_of_multiprocessing(client: Any, job_id: str) -> list[Page]:
    with ThreadPool(2) as pool:
        return list(pool.imap(dict, pool.apply_async(pages, (client, job_id)).get(timeout=2 * HOUR), chunksize=2))


_own = threading.local()


def with_a_client_for_each_thread(client: Any, job_id: str) -> list[Page]:
    def prepare() -> None:
        _own.client = boto3.client("iam")

    with ThreadPoolExecutor(2, initializer=prepare) as pool:
        first, other = pool.map(lambda _: pages(_own.client, job_id), range(2))
    assert first == other
    return first


# Threads.


def on_an_event(client: Any, job_id: str) -> list[Page]:
    return pages(client, job_id, lambda seconds: threading.Event().wait(seconds))


def on_a_timer(client: Any, job_id: str) -> list[Page]:
    def pause(seconds: float) -> None:
        over = threading.Event()
        threading.Timer(seconds, over.set).start()
        over.wait()

    return pages(client, job_id, pause)


def through_a_queue(client: Any, job_id: str) -> list[Page]:
    handed: Queue[Any] = Queue(maxsize=1)

    def read() -> None:
        try:
            for each in items(client, job_id):
                handed.put(each)
            handed.put(None)
        except BaseException as error:
            handed.put(error)

    threading.Thread(target=read).start()
    found: list[Page] = []
    while (item := handed.get(timeout=2 * HOUR)) is not None:
        if isinstance(item, BaseException):
            raise item
        found.append(item)
    return found


def producer_and_consumers(client: Any, job_id: str) -> list[Page]:
    """Three workers, and a sentinel for each."""
    work: Queue[Any] = Queue()
    found: dict[int, Page] = {}

    def consume() -> None:
        while (task := work.get()) is not None:
            place, item = task
            time.sleep(0.3)
            found[place] = item
            work.task_done()

    workers = [threading.Thread(target=consume) for _ in range(3)]
    for each in workers:
        each.start()
    try:
        for task in enumerate(items(client, job_id)):
            work.put(task)
        work.join()
    finally:
        for _ in workers:
            work.put(None)
        for each in workers:
            each.join()
    return [found[place] for place in sorted(found)]


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
    if not found:
        raise TimeoutError(job_id)
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


def with_a_poller(client: Any, job_id: str) -> list[Page]:
    """One thread polls and says when the job is done; the caller reads."""
    over, trouble = threading.Event(), list[Exception]()

    def poll() -> None:
        try:
            while client.get_organizations_access_report(JobId=job_id, MaxItems=1)["JobStatus"] == "IN_PROGRESS":
                time.sleep(5)
        except Exception as error:
            trouble.append(error)
        finally:
            over.set()

    threading.Thread(target=poll, daemon=True).start()
    if not over.wait(timeout=HOUR):
        raise TimeoutError(job_id)
    if trouble:
        raise trouble[0]
    return pages(client, job_id)


class Reader(threading.Thread):
    """Keeps what it has read, or how that failed."""

    def __init__(self, client: Any, job_id: str) -> None:
        super().__init__(name=f"reader of {job_id}", daemon=True)
        self.client, self.job_id = client, job_id
        self.error: Exception | None = None
        self.lock, self.found = threading.Lock(), list[Page]()

    def run(self) -> None:
        try:
            for each in items(self.client, self.job_id):
                with self.lock:
                    self.found.append(each)
        except Exception as error:
            self.error = error

    def result(self, timeout: float) -> list[Page]:
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError(self.name)
        if self.error is not None:
            raise self.error
        return self.found


def with_a_thread_of_its_own_kind(client: Any, job_id: str) -> list[Page]:
    """Somebody else looks at a list that grows, under a lock, and goes on to do so when all is over."""
    reader, seen = Reader(client, job_id), list[int]()

    def progress() -> None:
        while True:
            with reader.lock:
                seen.append(len(reader.found))
            time.sleep(0.5)

    reader.start()
    threading.Thread(target=progress, daemon=True).start()
    return reader.result(timeout=2 * HOUR)


def prefetched(client: Any, job_id: str) -> Iterator[Page]:
    """The next pages are read while the caller is busy with the last one."""
    ready: Queue[tuple[list[Page], Exception | None]] = Queue(maxsize=2)
    over = threading.Event()

    def read() -> None:
        get, parameters = client.get_organizations_access_report, {"JobId": job_id}
        error = None
        try:
            while not over.is_set():
                page = get(**parameters)
                if page["JobStatus"] == "FAILED":
                    raise JobFailed
                if page["JobStatus"] == "IN_PROGRESS":
                    over.wait(2)
                    continue
                ready.put((page.get("AccessDetails", []), None))
                if not page.get("IsTruncated"):
                    break
                parameters["Marker"] = page["Marker"]
        except Exception as raised:
            error = raised
        ready.put(([], error or StopIteration()))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        while True:
            found, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            for each in found:
                time.sleep(0.01)
                yield each
    finally:
        over.set()
        with suppress(Empty):
            while True:
                ready.get_nowait()
        thread.join(timeout=60)


def in_step(client: Any, job_id: str) -> list[Page]:
    """Two readers meet after each page, and compare."""
    barrier, read = threading.Barrier(2), list[list[Page]]()

    def reader() -> list[Page]:
        found = list[Page]()
        try:
            for each in items(client, job_id):
                found.append(each)
                barrier.wait(timeout=HOUR)
        except Exception:
            barrier.abort()
            raise
        read.append(found)
        return found

    with ThreadPoolExecutor(2) as pool:
        one, other = [each.result() for each in [pool.submit(reader) for _ in range(2)]]
    assert one == other
    return one


def by_a_condition(client: Any, job_id: str) -> list[Page]:
    """At most three items are under way."""
    room, under_way, found = threading.Condition(), list[Page](), list[Page]()

    def take() -> None:
        while True:
            with room:
                room.wait_for(lambda: under_way)
                item = under_way.pop(0)
                room.notify_all()
            if not item:
                return
            found.append(item)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        for each in items(client, job_id):
            with room:
                room.wait_for(lambda: len(under_way) < 3)
                under_way.append(each)
                room.notify_all()
    finally:
        with room:
            under_way.append({})
            room.notify_all()
        thread.join()
    return found


# What lives longer than a call of the client.


class Worker:
    """Works off what it is given, one after another, for as long as the process lives."""

    def __init__(self) -> None:
        self.work: Queue[Callable[[], None]] = Queue()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            self.work.get()()

    def result(self, call: Callable[..., list[Page]], *arguments: Any) -> list[Page]:
        over: Future[list[Page]] = Future()

        def work() -> None:
            try:
                over.set_result(call(*arguments))
            except Exception as error:
                over.set_exception(error)

        self.work.put(work)
        return over.result(timeout=2 * HOUR)


EARLY, _late = Worker(), list[Worker]()


def by_a_worker_of_the_module(client: Any, job_id: str) -> list[Page]:
    return EARLY.result(within_an_hour, client, job_id)


def by_a_worker_started_when_needed(client: Any, job_id: str) -> list[Page]:
    if not _late:
        _late.append(Worker())
    return _late[0].result(within_an_hour, client, job_id)


class Signalled:
    """A thread that an event wakes when there is something to do."""

    def __init__(self) -> None:
        self.asked, self.done = threading.Event(), threading.Event()
        self.job: tuple[Any, str] | None = None
        self.result: list[Page] | Exception = []

    def run(self) -> None:
        while True:
            self.asked.wait()
            self.asked.clear()
            assert self.job is not None
            try:
                self.result = within_an_hour(*self.job)
            except Exception as error:
                self.result = error
            self.done.set()


_signalled: list[Signalled] = []


def by_a_thread_that_waits_for_an_event(client: Any, job_id: str) -> list[Page]:
    if not _signalled:
        _signalled.append(Signalled())
        threading.Thread(target=_signalled[0].run, daemon=True).start()
    worker = _signalled[0]
    worker.job = client, job_id
    worker.done.clear()
    worker.asked.set()
    if not worker.done.wait(timeout=2 * HOUR):
        raise TimeoutError(job_id)
    if isinstance(worker.result, Exception):
        raise worker.result
    return worker.result


def with_a_refresher(client: Any, job_id: str) -> list[Page]:
    """Somebody keeps the state of the job fresh, and nobody stops it."""
    state, known = dict[str, Any](), threading.Event()

    def refresh() -> None:
        while True:
            try:
                state["page"] = client.get_organizations_access_report(JobId=job_id, MaxItems=1)
            except Exception as error:
                state["error"] = error
            known.set()
            time.sleep(30)

    threading.Thread(target=refresh, daemon=True).start()
    until = time.monotonic() + 2 * HOUR
    known.wait()
    while "error" not in state and state["page"]["JobStatus"] == "IN_PROGRESS":
        if time.monotonic() > until:
            raise TimeoutError(job_id)
        time.sleep(1)
    if "error" in state:
        raise state["error"]
    return pages(client, job_id)


# Waiting by looking.


def until_it_is_done(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(pages, client, job_id)
        while not future.done():
            pass
        return future.result()


def until_it_is_set(client: Any, job_id: str) -> list[Page]:
    reader, over = Reader(client, job_id), threading.Event()
    run = reader.run
    reader.run = lambda: (run(), over.set())  # type: ignore[method-assign,func-returns-value,assignment,return-value]
    reader.start()
    while not over.is_set():
        pass
    return reader.result(timeout=60)


def until_it_has_ended(client: Any, job_id: str) -> list[Page]:
    reader = Reader(client, job_id)
    reader.start()
    while reader.is_alive():
        pass
    return reader.result(timeout=60)


SIMPLE: SimpleQueue[Any] = SimpleQueue()


def until_it_has_come(client: Any, job_id: str) -> list[Page]:
    """Through a queue of the module that is made in C."""
    reader = Reader(client, job_id)
    threading.Thread(target=lambda: (reader.run(), SIMPLE.put(reader)), daemon=True).start()  # type: ignore[func-returns-value]
    while True:
        try:
            done = SIMPLE.get(timeout=0.5)
        except Empty:
            continue
        if done is reader:
            if reader.error is not None:
                raise reader.error
            return reader.found


# Signals, and other people's packages.


def within_an_alarm(client: Any, job_id: str) -> list[Page]:
    """The whole of it has an hour."""

    def late(number: int, frame: Any) -> None:
        raise TimeoutError(job_id)

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(int(HOUR))
    try:
        return pages(client, job_id)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def with_adaptive_retries(client: Any, job_id: str) -> list[Page]:
    patient: Any = boto3.client("iam", config=Config(retries={"mode": "adaptive", "max_attempts": 10}))
    return by_is_truncated(patient, job_id)


def with_adaptive_retries_in_threads(client: Any, job_id: str) -> list[Page]:
    patient: Any = boto3.client("iam", config=Config(retries={"mode": "adaptive", "max_attempts": 10}))
    with ThreadPoolExecutor(3) as pool:
        return next(iter(pool.map(lambda _: by_is_truncated(patient, job_id), range(3))))


def by_tenacity(client: Any, job_id: str) -> list[Page]:
    tenacity = pytest.importorskip("tenacity")

    @tenacity.retry(
        retry=tenacity.retry_if_result(lambda page: page["JobStatus"] == "IN_PROGRESS"),
        wait=tenacity.wait_random_exponential(multiplier=1, max=60),
        stop=tenacity.stop_after_delay(HOUR),
    )
    def finished() -> Any:
        return client.get_organizations_access_report(JobId=job_id)

    finished()
    return pages(client, job_id)


def by_backoff(client: Any, job_id: str) -> list[Page]:
    backoff = pytest.importorskip("backoff")

    @backoff.on_predicate(backoff.expo, lambda page: page["JobStatus"] == "IN_PROGRESS", max_time=HOUR)
    def finished() -> Any:
        return client.get_organizations_access_report(JobId=job_id)

    if finished()["JobStatus"] == "IN_PROGRESS":
        raise TimeoutError(job_id)
    return pages(client, job_id)


def by_joblib(client: Any, job_id: str) -> list[Page]:
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend="threading"):
        found = joblib.Parallel(n_jobs=2)(joblib.delayed(pages)(client, job_id) for _ in range(2))
    assert found[0] == found[1]
    return list(found[0])


def as_wide_as_the_machine(client: Any, job_id: str) -> list[Page]:
    """The first error ends it, whatever the others have read by then."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        readers = {pool.submit(pages, client, job_id) for _ in range(12)}
        for each in as_completed(readers):
            if each.exception():
                pool.shutdown(wait=False, cancel_futures=True)
                each.result()
        return readers.pop().result()


#: Some in every run, all of them nightly.
SAMPLE = (
    several_threads, on_an_event, in_a_pool_that_has_worked, one_at_a_time, prefetched, by_a_worker_of_the_module,
    until_it_is_done, items_in_a_pool,
)  # fmt: skip
OTHERS = (
    result_with_a_timeout, the_first_to_finish, in_the_pool_of_a_module, the_faster_of_two, by_callbacks,
    in_a_pool_of_multiprocessing, with_a_client_for_each_thread, on_a_timer, through_a_queue, producer_and_consumers,
    while_it_is_alive, with_a_poller, with_a_thread_of_its_own_kind, in_step, by_a_condition,
    by_a_worker_started_when_needed, by_a_thread_that_waits_for_an_event, with_a_refresher, until_it_is_set,
    until_it_has_ended, until_it_has_come, within_an_alarm, with_adaptive_retries, with_adaptive_retries_in_threads,
    by_tenacity, by_backoff, by_joblib, as_wide_as_the_machine,
)  # fmt: skip
