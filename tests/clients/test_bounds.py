"""What a client cannot do to `fuzz_client`: wait, go on for ever, reach the network, or find anything changed afterwards."""

from __future__ import annotations

import asyncio
import datetime
import gc
import os
import re
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from botocore.endpoint import Endpoint
from botocore.stub import Stubber

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.sandbox.virtual_time.virtual_clock import Clock
from awscontract.clients.sandbox.watchdog import WAITS, Stop, Watchdog
from awscontract.errors import UsageError
from client_gallery import buggy
from client_gallery.buggy import failed_is_empty
from client_gallery.gallery import violation
from client_gallery.right import by_is_truncated, makes_its_client

HOUR = 3600.0


@dataclass(frozen=True)
class Waiter:
    """Holds a pause where only its field's default knows it."""

    pause: Callable[[float], None] = time.sleep


class Holder:
    """Holds one as an attribute of the class, and one that does not bind."""

    pause = time.sleep
    rest = staticmethod(time.sleep)


class Slotted:
    """Has no dictionary."""

    __slots__ = ("pause",)

    def __init__(self) -> None:
        self.pause = time.sleep


WAITER, SLOTTED = Waiter(), Slotted()
NAP = partial(time.sleep, HOUR)


def closure() -> Callable[[], None]:
    held = time.sleep
    return lambda: held(HOUR)


IN_A_CLOSURE = closure()


def by_default(pause: Callable[[float], None] = time.sleep) -> None:
    pause(HOUR)


def by_keyword(*, pause: Callable[[float], None] = time.sleep) -> None:
    pause(HOUR)


@pytest.mark.parametrize(
    "wait",
    [
        lambda: time.sleep(HOUR),
        lambda: sleep(HOUR),
        by_default,
        by_keyword,
        IN_A_CLOSURE,
        lambda: WAITER.pause(HOUR),
        lambda: Waiter().pause(HOUR),
        lambda: Holder.pause(HOUR),
        lambda: Holder().pause(HOUR),
        lambda: Holder.rest(HOUR),
        lambda: SLOTTED.pause(HOUR),
        NAP,
        lambda: asyncio.run(asyncio.sleep(HOUR)),
    ],
)
def test_time_moves(wait: Callable[[], None]) -> None:
    """However a pause is held, it takes no time, and every clock has moved by it."""
    looks: list[Callable[[], float]] = [
        lambda: time.time(), lambda: time.monotonic(), lambda: time.perf_counter(), lambda: monotonic(),  # noqa: PLW0108 -- a list would keep the real ones
        lambda: time.time_ns() / 1e9, lambda: time.monotonic_ns() / 1e9, lambda: time.mktime(time.localtime()),
        lambda: datetime.datetime.now(datetime.UTC).timestamp(),
        lambda: datetime.datetime.now().timestamp(),  # noqa: DTZ005 -- as people write it
        lambda: datetime.datetime.utcnow().replace(tzinfo=datetime.UTC).timestamp(),  # noqa: DTZ003
    ]  # fmt: skip
    used = time.thread_time()
    with Clock().moved():
        before = [look() for look in looks]
        wait()
        after = [look() for look in looks]

    assert all(HOUR - 2 < late - early < HOUR + 60 for early, late in zip(before, after, strict=True))
    assert time.thread_time() - used < HOUR / 100


def test_names_that_are_frozen() -> None:
    """What a program has frozen is found, also where it freezes more later."""
    for held in (Slotted(), Slotted()):
        gc.collect()
        gc.freeze()
        for _ in range(2):
            with Clock().moved():
                assert held.pause == time.sleep
            assert held.pause is sleep


def state() -> list[object]:
    """Whatever a run replaces."""
    return [
        time.sleep, time.time, time.monotonic, sleep, monotonic, by_default.__defaults__, by_keyword.__kwdefaults__,
        Holder.pause, Holder.rest, WAITER.pause, Waiter().pause, SLOTTED.pause, NAP.func, NAP.args, vars(datetime.datetime)["now"], vars(datetime.datetime)["utcnow"],
        selectors.DefaultSelector.select, vars(Endpoint)["_send"], boto3.DEFAULT_SESSION, dict(os.environ),
        sys.gettrace(), sys.getprofile(),
    ]  # fmt: skip


def raises(client: Any, job_id: str) -> Any:
    raise KeyError(client.get_organizations_access_report(JobId=job_id)["Nothing"])


def swallows(client: Any, job_id: str) -> Any:
    while True:
        try:
            client.get_organizations_access_report(JobId=job_id)
        except BaseException:
            time.sleep(1)


@pytest.mark.parametrize("client", [by_is_truncated, raises, swallows])
def test_nothing_is_left(client: Callable[[Any, str], Any]) -> None:
    """Afterwards everything is as it was, however it ended."""
    before = state()
    try:
        fuzz_client(client, seed=0, examples=10)
    except ClientContractViolation:
        assert client is not by_is_truncated
    assert state() == before


def nested(pull: Callable[[], None]) -> None:
    def inner() -> None:
        while True:
            try:
                pull()
            except BaseException:
                continue

    def outer() -> None:
        while True:
            try:  # noqa: SIM105 -- a handler is what this is about
                inner()
            except BaseException:
                pass

    while True:
        try:
            outer()
        except BaseException as error:
            kept = error  # noqa: F841 -- as long as it is kept, it is not thrown away


def test_stop_is_not_swallowed() -> None:
    """Handlers within handlers, and one that keeps what it caught: the client ends all the same, for good."""
    watchdog = Watchdog()
    calls = 0

    def pull() -> None:
        nonlocal calls
        calls += 1
        watchdog.pull("enough")

    with watchdog.watched(), pytest.raises(Stop):
        watchdog.run(lambda: nested(pull))

    assert calls < 20
    assert watchdog.run(lambda: [each for each in range(10_000)])[-1] == 9_999  # noqa: C416 -- lines to be stopped at


@pytest.mark.usefixtures("finite")
def test_nothing_leaves_afterwards() -> None:
    """Who keeps the client and asks when all is over reaches nobody."""
    kept: list[Any] = []

    def keeps(client: Any, job_id: str) -> list[Any]:
        kept.append(client)
        return by_is_truncated(client, job_id)

    fuzz_client(keeps, seed=0, examples=1)

    with pytest.raises(ConnectionError, match="has ended"):
        kept[0].get_organizations_access_report(JobId="j" * 36)


def test_own_operations_only() -> None:
    """Another call is refused by name before a byte leaves, and is not the client's fault."""

    def asks_sts(client: Any, job_id: str) -> Any:
        return boto3.client("sts", region_name="us-east-1").get_caller_identity()

    with pytest.raises(UsageError, match=r'calls sts:GetCallerIdentity, .*backend="moto"'):
        fuzz_client(asks_sts, seed=0)


@pytest.mark.usefixtures("finite")
def test_raises() -> None:
    """An exception that the client raises by design is named, and then right."""

    def dislikes_empty_reports(client: Any, job_id: str) -> Any:
        return by_is_truncated(client, job_id) or int("no services?")

    with pytest.raises(ClientContractViolation, match=r"client\.raises-nothing-else"):
        fuzz_client(dislikes_empty_reports, seed=0)
    fuzz_client(dislikes_empty_reports, seed=0, raises=ValueError, examples=14)


def test_a_skip() -> None:
    """It is pytest's, whatever it says of its class, and skips the test."""

    def without_trio(client: Any, job_id: str) -> Any:
        return pytest.skip("no trio")

    with pytest.raises(pytest.skip.Exception, match="no trio"):
        fuzz_client(without_trio, seed=0)


def test_invalid_responses() -> None:
    """A client that is right may still go round on Markers that lead round; one that looks out does not."""

    def looks_out(client: Any, job_id: str) -> Any:
        found, seen, more = [], set(), {}
        for poll in range(600):
            page = client.get_organizations_access_report(JobId=job_id, **more)
            if page["JobStatus"] == "IN_PROGRESS":
                time.sleep(poll)
                continue
            if page["JobStatus"] != "COMPLETED":
                raise RuntimeError(page["JobStatus"])
            found += page.get("AccessDetails", [])
            if not page.get("IsTruncated"):
                return found
            if not page["Marker"].strip() or page["Marker"] in seen:
                raise RuntimeError("a Marker that leads nowhere")
            seen.add(page["Marker"])
            more = {"Marker": page["Marker"]}
        raise TimeoutError

    fuzz_client(looks_out, seed=0, invalid_responses=True, examples=16)
    with pytest.raises(ClientContractViolation, match=r"(lead in a circle|without a token|empty token)"):
        fuzz_client(by_is_truncated, seed=0, invalid_responses=True)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"examples": 0}, "examples must be at least 1, not 0"),
        ({"examples": "ten"}, "examples must be a whole number, not 'ten'"),
        ({"seed": "a"}, "seed must be a whole number, not 'a'"),
        ({"operation": None}, "operation must be a string such as 'iam:ListUsers', not None"),
        ({"raises": "KeyError"}, "raises must be one or several classes of exceptions, not 'KeyError'"),
        ({"clock": "slow"}, "clock must be 'virtual' or 'real', not 'slow'"),
        ({"key": str, "expect": len}, "give expect or key, not both"),
        ({"key": "ServiceNamspace"}, "a service has no member 'ServiceNamspace'; did you mean 'ServiceNamespace'?"),
        ({"key": "Foo"}, "a service has no member 'Foo'; it has ServiceName, "),
        ({"failed": True}, "failed must be a function, not True"),
        ({"backend": "aws"}, "backend must be 'moto' or a function"),
        ({"operation": "iam:ListUsers"}, "collect must take 1 argument for iam:ListUsers: client"),
    ],
)
def test_wrong_usage(options: dict[str, Any], message: str) -> None:
    """Wrong options are named, before anything runs."""
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        fuzz_client(by_is_truncated, **options)


def test_wrong_collect() -> None:
    """What is not a function, or does not take what it will get."""
    with pytest.raises(TypeError, match="collect must be a function, not int"):
        fuzz_client(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"collect must take 2 arguments for iam:GetOrg.*: client, job_id"):
        fuzz_client(lambda client: [])


@pytest.mark.usefixtures("finite")
def test_asynchronous_collect() -> None:
    """It is run with asyncio; an asynchronous generator too, and a coroutine that comes back."""

    async def generator(client: Any, job_id: str) -> Any:
        for each in by_is_truncated(client, job_id):
            yield each

    async def collect(client: Any, job_id: str) -> list[Any]:
        return by_is_truncated(client, job_id)

    for each in (generator, collect, partial(collect)):
        fuzz_client(each, seed=0, examples=4)


def test_no_request_at_all() -> None:
    """A client that goes out otherwise is not judged, and hears of the command; nothing is looked up."""

    def urllib(client: Any, job_id: str) -> Any:
        return urlopen("https://iam.amazonaws.com/").read()

    def cached(client: Any, job_id: str) -> list[Any]:
        return []

    with pytest.raises(UsageError, match=r"connects to iam\.amazonaws\.com without botocore.*fuzz-client"):
        fuzz_client(urllib, seed=0)
    with pytest.raises(UsageError, match=r"sent no request of iam:GetOrg.*fuzz-client"):
        fuzz_client(cached, seed=0)


@pytest.mark.usefixtures("finite")
def test_backend() -> None:
    """Calls of other operations and services are answered by moto, or by clients that the user gives."""
    pytest.importorskip("moto")

    def collect(client: Any, job_id: str) -> list[Any]:
        client.create_user(UserName=f"u{time.monotonic_ns()}")
        assert boto3.client("sts").get_caller_identity()["Account"]
        return by_is_truncated(client, job_id)

    fuzz_client(collect, seed=0, examples=3, backend="moto")


@pytest.mark.usefixtures("finite")
def test_backend_of_the_users_own() -> None:
    """A function from a service's name to a client, whose calls are not intercepted."""
    sts = boto3.client("sts", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    asked: list[str] = []

    def backend(service: str) -> Any:
        asked.append(service)
        return sts

    def collect(client: Any, job_id: str) -> list[Any]:
        assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
        return by_is_truncated(client, job_id)

    with Stubber(sts) as stubber:
        for _ in range(3):
            stubber.add_response("get_caller_identity", {"Account": "123456789012"})
        fuzz_client(collect, seed=0, examples=2, backend=backend)
    assert set(asked) == {"sts"}


@pytest.mark.usefixtures("finite")
def test_a_region_is_set() -> None:
    """Clients that name none get one, as programs do."""

    def collect(client: Any, job_id: str) -> list[Any]:
        return by_is_truncated(boto3.client("iam", endpoint_url="http://127.0.0.1:9"), job_id)

    fuzz_client(collect, seed=0, examples=2)


def test_failed_accepts_too_much() -> None:
    """A `failed` that accepts the value of a successful run is the caller's mistake."""
    with pytest.raises(ClientContractViolation, match=r"client\.complete.*\n(?s:.*)failed= accepts"):
        fuzz_client(by_is_truncated, seed=0, failed=lambda value: True)


@pytest.mark.parametrize(
    ("client", "advice"),
    [
        ("none_as_first_marker", "leave Marker out of the first request"),
        ("asks_for_a_paginator", "no SDK has a paginator for GetOrganizationsAccessReport"),
        ("generates_instead_of_polling", "start one job, and poll that one"),
        ("prints_dates_as_json", "not JSON serializable (buggy.py:"),
    ],
)
def test_fitting_advice(client: str, advice: str) -> None:
    """What to do instead is what this client should do instead."""
    assert advice in violation(vars(buggy)[client]).text


def dies_on_page_two(client: Any, job_id: str) -> list[Any]:
    """After a pause long before it, which excuses nothing."""
    time.sleep(10)
    page = client.get_organizations_access_report(JobId=job_id)
    if page.get("IsTruncated"):
        raise ValueError("too many services")
    return list(page.get("AccessDetails", []))


def asks_too_much(client: Any, job_id: str) -> list[Any]:
    client.meta.events.register(
        "before-parameter-build.iam.GetOrganizationsAccessReport", lambda params, **_: params.update(SortKey="X")
    )
    return by_is_truncated(client, job_id)


def asks_for_another_job(client: Any, job_id: str) -> list[Any]:
    return by_is_truncated(client, job_id[::-1])


@pytest.mark.parametrize(
    ("client", "rule"),
    [
        (dies_on_page_two, "client.raises-nothing-else"),
        (asks_too_much, "client.complete"),
        (asks_for_another_job, "client.complete"),
    ],
)
def test_own_fault(client: Callable[[Any, str], Any], rule: str) -> None:
    """An error that the client brought about itself excuses nothing, and neither does a pause that nobody asked for."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(client, seed=0)
    assert caught.value.rule == rule


@pytest.mark.usefixtures("finite")
def test_a_thread_that_was_there_before() -> None:
    """It is served as far as it uses the client that `collect` is given."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(threading.get_ident).result()

        fuzz_client(lambda client, job_id: pool.submit(by_is_truncated, client, job_id).result(), seed=0, examples=5)


@pytest.mark.usefixtures("finite")
def test_a_thread_that_is_left_behind() -> None:
    """What one example's thread goes on asking is not held against the next example, and the thread ends."""
    left: list[threading.Thread] = []
    next_example = threading.Event()

    def plain(client: Any, job_id: str) -> list[Any]:
        def poll() -> None:
            next_example.wait()
            while True:
                client.get_organizations_access_report(JobId=job_id, Marker="of another example")

        if left:
            next_example.set()
            left[0].join(10)
        else:
            left.append(threading.Thread(target=poll, daemon=True))
            left[0].start()
        return by_is_truncated(client, job_id)

    fuzz_client(plain, seed=0, examples=6, polite=False)

    assert not left[0].is_alive()


@pytest.mark.usefixtures("finite")
def test_moto_around_it() -> None:
    """A mock that is on around the test answers nothing meanwhile, and is on again afterwards."""
    moto = pytest.importorskip("moto")
    with moto.mock_aws():
        boto3.client("iam", "us-east-1").create_user(UserName="kept")
        fuzz_client(makes_its_client, seed=0, examples=5)

        assert boto3.client("iam", "us-east-1").list_users()["Users"][0]["UserName"] == "kept"


def test_failed_like_empty() -> None:
    """Where a value is expected that an empty report has too, it is no answer to a FAILED job."""

    def unused(client: Any, job_id: str) -> bool:
        return not any("LastAuthenticatedTime" in each for each in failed_is_empty(client, job_id))

    with pytest.raises(ClientContractViolation, match=r"client\.surfaces-failure"):
        fuzz_client(unused, seed=0, expect=lambda report: not any("LastAuthenticatedTime" in each for each in report))


@pytest.mark.usefixtures("finite")
def test_lazy_expectation() -> None:
    """What is expected may be a generator; it is looked at more than once."""
    fuzz_client(names, seed=0, examples=10, expect=lambda report: (each["ServiceNamespace"] for each in report))


def names(client: Any, job_id: str) -> list[str]:
    return [each["ServiceNamespace"] for each in by_is_truncated(client, job_id)]


def test_what_does_not_come() -> None:
    """A client that waits for a thread that has died is shown so."""
    watchdog, never = Watchdog(patience=0.2), threading.Event()

    with watchdog.watched(), pytest.raises(Stop):
        watchdog.run(never.wait)

    assert watchdog.reason is not None
    assert watchdog.reason.startswith(f"{WAITS}, MainThread at test_bounds.py:")


def polls(client: Any, job_id: str) -> list[Any]:
    """Its threads wait in virtual time as it would itself, for hours."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: by_is_truncated(client, job_id), range(2)))
    assert found[0] == found[1]
    return found[0]


def test_threads_that_poll() -> None:
    """Whichever thread asks has its pauses skipped, so that 500 polls of two threads cost next to nothing."""
    used = time.thread_time()
    fuzz_client(polls, seed=0, examples=12)

    assert time.thread_time() - used < HOUR / 100


@pytest.mark.nightly
def test_imported_late() -> None:
    """A client on `requests` that imports it when it is called is served too."""
    code = """
import sys
from awscontract import fuzz_client
assert "requests" not in sys.modules
def collect(client, job_id):
    import requests
    asked = {"Action": "GetOrganizationsAccessReport", "Version": "2010-05-08", "JobId": job_id}
    text = requests.post("https://iam.amazonaws.com/", data=asked, timeout=5).text
    assert "<JobStatus>" in text, text
    page = client.get_organizations_access_report(JobId=job_id)
    if page["JobStatus"] != "COMPLETED":
        raise RuntimeError(page["JobStatus"])
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found
print(fuzz_client(collect, seed=0, examples=1))
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert "no rule broken" in done.stdout, done.stderr
