"""moto's IAM with the access reports. `tox -e moto50,moto51,moto52` runs this with the last of each minor version."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

pytest.importorskip("moto")

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse

from awscontract import check
from awscontract.emulator.access_reports.control_policies import left
from awscontract.emulator.access_reports.services import service_names
from awscontract.emulator.servers.moto import AS_OBSERVED, access_reports, main
from plugin_kit import apart_run

SCP = "SERVICE_CONTROL_POLICY"
MANAGEMENT = "123456789012"
NOW = 1_790_000_000.0
NAMESPACES = {key for key, _ in service_names()}


#: Of its own: moto ends boto3's default session with each of its worlds, and a new one reads all models again.
SESSION = boto3.Session()


@cache
def client(service: Any, account: str | None = None, url: str | None = None) -> Any:
    made: Any = SESSION.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        endpoint_url=url,
    )
    if account:
        made.meta.events.register(
            f"before-sign.{service}", lambda request, **_: request.headers.add_header("x-moto-account-id", account)
        )
    return made


@dataclass
class Company:
    """An organization in moto: root, an OU with an account in it, an account under the root."""

    reports: Any
    url: str | None = None

    def __post_init__(self) -> None:
        self.organizations: Any = client("organizations", url=self.url)
        self.iam: Any = client("iam", url=self.url)
        self.id = self.organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root_id = self.organizations.list_roots()["Roots"][0]["Id"]
        self.organizations.enable_policy_type(RootId=self.root_id, PolicyType=SCP)
        unit = self.organizations.create_organizational_unit(ParentId=self.root_id, Name="unit")
        self.unit_id = unit["OrganizationalUnit"]["Id"]
        self.inside, self.outside = self.account("inside"), self.account("outside")
        self.organizations.move_account(
            AccountId=self.inside, SourceParentId=self.root_id, DestinationParentId=self.unit_id
        )
        self.root = f"{self.id}/{self.root_id}"
        self.unit = f"{self.root}/{self.unit_id}"

    def account(self, name: str) -> str:
        made = self.organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        return str(made["CreateAccountStatus"]["AccountId"])

    def policy(self, *statements: dict[str, Any], on: Sequence[str] = (), name: str = "policy") -> str:
        content = json.dumps({"Version": "2012-10-17", "Statement": statements})
        made = self.organizations.create_policy(Content=content, Description="", Name=name, Type=SCP)
        for target in on:
            self.organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)
        return str(made["Policy"]["PolicySummary"]["Id"])

    def job(self, path: str, policy: str | None = None, iam: Any = None) -> str:
        more = {} if policy is None else {"OrganizationsPolicyId": policy}
        made = (iam or self.iam).generate_organizations_access_report(EntityPath=path, **more)
        return str(made["JobId"])

    def read(self, job: str, **parameters: Any) -> dict[str, Any]:
        """The job's end."""
        while True:
            answer: dict[str, Any] = self.iam.get_organizations_access_report(JobId=job, MaxItems=1000, **parameters)
            if answer["JobStatus"] != "IN_PROGRESS":
                return answer

    def services(self, path: str, policy: str | None = None) -> dict[str, Any]:
        answer = self.read(self.job(path, policy))
        assert answer["JobStatus"] == "COMPLETED", answer
        return {each["ServiceNamespace"]: each for each in answer["AccessDetails"]}

    def failure(self, path: str, policy: str | None = None) -> str:
        answer = self.read(self.job(path, policy))
        assert answer["JobStatus"] == "FAILED"
        return str(answer["ErrorDetails"]["Code"])


@contextmanager
def company(clock: Callable[[], float] = lambda: NOW, **settings: Any) -> Iterator[Company]:
    with mock_aws(), access_reports(replace(AS_OBSERVED, **settings), clock=clock) as reports:
        yield Company(reports)


@pytest.fixture
def moto() -> Iterator[Company]:
    with company() as it:
        yield it


@contextmanager
def refused(code: str, status: int) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    answer: Any = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


class TestWhoMayAsk:
    def test_only_about_the_own_organization(self, moto: Company) -> None:
        """A path of another organization is refused at once."""
        with refused("AccessDenied", 403):
            moto.job(f"o-zzzzzzzzzz/{moto.root_id}")

    def test_only_the_management_account(self, moto: Company) -> None:
        """A member account may not ask, even about itself."""
        with refused("AccessDenied", 403):
            moto.job(f"{moto.root}/{moto.outside}", iam=client("iam", moto.outside))

    def test_only_where_there_is_an_organization(self) -> None:
        """An account alone has nothing to report on."""
        with mock_aws(), access_reports(), refused("AccessDenied", 403):
            client("iam").generate_organizations_access_report(EntityPath="o-a1b2c3d4e5/r-f6g7")

    def test_only_with_control_policies(self, moto: Company) -> None:
        """Service control policies have to be enabled on the root."""
        moto.organizations.disable_policy_type(RootId=moto.root_id, PolicyType=SCP)
        with refused("AccessDenied", 403):
            moto.job(moto.root)

    def test_a_job_is_its_callers(self, moto: Company) -> None:
        """Another account does not see it."""
        job = moto.job(moto.root)
        with refused("NoSuchEntity", 404):
            client("iam", moto.outside).get_organizations_access_report(JobId=job)

    def test_a_wrong_request_is_refused_before_anything_else(self, moto: Company) -> None:
        """Even by those who may not ask; moto's own parser does not stumble over it."""
        with refused("ValidationError", 400):
            client("iam", moto.outside).generate_organizations_access_report(EntityPath=f"o-zzzzzzzzzz/{moto.root_id}!")


class TestWhatIsThere:
    @pytest.mark.parametrize(
        "path",
        [
            "{root}/",
            "{id}/r-zzzz",
            "{root}/ou-zzzz-zzzzzzzz",
            "{root}/999999999999",
            "{root}/{inside}",
            "{unit}/{outside}",
            "{root}/{unit_id}/{unit_id}",
        ],
    )
    def test_an_entity_that_is_not(self, moto: Company, path: str) -> None:
        """A well-formed path to nothing makes a job that fails."""
        assert moto.failure(path.format(**vars(moto))) == "INVALID_ORGANIZATIONS_ENTITY_PATH"

    def test_a_policy_that_is_not(self, moto: Company) -> None:
        """So does an unknown policy, and one of another type."""
        assert moto.failure(moto.root, "p-zzzzzzzz") == "INVALID_ORGANIZATIONS_POLICY"
        assert moto.failure(moto.unit, "p-RCPFullAWSAccess") == "INVALID_ORGANIZATIONS_POLICY"

    def test_every_entity_that_is(self, moto: Company) -> None:
        """The root, an OU, an account in it, the management account."""
        for path in (moto.root, moto.unit, f"{moto.unit}/{moto.inside}", f"{moto.root}/{MANAGEMENT}"):
            assert set(moto.services(path)) == NAMESPACES


class TestPolicies:
    def test_are_inherited(self, moto: Company) -> None:
        """What the root denies is gone below; what the OU denies is gone in it and there alone."""
        moto.policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, on=[moto.root_id], name="no s3")
        moto.policy({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}, on=[moto.unit_id], name="no ec2")
        assert set(moto.services(moto.root)) == NAMESPACES - {"s3"}
        assert set(moto.services(f"{moto.unit}/{moto.inside}")) == NAMESPACES - {"s3", "ec2"}
        assert set(moto.services(f"{moto.root}/{moto.outside}")) == NAMESPACES - {"s3"}

    def test_of_an_allow_list(self, moto: Company) -> None:
        """With its full access detached, an OU has what its own list allows."""
        moto.policy({"Effect": "Allow", "Action": ["s3:*", "sts:AssumeRole"], "Resource": "*"}, on=[moto.unit_id])
        moto.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=moto.unit_id)
        assert set(moto.services(moto.unit)) == {"s3", "sts"}
        assert set(moto.services(moto.root)) == NAMESPACES

    def test_named_in_the_request(self, moto: Company) -> None:
        """A report on a policy lists what that policy allows."""
        policy = moto.policy({"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
        assert set(moto.services(moto.unit, policy)) == {"kms"}

    def test_of_nothing(self, moto: Company) -> None:
        """A Deny of everything leaves a report without services, COMPLETED all the same."""
        moto.policy({"Effect": "Deny", "Action": "*", "Resource": "*"}, on=[moto.unit_id])
        answer = moto.read(moto.job(moto.unit))
        assert (answer["AccessDetails"], answer["NumberOfServicesAccessible"]) == ([], 0)

    def test_do_not_bind_the_management_account(self, moto: Company) -> None:
        """Its own report lists every service and ignores the policy."""
        policy = moto.policy({"Effect": "Deny", "Action": "*", "Resource": "*"}, on=[moto.root_id])
        for asked in (None, policy):
            assert set(moto.services(f"{moto.root}/{MANAGEMENT}", asked)) == NAMESPACES

    def test_levels_are_those_of_the_path(self, moto: Company) -> None:
        """The same as by hand."""
        moto.policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, on=[moto.unit_id])
        moto.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=moto.unit_id)
        everything = json.dumps({"Statement": {"Effect": "Allow", "Action": "*"}})
        without = json.dumps({"Statement": {"Effect": "Allow", "NotAction": "iam:*"}})
        by_hand = left(NAMESPACES, [[everything], [without], [everything]])
        assert set(moto.services(f"{moto.unit}/{moto.inside}")) == by_hand == NAMESPACES - {"iam"}


class TestAttempts:
    at = datetime.fromtimestamp(NOW, UTC) - timedelta(days=1)

    def test_show_the_latest_attempt(self, moto: Company) -> None:
        """With its Region, its account's path, and how many accounts tried."""
        moto.reports.attempt(moto.outside, "s3", at=self.at - timedelta(hours=1), region="eu-west-1")
        moto.reports.attempt(moto.inside, "s3", at=self.at, region="sa-east-1")
        moto.reports.attempt(moto.inside, "s3", at=self.at - timedelta(hours=2))
        answer = moto.read(moto.job(moto.root), SortKey="LAST_AUTHENTICATED_TIME_DESCENDING")
        assert answer["AccessDetails"][0] == {
            "ServiceName": "Amazon S3",
            "ServiceNamespace": "s3",
            "Region": "sa-east-1",
            "EntityPath": f"{moto.unit}/{moto.inside}",
            "LastAuthenticatedTime": self.at,
            "TotalAuthenticatedEntities": 2,
        }
        assert answer["NumberOfServicesNotAccessed"] == len(NAMESPACES) - 1

    def test_count_where_they_were_made(self, moto: Company) -> None:
        """An OU's report knows its own accounts alone, an account's report that account."""
        moto.reports.attempt(moto.outside, "s3", at=self.at)
        moto.reports.attempt(moto.inside, "sts", at=self.at)

        def accessed(path: str) -> set[str]:
            return {key for key, each in moto.services(path).items() if each["TotalAuthenticatedEntities"]}

        assert accessed(moto.root) == {"s3", "sts"}
        assert accessed(moto.unit) == {"sts"}
        assert accessed(f"{moto.root}/{moto.outside}") == {"s3"}

    def test_of_the_management_account_are_its_own(self, moto: Company) -> None:
        """Reports of a root leave it out."""
        moto.reports.attempt(MANAGEMENT, "s3", at=self.at)
        assert moto.services(moto.root)["s3"]["TotalAuthenticatedEntities"] == 0
        assert moto.services(f"{moto.root}/{MANAGEMENT}")["s3"]["EntityPath"] == f"{moto.root}/{MANAGEMENT}"

    def test_after_the_job_are_not_in_it(self, moto: Company) -> None:
        """A report is of the moment when it was asked for."""
        moto.reports.attempt(moto.inside, "s3", at=self.at + timedelta(days=2))
        assert moto.services(moto.root)["s3"]["TotalAuthenticatedEntities"] == 0

    @pytest.mark.parametrize(
        ("service", "at", "problem"),
        [("S3", None, "no report lists a service 'S3'"), ("s3", datetime(2026, 1, 1), "has no zone")],  # noqa: DTZ001
    )
    def test_have_to_make_sense(self, moto: Company, service: str, at: datetime | None, problem: str) -> None:
        """A slip of the keys is shown at once."""
        with pytest.raises(ValueError, match=problem):
            moto.reports.attempt(moto.inside, service, at=at)


class TestJobs:
    def test_the_same_request_within_a_minute(self) -> None:
        """Gets the same job; a minute later another."""
        now = [NOW]
        with company(lambda: now[0]) as moto:
            job = moto.job(moto.root)
            moto.read(job)
            now[0] += 59
            assert moto.job(moto.root) == job
            now[0] += 1
            assert moto.job(moto.root) != job

    def test_one_at_a_time(self, moto: Company) -> None:
        """Another report has to wait for the first."""
        job = moto.job(moto.root)
        with refused("ReportGenerationLimitExceeded", 409):
            moto.job(moto.unit)
        moto.read(job)
        moto.job(moto.unit)

    def test_both_can_be_switched_off(self) -> None:
        """By the emulator's settings."""
        with company(same_request_same_job=False, one_running_job=False) as moto:
            assert len({moto.job(moto.root), moto.job(moto.root), moto.job(moto.unit)}) == 3

    def test_can_be_made_to_fail(self) -> None:
        """As a caller who may not read the organization sees them."""
        with company(outcome="failed") as moto:
            assert moto.failure(moto.root) == "ORGANIZATIONS_REPORT_ACCESS_DENIED"


ALLOW_S3_AND_KMS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "kms:Decrypt"], "Resource": "*"}],
    }
)
ALLOW_STS = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}
)
ALLOW_EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
DENY_KMS = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}})


class Identities:
    """Users, a group, a role and policies in moto's IAM."""

    def __init__(self, reports: Any, polls: int = 0) -> None:
        self.reports, self.polls = reports, polls
        self.iam = client("iam")
        made = self.iam.create_policy(PolicyName="readers", PolicyDocument=ALLOW_S3_AND_KMS, Path="/team/")
        self.policy = made["Policy"]["Arn"]
        self.alice = self.iam.create_user(UserName="alice", Path="/team/")["User"]["Arn"]
        self.bob = self.iam.create_user(UserName="bob")["User"]["Arn"]
        self.group = self.iam.create_group(GroupName="team")["Group"]["Arn"]
        self.role = self.iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        self.iam.add_user_to_group(GroupName="team", UserName="alice")
        self.iam.attach_group_policy(GroupName="team", PolicyArn=self.policy)
        self.iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=ALLOW_STS)

    def job(self, arn: str, **more: str) -> str:
        return str(self.iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"])

    def services(self, arn: str, **more: str) -> dict[str, Any]:
        job = self.job(arn, **more)
        said = self.iam.get_service_last_accessed_details(JobId=job, MaxItems=1000)
        assert said["JobStatus"] == "COMPLETED", said
        return {each["ServiceNamespace"]: each for each in said["ServicesLastAccessed"]}

    def entities(self, job: str, namespace: str) -> list[Any]:
        said = self.iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace=namespace)
        return [(each["EntityInfo"]["Arn"], each.get("LastAuthenticated")) for each in said["EntityDetailsList"]]


@contextmanager
def identities(**more: Any) -> Iterator[Identities]:
    with mock_aws(), access_reports(replace(AS_OBSERVED, polls=0, **more), clock=lambda: NOW) as reports:
        yield Identities(reports)


@pytest.fixture
def people() -> Iterator[Identities]:
    with identities() as it:
        yield it


class TestIdentities:
    at = datetime.fromtimestamp(NOW, UTC) - timedelta(days=1)

    def test_services_are_what_policies_allow(self, people: Identities) -> None:
        """Of a user also through groups, of a role its own, of a policy the policy's."""
        assert set(people.services(people.alice)) == {"s3", "kms"}
        assert set(people.services(people.bob)) == set()
        assert set(people.services(people.group)) == {"s3", "kms"}
        assert set(people.services(people.role)) == {"sts"}
        assert set(people.services(people.policy)) == {"s3", "kms"}
        people.iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=DENY_KMS)
        assert set(people.services(people.alice)) == {"s3"}

    def test_a_boundary_narrows_a_role(self, people: Identities) -> None:
        """What it does not allow is not listed."""
        people.iam.attach_role_policy(RoleName="worker", PolicyArn=people.policy)
        people.iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=people.policy)
        assert set(people.services(people.role)) == {"s3", "kms"}

    def test_attempts_show_the_latest(self, people: Identities) -> None:
        """Who, when, from where, and how many."""
        people.iam.add_user_to_group(GroupName="team", UserName="bob")
        people.reports.attempt(people.alice, "s3", at=self.at - timedelta(hours=1))
        people.reports.attempt(people.bob, "s3", at=self.at, region="eu-west-1")
        row = people.services(people.group)["s3"]
        assert row == {
            "ServiceName": "Amazon S3",
            "ServiceNamespace": "s3",
            "LastAuthenticated": self.at,
            "LastAuthenticatedEntity": people.bob,
            "LastAuthenticatedRegion": "eu-west-1",
            "TotalAuthenticatedEntities": 2,
        }
        assert people.services(people.alice)["s3"]["TotalAuthenticatedEntities"] == 1
        assert people.services(people.group)["kms"] == {
            "ServiceName": people.services(people.group)["kms"]["ServiceName"],
            "ServiceNamespace": "kms",
            "TotalAuthenticatedEntities": 0,
        }

    def test_actions(self, people: Identities) -> None:
        """Those that were ever used are tracked, for who did not use one by its name alone."""
        people.reports.attempt(people.alice, "s3", action="GetObject", at=self.at)
        people.reports.attempt(people.role, "s3", action="ListBucket", at=self.at)
        shown = people.services(people.alice, Granularity="ACTION_LEVEL")
        assert shown["s3"]["TrackedActionsLastAccessed"] == [
            {
                "ActionName": "GetObject",
                "LastAccessedEntity": people.alice,
                "LastAccessedTime": self.at,
                "LastAccessedRegion": "us-east-1",
            },
            {"ActionName": "ListBucket"},
        ]
        assert "TrackedActionsLastAccessed" not in shown["kms"]
        assert "TrackedActionsLastAccessed" not in people.services(people.alice)["s3"]

    def test_entities_are_those_of_now(self, people: Identities) -> None:
        """Latest first; whoever is deleted or joins is seen at once, in a job that was made before."""
        people.reports.attempt(people.alice, "s3", at=self.at)
        job = people.job(people.group)
        assert people.entities(job, "s3") == [(people.alice, self.at)]
        people.iam.add_user_to_group(GroupName="team", UserName="bob")
        assert people.entities(job, "s3") == [(people.alice, self.at), (people.bob, None)]
        people.iam.remove_user_from_group(GroupName="team", UserName="alice")
        assert people.entities(job, "s3") == [(people.bob, None)]
        assert people.entities(job, "sts") == []

    def test_of_a_policy_its_bearers(self, people: Identities) -> None:
        """Users, also through groups, and roles."""
        people.iam.attach_role_policy(RoleName="worker", PolicyArn=people.policy)
        found = {arn for arn, _ in people.entities(people.job(people.policy), "s3")}
        assert found == {people.alice, people.role}

    @pytest.mark.parametrize(
        ("arn", "code", "status"),
        [
            ("arn:aws:iam::123456789012:user/nobody", "NoSuchEntity", 404),
            ("arn:aws:iam::123456789012:policy/nothing", "NoSuchEntity", 404),
            ("arn:aws:iam::111122223333:user/alice", "AccessDenied", 403),
            ("arn:aws:iam::123456789012:root", "InvalidInput", 400),
            ("arn:aws:s3::123456789012:user/alice", "ValidationError", 400),
        ],
    )
    def test_refused_at_once(self, people: Identities, arn: str, code: str, status: int) -> None:
        """As AWS was seen to refuse."""
        with refused(code, status):
            people.job(arn)

    def test_paths_do_not_matter(self, people: Identities) -> None:
        """An Arn is matched by its name."""
        assert people.services("arn:aws:iam::123456789012:user/wrong/alice").keys() == {"s3", "kms"}

    @pytest.mark.parametrize(
        ("who", "action", "problem"),
        [
            ("arn:aws:iam::123456789012:group/team", None, "is not the Arn of a user or role"),
            ("arn:aws:s3:::bucket", None, "is not the Arn of a user or role"),
            ("123456789012", "GetObject", "an action needs the Arn"),
        ],
    )
    def test_attempts_have_to_make_sense(self, people: Identities, who: str, action: str | None, problem: str) -> None:
        """Groups try nothing, and nobody in particular tries no action."""
        with pytest.raises(ValueError, match=problem):
            people.reports.attempt(who, "s3", action=action)

    @pytest.mark.parametrize(
        "operation", ["iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities"]
    )
    def test_conforms(self, operation: str) -> None:
        """Without a warning."""
        with mock_aws(), access_reports() as reports:
            people = Identities(reports)
            for number in range(5):
                user = people.iam.create_user(UserName=f"user-{number}")["User"]["Arn"]
                people.iam.add_user_to_group(GroupName="team", UserName=f"user-{number}")
                now = datetime.now(UTC) - timedelta(days=1 + number // 2)
                people.reports.attempt(user, "s3", action="GetObject", at=now)
            people.iam.put_group_policy(GroupName="team", PolicyName="everything", PolicyDocument=ALLOW_EVERYTHING)
            options: dict[str, Any] = {"service_namespace": "s3"} if operation.endswith("WithEntities") else {}
            result = check(people.iam, operation=operation, arn=people.group, explore=5, poll_interval=0, **options)
        assert (result.verdict, result.summary["warned"]) == ("conforms", 0)
        assert result.exercised > 60


class TestContext:
    def test_leaves_nothing(self) -> None:
        """moto is what it was, in its class and in its backends."""
        before = dict(vars(IamResponse))
        with company() as moto:
            moto.reports.attempt(moto.inside, "s3")
            moto.job(moto.root)
            assert "get_organizations_access_report" in vars(IamResponse)
        assert dict(vars(IamResponse)) == before
        backends = [backend for partitions in iam_backends.values() for backend in partitions.values()]
        assert not [name for backend in backends for name in vars(backend) if name.startswith("_access_")]
        with mock_aws(), pytest.raises(NotImplementedError):
            client("iam").generate_organizations_access_report(EntityPath="o-a1b2c3d4e5/r-f6g7")

    def test_ends_with_what_is_raised_in_it(self) -> None:
        """Also then."""
        with pytest.raises(ZeroDivisionError), access_reports():
            raise ZeroDivisionError
        assert not hasattr(IamResponse, "get_organizations_access_report")

    def test_motos_reset_forgets(self) -> None:
        """Jobs and attempts end where moto's world ends."""
        with access_reports() as reports:
            with mock_aws():
                moto = Company(reports)
                job = moto.job(moto.root)
                reports.attempt(moto.inside, "s3")
            with mock_aws(), refused("NoSuchEntity", 404):
                client("iam").get_organizations_access_report(JobId=job)

    def test_moto_goes_on(self, moto: Company) -> None:
        """Its other operations are its own."""
        moto.iam.create_user(UserName="somebody")
        assert [each["UserName"] for each in moto.iam.list_users()["Users"]] == ["somebody"]

    def test_as_a_fixture(self, pytester: pytest.Pytester) -> None:
        """One line in a conftest."""
        pytester.makeconftest("pytest_plugins = 'awscontract.emulator.servers.moto'")
        pytester.makepyfile(
            """
            import boto3
            from moto import mock_aws

            @mock_aws
            def test_it(access_reports):
                access_reports.attempt("123456789012", "s3")
                iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
                try:
                    iam.generate_organizations_access_report(EntityPath="o-a1b2c3d4e5/r-f6g7")
                except iam.exceptions.ClientError as error:
                    assert "management account" in str(error)
            """
        )
        apart_run(pytester).assert_outcomes(passed=1)


class TestConforms:
    def test_in_process(self) -> None:
        """Without a warning."""
        with company(time.time) as moto:
            for number, service in enumerate(("s3", "iam", "ec2", "sts", "kms")):
                moto.reports.attempt(moto.outside, service, at=self.days_ago(number // 2 + 1))
            result = check(moto.iam, entity_path=moto.root, explore=5, poll_interval=0)
        assert (result.verdict, result.summary["warned"]) == ("conforms", 0)
        assert result.exercised >= 90

    def test_over_moto_server(self) -> None:
        """The same through moto's own server."""
        server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        with access_reports() as reports:
            server.start()
            try:
                moto = Company(reports, "http://{}:{}".format(*server.get_host_and_port()))
                moto.reports.attempt(moto.outside, "s3")
                moto.reports.attempt(moto.outside, "ec2", at=self.days_ago(1))
                result = check(moto.iam, entity_path=moto.root, explore=0, poll_interval=0)
            finally:
                server.stop()
        assert (result.verdict, result.summary["warned"]) == ("conforms", 0)
        assert result.exercised >= 90

    def days_ago(self, days: int) -> datetime:
        return datetime.now(UTC) - timedelta(days=days)

    def test_the_command_is_moto_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the report, for as long as it runs."""
        seen: list[tuple[list[str], bool]] = []
        monkeypatch.setattr(
            "moto.server.main",
            lambda arguments: seen.append((arguments, hasattr(IamResponse, "get_organizations_access_report"))),
        )
        main(["-p", "5000"])
        assert seen == [(["-p", "5000"], True)]

    def test_asked_by_many_at_once(self) -> None:
        """Threads that ask at the same moment share one account's jobs."""
        with company() as moto:
            start = threading.Barrier(8)
            jobs: list[str] = []

            def ask() -> None:
                start.wait()
                jobs.append(moto.job(moto.root))

            threads = [threading.Thread(target=ask) for _ in range(8)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            assert len(jobs) == 8 and len(set(jobs)) == 1
