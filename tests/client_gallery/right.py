"""Clients that are right, each in its own way. None of them may ever be blamed."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from time import monotonic, sleep as rest
from typing import Any

import boto3
import botocore.session
import requests
from botocore.exceptions import ClientError
from defusedxml import ElementTree

__all__ = ["RIGHT"]

Page = dict[str, Any]


class JobFailed(Exception):
    """The job failed."""


def finished(client: Any, job_id: str, pause: Callable[[float], None] = time.sleep, **parameters: Any) -> Page:
    while True:
        page: Page = client.get_organizations_access_report(JobId=job_id, **parameters)
        if page["JobStatus"] == "FAILED":
            raise JobFailed(page["ErrorDetails"]["Code"])
        if page["JobStatus"] == "COMPLETED":
            return page
        pause(2)


def by_is_truncated(client: Any, job_id: str) -> list[Page]:
    page = finished(client, job_id)
    found = list(page.get("AccessDetails", []))
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found.extend(page.get("AccessDetails", []))
    return found


def by_marker(client: Any, job_id: str) -> list[Page]:
    found, more = [], {}
    while True:
        page = finished(client, job_id, **more)
        found += page.get("AccessDetails") or []
        if "Marker" not in page:
            return found
        more = {"Marker": page["Marker"]}


def generator(client: Any, job_id: str) -> Iterator[Page]:
    page = finished(client, job_id)
    yield from page.get("AccessDetails", ())
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        yield from page.get("AccessDetails", ())


def recursive(client: Any, job_id: str, **more: Any) -> list[Page]:
    page = finished(client, job_id, **more)
    here = page.get("AccessDetails", [])
    return here + recursive(client, job_id, Marker=page["Marker"]) if page.get("IsTruncated") else here


def from_the_start_again(client: Any, job_id: str) -> list[Page]:
    """Polls with the smallest page, then reads everything from the start."""
    finished(client, job_id, MaxItems=1)
    return by_is_truncated(client, job_id)


def changing_max_items(client: Any, job_id: str) -> list[Page]:
    page, size = finished(client, job_id, MaxItems=1), 1
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        size = min(size * 3, 1000)
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"], MaxItems=size)
        found += page.get("AccessDetails", [])
    return found


def polls_before_every_page(client: Any, job_id: str) -> list[Page]:
    found, more = [], {}
    while True:
        finished(client, job_id, MaxItems=1)
        page = client.get_organizations_access_report(JobId=job_id, **more)
        found += page.get("AccessDetails", [])
        if not page.get("IsTruncated", False):
            return found
        more = {"Marker": page["Marker"]}


def gives_up(client: Any, job_id: str) -> list[Page]:
    """Five polls, then it raises."""
    for _ in range(5):
        status = client.get_organizations_access_report(JobId=job_id)["JobStatus"]
        if status != "IN_PROGRESS":
            return by_is_truncated(client, job_id)
        rest(1)
    raise TimeoutError(job_id)


def has_a_deadline(client: Any, job_id: str) -> list[Page]:
    """Five minutes by the clock, under a name imported long ago; the pauses grow and are drawn by lot."""
    deadline, pause = monotonic() + 300, 0.2
    while client.get_organizations_access_report(JobId=job_id)["JobStatus"] == "IN_PROGRESS":
        if monotonic() > deadline:
            raise TimeoutError(job_id)
        rest(pause * random.uniform(0.5, 1.5))
        pause = min(pause * 2, 30)
    return by_is_truncated(client, job_id)


def has_a_date(client: Any, job_id: str) -> list[Page]:
    until = datetime.now(UTC) + timedelta(hours=1)
    while client.get_organizations_access_report(JobId=job_id)["JobStatus"] == "IN_PROGRESS":
        if datetime.now(UTC) > until:
            raise TimeoutError(job_id)
        time.sleep(30)
    return by_is_truncated(client, job_id)


def returns_none(client: Any, job_id: str) -> list[Page] | None:
    try:
        return by_is_truncated(client, job_id)
    except JobFailed:
        return None


@dataclass(frozen=True)
class Report:
    """What some return instead of raising."""

    status: str
    services: tuple[Page, ...] = ()


def returns_an_object(client: Any, job_id: str) -> tuple[Page, ...] | Report:
    page = client.get_organizations_access_report(JobId=job_id)
    while page["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        page = client.get_organizations_access_report(JobId=job_id)
    return Report("FAILED") if page["JobStatus"] == "FAILED" else tuple(by_is_truncated(client, job_id))


def retries_itself(client: Any, job_id: str) -> list[Page]:
    """Throttled, it waits and asks the same page again; whatever else is refused is raised."""

    def get(**parameters: Any) -> Page:
        for attempt in range(10):
            try:
                page: Page = client.get_organizations_access_report(JobId=job_id, **parameters)
                return page
            except ClientError as error:
                if error.response["Error"]["Code"] != "Throttling":
                    raise
                time.sleep(2**attempt)
        raise TimeoutError("throttled")

    page = get()
    while page["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        page = get()
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed(page["ErrorDetails"]["Message"])
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = get(Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found


def starts_over(client: Any, job_id: str) -> list[Page]:
    """Any error, and it reads everything again, three times at most."""
    for _ in range(3):
        try:
            return by_is_truncated(client, job_id)
        except ClientError:
            time.sleep(60)
    return by_is_truncated(client, job_id)


def sorted_by_the_service(client: Any, job_id: str) -> list[Page]:
    key = {"SortKey": "LAST_AUTHENTICATED_TIME_DESCENDING", "MaxItems": 50}
    page = finished(client, job_id, **key)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"], **key)
        found += page.get("AccessDetails", [])
    return found


def default_spelled_out(client: Any, job_id: str) -> list[Page]:
    """The first page without a SortKey, the others with the default one."""
    page = finished(client, job_id)
    found = page.get("AccessDetails", [])
    key = "SERVICE_NAMESPACE_ASCENDING"
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"], SortKey=key)
        found += page.get("AccessDetails", [])
    return found


def makes_its_client(client: Any, job_id: str) -> list[Page]:
    """With boto3, and generates the report itself, for an entity of its own."""
    iam: Any = boto3.client("iam")
    made = iam.generate_organizations_access_report(
        EntityPath="o-zzzzzzzzzz/r-wxyz/ou-wxyz-12345678", OrganizationsPolicyId="p-abcdefgh"
    )
    return by_is_truncated(iam, made["JobId"])


EARLIER: Any = botocore.session.Session().create_client(
    "iam", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret"
)


def made_its_client_earlier(client: Any, job_id: str) -> list[Page]:
    return by_marker(EARLIER, job_id)


def asynchronous(client: Any, job_id: str) -> list[Page]:
    async def collect() -> list[Page]:
        async with asyncio.timeout(3600):
            while True:
                page = client.get_organizations_access_report(JobId=job_id)
                if page["JobStatus"] != "IN_PROGRESS":
                    break
                await asyncio.sleep(10)
        if page["JobStatus"] == "FAILED":
            raise JobFailed
        found = page.get("AccessDetails", [])
        while page.get("IsTruncated"):
            page = await asyncio.to_thread(client.get_organizations_access_report, JobId=job_id, Marker=page["Marker"])
            found += page.get("AccessDetails", [])
        return found

    return asyncio.run(collect())


def deduplicates(client: Any, job_id: str) -> list[Page]:
    return list({each["ServiceNamespace"]: each for each in by_is_truncated(client, job_id)}.values())


def injected_pause(client: Any, job_id: str) -> list[Page]:
    """The pause is a default argument, bound when the module was read."""
    finished(client, job_id, pause=Patient().pause)
    return by_marker(client, job_id)


@dataclass(frozen=True)
class Patient:
    """Holds the pause as a field's default."""

    pause: Callable[[float], None] = time.sleep


def reader_of_finished_jobs(client: Any, job_id: str) -> list[Page]:
    """Whoever calls it has waited; it raises where that is not so."""
    page = client.get_organizations_access_report(JobId=job_id)
    if page["JobStatus"] != "COMPLETED":
        raise JobFailed(page["JobStatus"])
    return by_is_truncated(client, job_id)


def in_a_task_group(client: Any, job_id: str) -> list[Page]:
    """Polls in a task, for ever if need be."""

    async def listing() -> list[Page]:
        while True:
            page = client.get_organizations_access_report(JobId=job_id)
            if page["JobStatus"] != "IN_PROGRESS":
                break
            await asyncio.sleep(5)
        if page["JobStatus"] == "FAILED":
            raise JobFailed
        return by_is_truncated(client, job_id)

    async def collect() -> list[Page]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(listing())
        return task.result()

    return asyncio.run(collect())


def by_callbacks(client: Any, job_id: str) -> list[Page]:
    """An event loop calls it again and again, without a coroutine of its own."""

    async def collect() -> list[Page]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[Page]] = loop.create_future()

        def poll() -> None:
            try:
                page = client.get_organizations_access_report(JobId=job_id)
                if page["JobStatus"] == "IN_PROGRESS":
                    loop.call_later(1, poll)
                elif page["JobStatus"] == "FAILED":
                    done.set_exception(JobFailed())
                else:
                    done.set_result(by_is_truncated(client, job_id))
            except Exception as error:
                done.set_exception(error)

        poll()
        return await done

    return asyncio.run(collect())


def a_hundred_attempts(client: Any, job_id: str) -> list[Page]:
    """It looks for COMPLETED alone, and gives up."""
    for _ in range(100):
        if client.get_organizations_access_report(JobId=job_id)["JobStatus"] == "COMPLETED":
            return by_is_truncated(client, job_id)
        time.sleep(3)
    raise TimeoutError(job_id)


KEPT: dict[str, list[Page]] = {}


def remembers(client: Any, job_id: str) -> list[Page]:
    """A finished report does not change."""
    if job_id not in KEPT:
        KEPT[job_id] = by_is_truncated(client, job_id)
    return list(KEPT[job_id])


class Lazy(Sequence[Page]):
    """Asks when somebody looks."""

    def __init__(self, client: Any, job_id: str) -> None:
        self._load = lambda: by_is_truncated(client, job_id)

    @cached_property
    def _pages(self) -> list[Page]:
        return self._load()

    def __len__(self) -> int:
        return len(self._pages)

    def __getitem__(self, index: Any) -> Any:
        return self._pages[index]


class Fatal(BaseException):
    """Some do not derive from Exception."""


def fails_fatally(client: Any, job_id: str) -> list[Page]:
    try:
        return by_is_truncated(client, job_id)
    except JobFailed:
        raise Fatal from None


def on_requests(client: Any, job_id: str) -> list[str]:
    """No SDK at all; it returns the namespaces."""
    space = "{https://iam.amazonaws.com/doc/2010-05-08/}"
    found: list[str] = []
    asked = {"Action": "GetOrganizationsAccessReport", "Version": "2010-05-08", "JobId": job_id}
    while True:
        answer = requests.post("https://iam.amazonaws.com/", data=asked, timeout=10)
        answer.raise_for_status()
        root = ElementTree.fromstring(answer.content)
        status = root.findtext(f".//{space}JobStatus")
        if status == "FAILED":
            raise JobFailed(root.findtext(f".//{space}Code"))
        if status == "IN_PROGRESS":
            time.sleep(1)
            continue
        found += [str(each.text) for each in root.iter(f"{space}ServiceNamespace")]
        marker = root.findtext(f".//{space}Marker")
        if marker is None:
            return found
        asked["Marker"] = marker


def error_is_none(client: Any, job_id: str) -> list[Page] | None:
    try:
        return by_is_truncated(client, job_id)
    except ClientError:
        return None


def gives_up_with_nothing(client: Any, job_id: str) -> list[Page] | None:
    until = time.monotonic() + 3600
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        if time.monotonic() > until:
            return None
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise JobFailed
    return by_is_truncated(client, job_id)


def failure_as_a_status(client: Any, job_id: str) -> dict[str, Any]:
    try:
        return {"status": "ok", "names": [each["ServiceNamespace"] for each in by_is_truncated(client, job_id)]}
    except (JobFailed, ClientError) as error:
        return {"status": "failed", "why": str(error)}


def false_on_a_failure(client: Any, job_id: str) -> list[str] | bool:
    try:
        return [str(each["ServiceNamespace"]) for each in by_is_truncated(client, job_id)]
    except (JobFailed, ClientError):
        return False


def pair_with_a_reason(client: Any, job_id: str) -> tuple[list[Page] | None, str | None]:
    try:
        return by_is_truncated(client, job_id), None
    except (JobFailed, ClientError) as error:
        return None, str(error)


async def awaited(client: Any, job_id: str) -> list[Page]:
    return await asyncio.to_thread(by_is_truncated, client, job_id)


def _namespace(service: Page) -> str:
    return str(service["ServiceNamespace"])


def namespaces(client: Any, job_id: str) -> set[str]:
    return {_namespace(each) for each in by_is_truncated(client, job_id)}


def last_used(client: Any, job_id: str) -> dict[str, datetime | None]:
    return {_namespace(each): each.get("LastAuthenticatedTime") for each in by_marker(client, job_id)}


def how_many(client: Any, job_id: str) -> int:
    return len(by_is_truncated(client, job_id))


def sorts_itself(client: Any, job_id: str) -> list[Page]:
    return sorted(by_is_truncated(client, job_id), key=lambda each: str(each["ServiceName"]))


Collect = Callable[[Any, str], Any]

#: Each with what `fuzz_client` has to be shown about it.
RIGHT: tuple[tuple[Collect, dict[str, Any]], ...] = (
    *(
        (each, {})
        for each in (
            by_is_truncated, by_marker, generator, recursive, from_the_start_again, changing_max_items,
            polls_before_every_page, gives_up, has_a_deadline, has_a_date, returns_none, returns_an_object,
            retries_itself, starts_over, sorted_by_the_service, default_spelled_out, makes_its_client,
            made_its_client_earlier, asynchronous, in_a_task_group, by_callbacks, a_hundred_attempts, remembers, Lazy,
            fails_fatally, deduplicates, injected_pause, reader_of_finished_jobs, error_is_none, gives_up_with_nothing, awaited,
        )
    ),
    (on_requests, {"key": "ServiceNamespace"}),
    (namespaces, {"key": _namespace}),
    (last_used, {"expect": lambda report: {_namespace(each): each.get("LastAuthenticatedTime") for each in report}}),
    (how_many, {"expect": len}),
    (false_on_a_failure, {"key": "ServiceNamespace"}),
    (pair_with_a_reason, {"expect": lambda report: (report, None)}),
    (
        failure_as_a_status,
        {
            "expect": lambda report: {"status": "ok", "names": list(map(_namespace, report))},
            "failed": lambda value: value["status"] == "failed",
        },
    ),
    (sorts_itself, {"ordered": False}),
)  # fmt: skip
