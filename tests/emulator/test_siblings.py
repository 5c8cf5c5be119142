"""The two sibling operations: one state, one job read by both, and Generate's refusals as AWS was seen to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from awscontract.emulator import Emulator, Service

FAMILY = (
    "iam:GetServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetailsWithEntities",
    "iam:GetOrganizationsAccessReport",
)
ACCOUNT = "arn:aws:iam::123456789012:"
GROUP = Emulator(FAMILY).subjects[FAMILY[0]]
Ask = Callable[..., Any]


@pytest.fixture
def family(ask: Ask) -> Any:
    """All three operations, with reports that are finished at once."""
    return ask(contract=FAMILY, polls=0)


def start(service: Any, arn: str = GROUP, **more: object) -> Any:
    return service("GenerateServiceLastAccessedDetails", Arn=arn, **more)


def job_of(service: Any, arn: str = GROUP, **more: object) -> str:
    return str(start(service, arn, **more).text("JobId"))


def services(service: Any, job: str, **more: object) -> Any:
    return service("GetServiceLastAccessedDetails", JobId=job, **more)


def entities(service: Any, job: str, namespace: str = "a4b", **more: object) -> Any:
    return service("GetServiceLastAccessedDetailsWithEntities", JobId=job, ServiceNamespace=namespace, **more)


class TestState:
    def test_one_job_is_read_by_both(self, family: Any) -> None:
        """The reads of both count as polls of one job; the other family does not know it."""
        job = job_of(family)
        assert services(family, job).text("JobStatus") == "COMPLETED"
        assert entities(family, job).text("JobStatus") == "COMPLETED"
        assert family.get(job).refusal == (404, "NoSuchEntity")
        other = family.job()
        assert services(family, other).refusal == (404, "NoSuchEntity")

    def test_several_at_once(self, ask: Ask) -> None:
        """Without a 409, each request a job of its own."""
        service = ask(contract=FAMILY, polls=3)
        assert len({job_of(service), job_of(service), job_of(service, ACCOUNT + "user/alice")}) == 3

    def test_members_while_it_runs(self, ask: Ask) -> None:
        """Neither a list nor a date of its completion nor a type."""
        service = ask(contract=FAMILY, polls=2)
        job = job_of(service)
        for said in (services(service, job), entities(service, job)):
            assert said.text("JobStatus") == "IN_PROGRESS"
            assert said.text("IsTruncated") == "false"
            assert not any(
                map(said.has, ("JobCompletionDate", "ServicesLastAccessed", "EntityDetailsList", "JobType", "Marker"))
            )
        assert services(service, job).text("JobType") == "SERVICE_LEVEL"

    def test_failed(self, ask: Ask) -> None:
        """The reason is in Error."""
        service = ask(contract=FAMILY, polls=0, outcome="failed")
        said = services(service, job_of(service))
        assert said.text("JobStatus") == "FAILED"
        assert said.has("Error")
        assert not said.has("ErrorDetails")

    def test_the_sibling_comes_with_the_entities(self) -> None:
        """Nobody could ask for the entities of a service without knowing which services there are."""
        assert [each.operation for each in Emulator(FAMILY[1]).contracts] == [
            "GetServiceLastAccessedDetailsWithEntities",
            "GetServiceLastAccessedDetails",
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("arn", "refusal"),
        [
            (ACCOUNT + "user/nobody", (404, "NoSuchEntity")),
            (ACCOUNT + "group/nobody", (404, "NoSuchEntity")),
            ("arn:aws:iam::999999999999:user/alice", (403, "AccessDenied")),
            (ACCOUNT + "root", (400, "InvalidInput")),
            ("arn:aws:s3::123456789012:user/alice", (400, "ValidationError")),
            ("arn:aws-cn:iam::123456789012:user/alice", (400, "ValidationError")),
            ("arn:aws:iam::123456789012:instance-profile/alice", (400, "ValidationError")),
            ("x" * 19, (400, "ValidationError")),
            ("x" * 2049, (400, "ValidationError")),
        ],
    )
    def test_at_once(self, family: Any, arn: str, refusal: tuple[int, str]) -> None:
        """No job is made for what cannot have a report."""
        assert start(family, arn).refusal == refusal

    @pytest.mark.parametrize(
        "arn", [ACCOUNT + "user/wrong/path/alice", ACCOUNT + "role/deployer", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    )
    def test_not(self, family: Any, arn: str) -> None:
        """A wrong path does not matter, and AWS's own policies are there."""
        assert start(family, arn).status == 200

    @pytest.mark.parametrize("granularity", ["", "service_level", "TABLE_LEVEL"])
    def test_granularity(self, family: Any, granularity: str) -> None:
        """Empty, in small letters, unknown."""
        assert start(family, Granularity=granularity).refusal == (400, "ValidationError")

    @pytest.mark.parametrize(
        ("namespace", "refusal"),
        [
            ("zzz", (400, "InvalidInput")),
            ("IAM", (400, "InvalidInput")),
            ("a b", (400, "ValidationError")),
            ("", (400, "ValidationError")),
        ],
    )
    def test_namespace(self, family: Any, namespace: str, refusal: tuple[int, str]) -> None:
        """Unknown, in capitals, out of its pattern, empty."""
        assert entities(family, job_of(family), namespace).refusal == refusal

    def test_namespace_outside_the_report(self, ask: Ask) -> None:
        """A service that the report does not list has no entities."""
        service = ask(contract=FAMILY, polls=0, services=2)
        said = entities(service, job_of(service), "kms")
        assert (said.status, said.body.count(b"<member>")) == (200, 0)

    def test_markers(self, family: Any) -> None:
        """Of another job or operation InvalidInput, unissued or empty ValidationError, with another service nothing."""
        one, two = job_of(family), job_of(family)
        marker = services(family, one).text("Marker")
        listed = entities(family, one, MaxItems=3).text("Marker")
        assert services(family, two, Marker=marker).refusal == (400, "InvalidInput")
        assert entities(family, one, Marker=marker).refusal == (400, "InvalidInput")
        assert services(family, one, Marker="A" * 40).refusal == (400, "ValidationError")
        assert services(family, one, Marker="").refusal == (400, "ValidationError")
        assert entities(family, one, "s3", Marker=listed).status == 200
        assert services(family, one, Marker=marker, MaxItems=5).body.count(b"<ServiceNamespace>") == 5


class TestRows:
    def test_services_in_namespace_order_200_at_once(self, family: Any) -> None:
        """Byte by byte, two hundred by default."""
        found = re.findall("<ServiceNamespace>(.*?)</", services(family, job_of(family)).body.decode())
        assert len(found) == 200
        assert found == sorted(found)

    def test_never_used(self, family: Any) -> None:
        """The total is 0 and present, the rest is absent, also for iam."""
        body = services(family, job_of(family), MaxItems=1000).body.decode()
        rows = [each for each in body.split("<ServiceName>")[1:] if "<TotalAuthenticatedEntities>0<" in each]
        assert len(rows) > 200
        assert not any("LastAuthenticated" in each for each in rows)
        assert any("<ServiceNamespace>iam<" in each for each in rows)

    def test_the_entity_is_the_subject_of_a_user_and_a_user_of_a_group(self, family: Any) -> None:
        """As the documentation says."""
        arn = ACCOUNT + "user/division/alice"
        own = set(re.findall("<LastAuthenticatedEntity>(.*?)</", services(family, job_of(family, arn)).body.decode()))
        users = re.findall("<LastAuthenticatedEntity>(.*?)</", services(family, job_of(family)).body.decode())
        assert own == {arn}
        assert users
        assert all(":user/" in each for each in users)

    def test_actions_where_they_were_asked_for(self, family: Any) -> None:
        """Accessed ones with their details, others with a name alone."""
        plain = services(family, job_of(family), MaxItems=1000).body.decode()
        shown = services(family, job_of(family, Granularity="ACTION_LEVEL"), MaxItems=1000).body.decode()
        actions = re.findall("<ActionName>.*?</member>", shown, re.DOTALL)
        assert "TrackedActionsLastAccessed" not in plain
        assert "<JobType>ACTION_LEVEL</JobType>" in shown
        assert {each.count("LastAccessed") for each in actions} == {0, 6}
        assert shown.count("<TrackedActionsLastAccessed>") < shown.count("<ServiceName>")

    def test_entities_latest_first(self, family: Any) -> None:
        """Those who never used the service stand together behind the others; the total counts the others."""
        job = job_of(family)
        total = re.findall(
            "<ServiceNamespace>a4b<.*?<TotalAuthenticatedEntities>(.*?)<",
            services(family, job).body.decode(),
            re.DOTALL,
        )
        rows = entities(family, job, MaxItems=1000).body.decode().split("<EntityInfo>")[1:]
        times = [match[1] if (match := re.search("<LastAuthenticated>(.*?)</", each)) else "" for each in rows]
        assert times == sorted(times, reverse=True)
        assert [str(sum(map(bool, times)))] == total
        assert len(set(times)) < sum(map(bool, times))  # there are ties
        assert all("<Type>USER</Type>" in each and ":user/" in each for each in rows)

    def test_of_a_policy_users_and_roles(self, family: Any) -> None:
        """Its bearers."""
        body = entities(family, job_of(family, ACCOUNT + "policy/ReadTheReports"), MaxItems=1000).body.decode()
        assert set(re.findall("<Type>(.*?)</", body)) == {"USER", "ROLE"}

    def test_given_rows(self, ask: Ask) -> None:
        """Exactly these services."""
        service = ask(contract=FAMILY, polls=0, report=(Service("A", "a"), Service("B", "b")))
        assert re.findall("<ServiceName>(.*?)</", services(service, job_of(service)).body.decode()) == ["A", "B"]
