"""moto's IAM with the report operations. `tox -e moto50,moto51,moto52` runs this with the last of each minor version."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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

SCP = "SERVICE_CONTROL_POLICY"
MANAGEMENT = "123456789012"
NOW = 1_790_000_000.0
NAMESPACES = {key for key, _ in service_names()}


def client(service: Any, account: str | None = None, url: str | None = None) -> Any:
    made = boto3.client(
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
def company(clock: Callable[[], float] = lambda: NOW, **dials: Any) -> Iterator[Company]:
    with mock_aws(), access_reports(replace(AS_OBSERVED, **dials), clock=clock) as reports:
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

    def test_are_told_of_the_latest(self, moto: Company) -> None:
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
        """A slip of the keys is told at once."""
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
        """By the emulator's dials."""
        with company(same_request_same_job=False, one_running_job=False) as moto:
            assert len({moto.job(moto.root), moto.job(moto.root), moto.job(moto.unit)}) == 3

    def test_can_be_made_to_fail(self) -> None:
        """As a caller who may not read the organization sees them."""
        with company(outcome="failed") as moto:
            assert moto.failure(moto.root) == "ORGANIZATIONS_REPORT_ACCESS_DENIED"


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
        pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


class TestConforms:
    def test_in_process(self, moto: Company) -> None:
        """Without a warning."""
        for number, service in enumerate(("s3", "iam", "ec2", "sts", "kms")):
            at = datetime.fromtimestamp(NOW, UTC) - timedelta(days=number // 2 + 1)
            moto.reports.attempt(moto.outside, service, at=at)
        result = check(moto.iam, entity_path=moto.root, explore=5, poll_interval=0)
        assert (result.verdict, result.summary["warned"], result.exercised) == ("conforms", 0, 90)

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
        assert (result.verdict, result.summary["warned"], result.exercised) == ("conforms", 0, 90)

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
