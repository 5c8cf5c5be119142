"""Clients that are wrong, as people write them, each with the rule that it breaks. The first twenty are the gallery."""

from __future__ import annotations

import asyncio
import html
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

__all__ = ["BUGGY", "GALLERY", "NOTED"]

Page = dict[str, Any]
Collect = Callable[[Any, str], Any]


def wait(client: Any, job_id: str, **parameters: Any) -> Page:
    """Poll until the job has ended."""
    while (page := client.get_organizations_access_report(JobId=job_id, **parameters))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["ErrorDetails"]["Message"])
    return dict(page)


def first_page_only(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    return page.get("AccessDetails", [])


def never_polls(client: Any, job_id: str) -> list[Page]:
    found, more = [], {}
    while True:
        page = client.get_organizations_access_report(JobId=job_id, **more)
        found += page.get("AccessDetails", [])
        if not page.get("IsTruncated"):
            return found
        more = {"Marker": page["Marker"]}


def failed_is_empty(client: Any, job_id: str) -> list[Page]:
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found


def waits_for_completed_alone(client: Any, job_id: str) -> list[Page]:
    while client.get_organizations_access_report(JobId=job_id)["JobStatus"] != "COMPLETED":
        time.sleep(5)
    return never_polls(client, job_id)


def needs_a_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page["AccessDetails"]
    while page["Marker"]:
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page["AccessDetails"]
    return found


def needs_is_truncated(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page["IsTruncated"]:
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found


def needs_a_report(client: Any, job_id: str) -> list[Page]:
    while True:
        page = client.get_organizations_access_report(JobId=job_id)
        details = page["AccessDetails"]
        if page["JobStatus"] == "COMPLETED":
            return details + rest_of(client, job_id, page)
        time.sleep(1)


def rest_of(client: Any, job_id: str, page: Page) -> list[Page]:
    found = []
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found


def stops_at_an_empty_page(client: Any, job_id: str) -> list[Page]:
    page, found = wait(client, job_id), []
    while page.get("AccessDetails"):
        found += page["AccessDetails"]
        if not page.get("IsTruncated"):
            break
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
    return found


def stops_at_a_short_page(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id, MaxItems=100)
    found = page.get("AccessDetails", [])
    while len(page.get("AccessDetails", [])) == 100 and page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, MaxItems=100, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found


def never_sends_the_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id)
        found += page.get("AccessDetails", [])
    return found


def keeps_the_old_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found, marker = page.get("AccessDetails", []), page.get("Marker")
    while marker:
        page = client.get_organizations_access_report(JobId=job_id, Marker=marker)
        found += page.get("AccessDetails", [])
        marker = page.get("Marker", marker)
    return found


def follows_no_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("AccessDetails"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page.get("Marker", ""))
        found += page.get("AccessDetails", [])
    return found


def strips_the_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"].strip())
        found += page.get("AccessDetails", [])
    return found


def drops_the_sort_key(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id, SortKey="LAST_AUTHENTICATED_TIME_DESCENDING")
    return page.get("AccessDetails", []) + rest_of(client, job_id, page)


def loses_the_rest_to_an_error(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    try:
        found += rest_of(client, job_id, page)
    except ClientError as error:
        print("could not read it all:", error)
    return found


def adds_a_page_twice(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = list(page.get("AccessDetails", []))
    page = client.get_organizations_access_report(JobId=job_id)
    while True:
        found += page.get("AccessDetails", [])
        if not page.get("IsTruncated"):
            return found
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])


def keeps_the_last_page(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
    return page.get("AccessDetails", [])


def returns_after_ten_polls(client: Any, job_id: str) -> list[Page]:
    for _ in range(10):
        page = client.get_organizations_access_report(JobId=job_id)
        if page["JobStatus"] == "FAILED":
            raise RuntimeError("failed")
        if page["JobStatus"] == "COMPLETED":
            return page.get("AccessDetails", []) + rest_of(client, job_id, page)
        time.sleep(2)
    return []


def leaves_unused_services_out(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", []) + rest_of(client, job_id, page)
    return [each for each in found if each["LastAuthenticatedTime"]]


def retries_for_ever(client: Any, job_id: str) -> list[Page]:
    found, more = [], {}
    wait(client, job_id)
    while True:
        try:
            page = client.get_organizations_access_report(JobId=job_id, **more)
        except ClientError:
            continue
        found += page.get("AccessDetails", [])
        if not page.get("IsTruncated"):
            return found
        more = {"Marker": page["Marker"]}


# Beyond the gallery.


def needs_access_details(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    return page["AccessDetails"] + rest_of(client, job_id, page)


def needs_totals(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", []) + rest_of(client, job_id, page)
    return [each for each in found if each["TotalAuthenticatedEntities"] >= 0]


def quotes_the_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=quote(page["Marker"]))
        found += page.get("AccessDetails", [])
    return found


def two_pages_at_most(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    if page.get("IsTruncated"):
        found += client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"]).get("AccessDetails", [])
    return found


def newest_page_first(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found = page.get("AccessDetails", []) + found
    return found


def denied_is_empty(client: Any, job_id: str) -> list[Page]:
    try:
        page = wait(client, job_id)
        return page.get("AccessDetails", []) + rest_of(client, job_id, page)
    except ClientError:
        return []


def failed_has_no_details(client: Any, job_id: str) -> list[Page]:
    while True:
        page = client.get_organizations_access_report(JobId=job_id)
        if page["JobStatus"] == "FAILED":
            raise RuntimeError(page["ErrorDetails"]["Reason"])
        if page["JobStatus"] == "COMPLETED":
            return page.get("AccessDetails", []) + rest_of(client, job_id, page)
        time.sleep(1)


def swallows_everything(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        try:
            page = client.get_organizations_access_report(JobId=job_id)
            found += page.get("AccessDetails", [])
        except BaseException:
            continue
    return found


def swallows_everything_twice(client: Any, job_id: str) -> list[Page]:
    while True:
        try:
            swallows_everything(client, job_id)
        except BaseException:
            time.sleep(1)


def forgets_to_ask(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = 0
    while page.get("IsTruncated"):
        found += len(page.get("AccessDetails", []))
    return [page] * found


def sleeps_for_ever(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    while page.get("IsTruncated"):
        time.sleep(60)
    return page.get("AccessDetails", [])


def generator_without_end(client: Any, job_id: str) -> Iterator[Page]:
    page = wait(client, job_id)
    for _ in itertools.count():
        yield from page.get("AccessDetails", [])
        page = client.get_organizations_access_report(JobId=job_id, **{k: page[k] for k in ("Marker",) if k in page})


def another_job(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    other = client.generate_organizations_access_report(EntityPath="o-zzzzzzzzzz/r-wxyz")["JobId"]
    return page.get("AccessDetails", []) + rest_of(client, other, page)


def gives_up_with_a_part(client: Any, job_id: str) -> list[Page]:
    until = time.monotonic() + 3600
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        if time.monotonic() > until:
            return []
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError("failed")
    return page.get("AccessDetails", []) + rest_of(client, job_id, page)


def dislikes_empty_reports(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", []) + rest_of(client, job_id, page)
    if not found:
        raise ValueError("no services?")
    return found


def without_end(client: Any, job_id: str) -> Iterator[Page]:
    page = wait(client, job_id)
    return itertools.cycle(page.get("AccessDetails", []) + rest_of(client, job_id, page))


def spins_whatever_comes(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    while page.get("IsTruncated"):
        try:
            while True:
                pass
        except BaseException:
            continue
    return page.get("AccessDetails", [])


def waits_on_a_future(client: Any, job_id: str) -> list[Page]:
    async def collect() -> list[Page]:
        page = wait(client, job_id)
        if page.get("IsTruncated"):
            await asyncio.get_running_loop().create_future()
        return page.get("AccessDetails", [])

    return asyncio.run(collect())


def a_thread_that_swallows_everything(client: Any, job_id: str) -> list[Page]:
    found: list[list[Page]] = []

    def work() -> None:
        while not found:
            try:
                page = wait(client, job_id)
                found.append(page.get("AccessDetails", []) + rest_of(client, job_id, page))
            except BaseException:
                continue

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    return found[0]


def ten_pages_at_most(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    for _ in range(9):
        if page.get("IsTruncated"):
            page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
            found += page.get("AccessDetails", [])
    return found


def a_hundred_pages_at_most(client: Any, job_id: str) -> list[Page]:
    page, pages = wait(client, job_id), 1
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated") and pages < 100:
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
        pages += 1
    return found


def stops_at_two_empty_pages(client: Any, job_id: str) -> list[Page]:
    page, empty = wait(client, job_id), 0
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated") and empty < 2:
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
        empty = 0 if page.get("AccessDetails") else empty + 1
    return found


def prints_dates_as_json(client: Any, job_id: str) -> Any:
    page = wait(client, job_id)
    return json.loads(json.dumps(page.get("AccessDetails", []) + rest_of(client, job_id, page)))


def compares_with_a_naive_date(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", []) + rest_of(client, job_id, page)
    for each in found:
        if "LastAuthenticatedTime" in each:
            datetime.now() - each["LastAuthenticatedTime"]  # noqa: DTZ005 -- the bug
    return found


def none_as_first_marker(client: Any, job_id: str) -> list[Page]:
    found, marker = [], None
    while True:
        page = wait(client, job_id, Marker=marker)
        found += page.get("AccessDetails", [])
        marker = page.get("Marker")
        if marker is None:
            return found


def asks_for_a_paginator(client: Any, job_id: str) -> list[Page]:
    pages = client.get_paginator("get_organizations_access_report").paginate(JobId=job_id)
    return [each for page in pages for each in page.get("AccessDetails", [])]


def generates_instead_of_polling(client: Any, job_id: str) -> list[Page]:
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] != "COMPLETED":
        if page["JobStatus"] == "FAILED":
            raise RuntimeError("failed")
        time.sleep(1)
        started = client.generate_organizations_access_report(EntityPath=f"o-a1b2c3d4e5/r-{time.monotonic_ns():x}"[:40])
        job_id = started["JobId"]
    return page.get("AccessDetails", []) + rest_of(client, job_id, page)


def stops_at_three_empty_pages(client: Any, job_id: str) -> list[Page]:
    page, empty = wait(client, job_id), 0
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated") and empty < 3:
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
        empty = 0 if page.get("AccessDetails") else empty + 1
    return found


def denied_while_polling_is_empty(client: Any, job_id: str) -> list[Page]:
    page = client.get_organizations_access_report(JobId=job_id)
    while page["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        try:
            page = client.get_organizations_access_report(JobId=job_id)
        except ClientError:
            return []
    if page["JobStatus"] == "FAILED":
        raise RuntimeError("failed")
    return page.get("AccessDetails", []) + rest_of(client, job_id, page)


def unescapes_the_marker(client: Any, job_id: str) -> list[Page]:
    page = wait(client, job_id)
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=html.unescape(page["Marker"]))
        found += page.get("AccessDetails", [])
    return found


def never_pauses(client: Any, job_id: str) -> list[Page]:
    while (page := client.get_organizations_access_report(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        pass
    if page["JobStatus"] == "FAILED":
        raise RuntimeError("failed")
    return page.get("AccessDetails", []) + rest_of(client, job_id, page)


#: Client, and the rule that must catch it.
GALLERY: tuple[tuple[Collect, str], ...] = (
    (first_page_only, "client.complete"),
    (never_polls, "client.waits"),
    (failed_is_empty, "client.surfaces-failure"),
    (waits_for_completed_alone, "client.stops"),
    (needs_a_marker, "client.tolerates-absent"),
    (needs_is_truncated, "client.tolerates-absent"),
    (needs_a_report, "client.tolerates-absent"),
    (stops_at_an_empty_page, "client.complete"),
    (stops_at_a_short_page, "client.complete"),
    (never_sends_the_marker, "client.stops"),
    (keeps_the_old_marker, "client.stops"),
    (follows_no_marker, "client.stops"),
    (strips_the_marker, "client.token-verbatim"),
    (drops_the_sort_key, "client.parameters-kept"),
    (loses_the_rest_to_an_error, "client.surfaces-errors"),
    (adds_a_page_twice, "client.no-repeats"),
    (keeps_the_last_page, "client.complete"),
    (returns_after_ten_polls, "client.waits"),
    (leaves_unused_services_out, "client.tolerates-absent"),
    (retries_for_ever, "client.stops"),
)

BUGGY: tuple[tuple[Collect, str], ...] = (
    *GALLERY,
    (needs_access_details, "client.tolerates-absent"),
    (needs_totals, "client.tolerates-absent"),
    (quotes_the_marker, "client.token-verbatim"),
    (two_pages_at_most, "client.complete"),
    (newest_page_first, "client.order-kept"),
    (denied_is_empty, "client.surfaces-errors"),
    (failed_has_no_details, "client.tolerates-absent"),
    (swallows_everything, "client.stops"),
    (swallows_everything_twice, "client.stops"),
    (forgets_to_ask, "client.stops"),
    (sleeps_for_ever, "client.stops"),
    (generator_without_end, "client.stops"),
    (another_job, "client.parameters-kept"),
    (gives_up_with_a_part, "client.waits"),
    (dislikes_empty_reports, "client.raises-nothing-else"),
    (prints_dates_as_json, "client.raises-nothing-else"),
    (compares_with_a_naive_date, "client.raises-nothing-else"),
    (none_as_first_marker, "client.raises-nothing-else"),
    (asks_for_a_paginator, "client.raises-nothing-else"),
    (without_end, "client.stops"),
    (spins_whatever_comes, "client.stops"),
    (waits_on_a_future, "client.stops"),
    (a_thread_that_swallows_everything, "client.stops"),
    (ten_pages_at_most, "client.complete"),
    (a_hundred_pages_at_most, "client.complete"),
    (stops_at_two_empty_pages, "client.complete"),
    (generates_instead_of_polling, "client.stops"),
    (stops_at_three_empty_pages, "client.complete"),
    (denied_while_polling_is_empty, "client.surfaces-errors"),
    (unescapes_the_marker, "client.token-verbatim"),
)

#: Right enough, but worth a note.
NOTED: tuple[tuple[Collect, str], ...] = (
    (never_pauses, "client.polite-polling"),
    (never_pauses, "client.gives-up"),
)
