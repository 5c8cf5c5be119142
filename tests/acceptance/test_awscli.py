"""The AWS CLI, which is not ours, is content with the embedded emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from servers import command
from servers.forking import forked

AWS = Path(sys.executable).with_name("aws")
KEYS = [
    f"{field}_{way}"
    for field in ("SERVICE_NAMESPACE", "LAST_AUTHENTICATED_TIME")
    for way in ("ASCENDING", "DESCENDING")
]
ENTITY = "o-a1b2c3d4e5/r-f6g7"
GROUP = "arn:aws:iam::123456789012:group/Developers"
DETAILS = "iam:GetServiceLastAccessedDetails"
ENTITIES = f"{DETAILS}WithEntities"

pytestmark = pytest.mark.skipif(not AWS.exists(), reason="the AWS CLI (awscli) is not installed beside this Python")

Done = subprocess.CompletedProcess[str]
Aws = Callable[..., Done]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with command.serving("iam:GetOrganizationsAccessReport", DETAILS, ENTITIES) as url:
        yield url


@pytest.fixture(scope="module")
def aws(url: str, tmp_path_factory: pytest.TempPathFactory) -> Aws:
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text(
        "[profile auditor]\nregion = eu-west-1\noutput = json\naws_access_key_id = AKIDAUDITOR\n"
        "aws_secret_access_key = example\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config.with_name("none")),
        "AWS_PAGER": "",
    }
    keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "AWS_DEFAULT_REGION": "us-east-1"}

    def run(*arguments: str, credentials: bool = True) -> Done:
        return forked(
            ("iam", *arguments, "--endpoint-url", url),
            env=environment | keys if credentials else environment,
            program="aws",
        )

    return run


@pytest.fixture(scope="module")
def job_id(aws: Aws) -> str:
    """A report that is done, after the polls that it took."""
    done = aws("generate-organizations-access-report", "--entity-path", ENTITY)
    job_id: str = json.loads(done.stdout)["JobId"]
    statuses: list[str] = []
    while "COMPLETED" not in statuses and len(statuses) < 6:
        done = aws("get-organizations-access-report", "--job-id", job_id, "--query", "JobStatus", "--output", "text")
        statuses.append(done.stdout.strip())

    assert statuses == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    return job_id


@pytest.fixture(scope="module")
def said(aws: Aws, job_id: str) -> dict[str, Done]:
    """What the CLI says to each way of asking; they run side by side since each takes it half a second to start."""
    get = ("get-organizations-access-report", "--job-id", job_id)
    asked: dict[str, tuple[str, ...]] = {
        **{key: (*get, "--sort-key", key, "--max-items", "1000") for key in KEYS},
        "json": (*get, "--output", "json"),
        "text": (*get, "--output", "text", "--max-items", "3"),
        "table": (*get, "--output", "table", "--max-items", "3"),
        "query": (*get, "--query", "AccessDetails[].ServiceNamespace", "--max-items", "2"),
        "no-paginate": (*get, "--no-paginate", "--cli-read-timeout", "5", "--cli-connect-timeout", "5"),
        "input": (get[0], "--cli-input-json", json.dumps({"JobId": job_id, "MaxItems": 7, "SortKey": KEYS[1]})),
        "unknown job": (get[0], "--job-id", "00000000-aaaa-bbbb-cccc-000000000000"),
        "bad sort key": (*get, "--sort-key", "BY_WEIGHT"),
        "bad marker": (*get, "--marker", "never issued"),
    }
    keyless: dict[str, tuple[str, ...]] = {
        "unsigned": (*get, "--no-sign-request", "--region", "us-east-1", "--max-items", "1"),
        "profile": (*get, "--profile", "auditor", "--max-items", "1"),
    }
    with ThreadPoolExecutor(4) as pool:
        futures = {name: pool.submit(aws, *arguments) for name, arguments in asked.items()}
        futures |= {name: pool.submit(aws, *arguments, credentials=False) for name, arguments in keyless.items()}
        return {name: future.result() for name, future in futures.items()}


def answer(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def namespaces(done: Done) -> list[str]:
    return [detail["ServiceNamespace"] for detail in answer(done)["AccessDetails"]]


def test_sort_keys(said: dict[str, Done]) -> None:
    """The CLI gets the same services under all four keys, ordered as each says."""
    by_name = namespaces(said[KEYS[0]])
    times = [
        [detail["LastAuthenticatedTime"] for detail in answer(said[key])["AccessDetails"] if "EntityPath" in detail]
        for key in KEYS[2:]
    ]

    assert by_name == sorted(by_name)
    assert namespaces(said[KEYS[1]]) == by_name[::-1]
    assert all(sorted(namespaces(said[key])) == by_name for key in KEYS[2:])
    assert len(times[0]) > 1
    assert times == [sorted(times[0]), sorted(times[0], reverse=True)]


def test_pages(aws: Aws, job_id: str, said: dict[str, Done]) -> None:
    """The default page holds 100 services, and its Marker given back continues where it stopped."""
    first = answer(said["json"])
    asked = ("get-organizations-access-report", "--job-id", job_id, "--max-items", "1000", "--marker", first["Marker"])
    rest = answer(aws(*asked))

    assert (len(first["AccessDetails"]), first["IsTruncated"]) == (100, True)
    assert first["AccessDetails"] + rest["AccessDetails"] == answer(said[KEYS[0]])["AccessDetails"]
    assert not rest["IsTruncated"] and "Marker" not in rest


def test_no_paginate_changes_nothing(said: dict[str, Done]) -> None:
    """The CLI knows no paginator for the operation."""
    assert namespaces(said["no-paginate"]) == namespaces(said["json"])


def test_cli_input_json(said: dict[str, Done]) -> None:
    """Parameters may come as a JSON document."""
    assert namespaces(said["input"]) == namespaces(said[KEYS[1]])[:7]


@pytest.mark.parametrize("how", ["unsigned", "profile"])
def test_whoever_asks(how: str, said: dict[str, Done]) -> None:
    """Unsigned requests and those of a profile are served."""
    assert namespaces(said[how]) == namespaces(said["json"])[:1]


def test_query(said: dict[str, Done]) -> None:
    """--query picks from the answer."""
    assert answer(said["query"]) == namespaces(said["json"])[:2]


def test_output(said: dict[str, Done]) -> None:
    """Text and table show the status and every service of the page."""
    shown = namespaces(said["json"])[:3]

    text = said["text"].stdout.splitlines()
    assert "COMPLETED" in text[0].split("\t")
    assert [line.split("\t")[0] for line in text[1:]] == ["ACCESSDETAILS"] * 3
    assert all(name in line.split("\t") for name, line in zip(shown, text[1:], strict=True))
    assert "GetOrganizationsAccessReport" in said["table"].stdout
    assert all(f" {name} " in said["table"].stdout for name in shown)


@pytest.mark.parametrize(
    ("asked", "code"),
    [("unknown job", "NoSuchEntity"), ("bad sort key", "ValidationError"), ("bad marker", "ValidationError")],
)
def test_errors(asked: str, code: str, said: dict[str, Done]) -> None:
    """Refusals come out as the CLI's own client errors, with their codes."""
    done = said[asked]

    assert done.returncode not in (0, 1, 2)
    assert f"An error occurred ({code}) when calling the GetOrganizationsAccessReport operation" in done.stderr


def test_what_it_prints_is_valid(said: dict[str, Done]) -> None:
    """The CLI's JSON, piped into `validate`, keeps the contract; a part taken out of it does not."""
    whole = answer(said[KEYS[2]])
    broken = {name: value for name, value in whole.items() if name != "JobCompletionDate"}

    passed = command.awscontract("validate", "-", stdin=said[KEYS[2]].stdout)
    failed = command.awscontract("validate", "-", stdin=json.dumps(broken))

    assert (passed.returncode, passed.stderr) == (0, "")
    assert failed.returncode == 1
    assert "job.completion-date-when-finished" in failed.stdout


# --- the two siblings, which read one job

#: The CLI's commands one after the other in one process with one driver, which spares its start and reading the models for each.
ONE_AFTER_ANOTHER = """
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver
driver, done = create_clidriver(), []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = driver.main(arguments)
    done.append((status, out.getvalue(), err.getvalue()))
print(json.dumps(done))
"""


@pytest.fixture(scope="module")
def in_one(url: str) -> Callable[..., list[Done]]:
    """Runs several commands of the CLI in one process."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    def run(*commands: tuple[str, ...]) -> list[Done]:
        whole = [["iam", *each, "--endpoint-url", url] for each in commands]
        done = subprocess.run(
            [sys.executable, "-c", ONE_AFTER_ANOTHER],
            input=json.dumps(whole),
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [Done(arguments, *each) for arguments, each in zip(whole, json.loads(done.stdout), strict=True)]

    return run


@pytest.fixture(scope="module")
def details_job(in_one: Callable[..., list[Done]]) -> str:
    """A report on a group, by action, that is done after the polls that it took; each operation polls it."""
    [started] = in_one(("generate-service-last-accessed-details", "--arn", GROUP, "--granularity", "ACTION_LEVEL"))
    job_id: str = answer(started)["JobId"]
    status = ("--job-id", job_id, "--query", "JobStatus", "--output", "text")
    polls = in_one(
        ("get-service-last-accessed-details", *status),
        ("get-service-last-accessed-details-with-entities", *status, "--service-namespace", "s3"),
        ("get-service-last-accessed-details", *status),
    )
    assert [each.stdout.strip() for each in polls] == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    return job_id


@pytest.fixture(scope="module")
def siblings(in_one: Callable[..., list[Done]], details_job: str) -> dict[str, Done]:
    """What the CLI shows for each documented option of the three operations."""
    start = ("generate-service-last-accessed-details",)
    job = ("--job-id", details_job)
    details = ("get-service-last-accessed-details", *job)
    entities = ("get-service-last-accessed-details-with-entities", *job, "--service-namespace", "s3")
    requests: dict[str, tuple[str, ...]] = {
        "services": details,
        "services, three": (*details, "--max-items", "3"),
        "services, text": (*details, "--max-items", "3", "--output", "text"),
        "services, input": (details[0], "--cli-input-json", json.dumps({"JobId": details_job, "MaxItems": 3})),
        "services, no paginate": (*details, "--no-paginate", "--max-items", "3", "--query", "JobType"),
        "entities": (*entities, "--max-items", "1000"),
        "entities, three": (*entities, "--max-items", "3"),
        "entities, table": (*entities, "--max-items", "3", "--output", "table"),
        "by service": (*start, "--arn", GROUP, "--granularity", "SERVICE_LEVEL"),
        "unknown Arn": (*start, "--arn", f"{GROUP}-nobody"),
        "unknown granularity": (*start, "--arn", GROUP, "--granularity", "TABLE_LEVEL"),
        "unknown job": (details[0], "--job-id", "00000000-aaaa-bbbb-cccc-000000000000"),
        "unissued marker": (*details, "--marker", "unissued"),
        "unknown service": (*entities[:-1], "no-such-service"),
    }
    return dict(zip(requests, in_one(*requests.values()), strict=True))


def test_siblings_in_pages(in_one: Callable[..., list[Done]], details_job: str, siblings: dict[str, Done]) -> None:
    """A page of three and what its Marker leads to are the whole, of the services and of the entities."""
    services, entities = answer(siblings["services, three"]), answer(siblings["entities, three"])
    go_on = ("--job-id", details_job, "--max-items", "1000", "--marker")
    more = in_one(
        ("get-service-last-accessed-details", *go_on, services["Marker"]),
        ("get-service-last-accessed-details-with-entities", *go_on, entities["Marker"], "--service-namespace", "s3"),
    )
    rest, others = map(answer, more)
    namespaces = [each["ServiceNamespace"] for page in (services, rest) for each in page["ServicesLastAccessed"]]

    assert (len(services["ServicesLastAccessed"]), services["IsTruncated"]) == (3, True)
    assert namespaces == sorted(namespaces)
    assert len(answer(siblings["services"])["ServicesLastAccessed"]) == 200
    assert namespaces[:200] == [
        each["ServiceNamespace"] for each in answer(siblings["services"])["ServicesLastAccessed"]
    ]
    assert (
        entities["EntityDetailsList"] + others["EntityDetailsList"] == answer(siblings["entities"])["EntityDetailsList"]
    )


def test_siblings_options(siblings: dict[str, Done]) -> None:
    """Granularity, the output formats, a query, a JSON document as input."""
    page = answer(siblings["services, three"])

    assert page["JobType"] == answer(siblings["services, no paginate"]) == "ACTION_LEVEL"
    assert any("TrackedActionsLastAccessed" in each for each in page["ServicesLastAccessed"])
    assert answer(siblings["services, input"]) == page
    assert siblings["services, text"].stdout.count("SERVICESLASTACCESSED\t") == 3
    assert "GetServiceLastAccessedDetailsWithEntities" in siblings["entities, table"].stdout
    assert len(answer(siblings["by service"])["JobId"]) == 36


@pytest.mark.parametrize(
    ("request_of", "code"),
    [
        ("unknown Arn", "NoSuchEntity"),
        ("unknown granularity", "ValidationError"),
        ("unknown job", "NoSuchEntity"),
        ("unissued marker", "ValidationError"),
        ("unknown service", "InvalidInput"),
    ],
)
def test_siblings_errors(request_of: str, code: str, siblings: dict[str, Done]) -> None:
    """As AWS refuses them."""
    assert f"An error occurred ({code}) when calling the Ge" in siblings[request_of].stderr


@pytest.mark.parametrize(("shown", "operation"), [("services", DETAILS), ("entities", ENTITIES)])
def test_siblings_validate(shown: str, operation: str, siblings: dict[str, Done]) -> None:
    """What the CLI prints is a valid response of the operation."""
    done = command.awscontract("validate", "--operation", operation, "--strict", "-", stdin=siblings[shown].stdout)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
