"""`fuzz_client` for the two sibling reports: jobs that the client starts itself, both Gets, entities of a service."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from awscontract import ClientContractViolation, fuzz_client
from awscontract.clients.fuzzing.scenarios.dangers import dangers
from awscontract.spec.operations import load
from profiles import NIGHTLY

SERVICES, ENTITIES = "iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities"
ARN = "arn:aws:iam::123456789012:user/alice"
ALL = 3 + len(dangers(load(SERVICES))) if NIGHTLY else 8


def whole(get: Callable[..., Any], name: str, **parameters: Any) -> list[Any]:
    """All rows of a finished report."""
    while (page := get(**parameters))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["Error"]["Message"])
    found = list(page.get(name, []))
    while page.get("IsTruncated"):
        page = get(**parameters, Marker=page["Marker"])
        found += page.get(name, [])
    return found


def services(client: Any, job_id: str) -> list[Any]:
    return whole(client.get_service_last_accessed_details, "ServicesLastAccessed", JobId=job_id)


def starts_its_own(client: Any, job_id: str) -> list[Any]:
    for granularity in ("SERVICE_LEVEL", "ACTION_LEVEL"):
        job_id = client.generate_service_last_accessed_details(Arn=ARN, Granularity=granularity)["JobId"]
    return services(client, job_id)


def entities(client: Any, job_id: str) -> list[Any]:
    get = client.get_service_last_accessed_details_with_entities
    return whole(get, "EntityDetailsList", JobId=job_id, ServiceNamespace="s3")


def entities_after_services(client: Any, job_id: str) -> list[Any]:
    """Reads the services first, which is no part of what is judged."""
    services(client, job_id)
    return entities(client, job_id)


def failed_is_empty(client: Any, job_id: str) -> list[Any]:
    while (page := client.get_service_last_accessed_details(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    found = list(page.get("ServicesLastAccessed", []))
    while page.get("IsTruncated"):
        page = client.get_service_last_accessed_details(JobId=job_id, Marker=page["Marker"])
        found += page["ServicesLastAccessed"]
    return found


def needs_the_list(client: Any, job_id: str) -> list[Any]:
    while True:
        page = client.get_service_last_accessed_details(JobId=job_id)
        found = page["ServicesLastAccessed"]
        if page["JobStatus"] == "COMPLETED":
            return list(found)
        time.sleep(1)


def first_page_of_entities(client: Any, job_id: str) -> list[Any]:
    while True:
        page = client.get_service_last_accessed_details_with_entities(JobId=job_id, ServiceNamespace="s3")
        if page["JobStatus"] == "COMPLETED":
            return list(page["EntityDetailsList"])
        if page["JobStatus"] == "FAILED":
            raise RuntimeError(page["Error"]["Code"])
        time.sleep(1)


def another_service(client: Any, job_id: str) -> list[Any]:
    get = client.get_service_last_accessed_details_with_entities
    while (page := get(JobId=job_id, ServiceNamespace="s3"))["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
    found = list(page.get("EntityDetailsList", []))
    while page.get("IsTruncated"):
        page = get(JobId=job_id, ServiceNamespace="ec2", Marker=page["Marker"])
        found += page["EntityDetailsList"]
    return found


def name(each: Any) -> str:
    return each.__name__ if callable(each) else ""


@pytest.mark.usefixtures("finite")
@pytest.mark.parametrize(
    ("client", "operation", "examples"),
    [
        (services, SERVICES, ALL),
        (starts_its_own, SERVICES, 4),
        (entities, ENTITIES, ALL),
        (entities_after_services, ENTITIES, 4),
    ],
    ids=name,
)
def test_right(client: Any, operation: str, examples: int) -> None:
    """A right client is never blamed."""
    fuzz_client(client, operation=operation, seed=0, examples=examples)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("client", "operation", "rule"),
    [
        (failed_is_empty, SERVICES, "client.surfaces-failure"),
        (needs_the_list, SERVICES, "client.complete"),
        (first_page_of_entities, ENTITIES, "client.complete"),
        (another_service, ENTITIES, "client.parameters-kept"),
    ],
    ids=name,
)
def test_buggy(client: Any, operation: str, rule: str) -> None:
    """A bug is caught by the rule that is about it, and the report names the operation's own members."""
    with pytest.raises(ClientContractViolation) as caught:
        fuzz_client(client, operation=operation, seed=0)

    assert caught.value.rule == rule
    assert "AccessDetails" not in str(caught.value).replace("AccessedDetails", "")


def test_a_member_that_comes_with_the_end() -> None:
    """AWS leaves the list out while the job runs, though the model requires it always."""

    def needs_it_early(client: Any, job_id: str) -> list[Any]:
        assert client.get_service_last_accessed_details(JobId=job_id)["ServicesLastAccessed"] is not None
        return services(client, job_id)

    with pytest.raises(ClientContractViolation, match=r"client\.tolerates-absent"):
        fuzz_client(needs_it_early, operation=SERVICES, seed=0)
