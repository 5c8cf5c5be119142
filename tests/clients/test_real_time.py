"""Clients that wait otherwise than by `time` and asyncio, judged by a real clock; and what is said to those that cannot be served."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.errors import UsageError
from client_gallery.right import JobFailed, Page, by_is_truncated

from .test_clients import ids

SHORT = 0.002


def pages(client: Any, job_id: str, pause: Any) -> list[Page]:
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        pause()
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return list(found)


def on_an_event(client: Any, job_id: str) -> list[Page]:
    return pages(client, job_id, lambda: threading.Event().wait(SHORT))


def on_a_timer(client: Any, job_id: str) -> list[Page]:
    def pause() -> None:
        over = threading.Event()
        threading.Timer(SHORT, over.set).start()
        over.wait()

    return pages(client, job_id, pause)


def on_a_process(client: Any, job_id: str) -> list[Page]:
    return pages(client, job_id, lambda: subprocess.run([sys.executable, "-S", "-c", ""], check=True))


def in_a_thread(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(on_an_event, client, job_id).result()


def in_an_executor(client: Any, job_id: str) -> list[Page]:
    async def collect() -> list[Page]:
        return await asyncio.get_running_loop().run_in_executor(None, on_an_event, client, job_id)

    return asyncio.run(collect())


@pytest.mark.parametrize("client", [on_an_event, on_a_timer, in_a_thread, in_an_executor], ids=ids)
def test_right(client: Any) -> None:
    """A right one is left alone."""
    assert fuzz_client(client, clock="real", seed=0, examples=12, polite=False).examples == 12


def test_right_with_a_process() -> None:
    """One that starts programs too, which takes its time."""
    fuzz_client(on_a_process, clock="real", seed=0, examples=8)


def first_page(client: Any, job_id: str) -> list[Page]:
    page = client.get_organizations_access_report(JobId=job_id)
    while page["JobStatus"] == "IN_PROGRESS":
        threading.Event().wait(SHORT)
        page = client.get_organizations_access_report(JobId=job_id)
    return page["AccessDetails"] if page["JobStatus"] == "COMPLETED" else by_is_truncated(client, job_id)


def never_waits(client: Any, job_id: str) -> list[Page]:
    page = client.get_organizations_access_report(JobId=job_id)
    return by_is_truncated(client, job_id) if page["JobStatus"] != "IN_PROGRESS" else []


def goes_round(client: Any, job_id: str) -> list[Page]:
    found = on_an_event(client, job_id)
    while True:
        found += client.get_organizations_access_report(JobId=job_id).get("AccessDetails", [])


def goes_round_in_a_thread(client: Any, job_id: str) -> list[Page]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(goes_round, client, job_id).result()


@pytest.mark.parametrize(
    ("client", "rule"),
    [
        (first_page, "client.complete"),
        (never_waits, "client.waits"),
        (goes_round, "client.stops"),
        (goes_round_in_a_thread, "client.stops"),
    ],
    ids=ids,
)
def test_wrong(client: Any, rule: str) -> None:
    """A wrong one is caught, and the line to see it again says that the clock was real."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(client, clock="real", seed=0)

    assert caught.value.rule == rule
    assert "clock=real" in str(caught.value) or "clock='real'" in str(caught.value)


def test_threads_under_virtual_time() -> None:
    """Those of a client ask as it does."""

    def in_parallel(client: Any, job_id: str) -> list[Page]:
        pages(client, job_id, lambda: None)
        with ThreadPoolExecutor(2) as pool:
            one, other = (pool.submit(by_is_truncated, client, job_id) for _ in range(2))
            assert one.result() == other.result()
            return one.result()

    fuzz_client(in_parallel, seed=0, examples=10, polite=False)


def test_a_process_under_virtual_time() -> None:
    """A process has its time, whatever limit there is."""

    def on_a_process_with_a_limit(client: Any, job_id: str) -> list[Page]:
        subprocess.run([sys.executable, "-S", "-c", ""], check=True, timeout=600)
        return by_is_truncated(client, job_id)

    fuzz_client(on_a_process_with_a_limit, seed=0, examples=2, polite=False)


def test_a_process_that_is_late() -> None:
    """A client that waits for a process by the virtual clock is not blamed for what that takes."""

    async def on_a_process_of_asyncio(client: Any, job_id: str) -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "input()", stdin=subprocess.PIPE)
        try:
            await asyncio.wait_for(process.wait(), timeout=600)
        finally:
            process.kill()
            await process.communicate()

    with pytest.raises(UsageError, match=r'waits for another process, which takes real time: pass clock="real"'):
        fuzz_client(on_a_process_of_asyncio, seed=0, examples=1)


def test_aiobotocore() -> None:
    """Its clients are refused by name, before a byte leaves."""
    session = pytest.importorskip("aiobotocore.session", reason="needs aiobotocore: tox -e aiobotocore")

    def collect(client: Any, job_id: str) -> Any:
        async def ask() -> Any:
            async with session.get_session().create_client("iam", region_name="us-east-1") as iam:
                return await iam.get_organizations_access_report(JobId=job_id)

        return asyncio.run(ask())

    with pytest.raises(UsageError, match=r"through aiobotocore, whose clients take `awscontract fuzz-client`"):
        fuzz_client(collect, seed=0)
