"""The engine answers as AWS was seen to answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from awscontract.emulator import Organization, Service, Stages
from awscontract.emulator.stages import jobs, listings, responses

Ask = Callable[..., Any]
ROOT = Organization().root
ALWAYS = {"JobStatus", "JobCreationDate", "IsTruncated"}
REPORT = {"NumberOfServicesAccessible", "NumberOfServicesNotAccessed", "AccessDetails"}
OPTIONAL = REPORT | {"JobCompletionDate", "Marker", "ErrorDetails"}


def members(response: Any) -> set[str]:
    return {each for each in ALWAYS | OPTIONAL if response.has(each)}


class TestJob:
    """A job's way through its states."""

    def test_members_by_status(self, ask: Ask) -> None:
        """Each status shows the members that AWS shows, absent ones being no element at all."""
        service = ask(polls=1)
        job = service.job()
        failing = ask(polls=0, outcome="failed")

        assert members(service.get(job)) == ALWAYS
        assert members(service.get(job)) == ALWAYS | REPORT | {"JobCompletionDate", "Marker"}
        assert members(service.get(job, MaxItems=1000)) == ALWAYS | REPORT | {"JobCompletionDate"}
        assert members(failing.get(failing.job())) == ALWAYS | {"JobCompletionDate", "ErrorDetails"}

    @pytest.mark.parametrize("polls", [0, 1, 5])
    def test_polls_are_counted(self, ask: Ask, polls: int) -> None:
        """So many answers are IN_PROGRESS, and all later ones are final, with unchanging dates."""
        service = ask(polls=polls)
        job = service.job()
        answers = [service.get(job) for _ in range(polls + 3)]

        assert [each.text("JobStatus") for each in answers] == ["IN_PROGRESS"] * polls + ["COMPLETED"] * 3
        assert len({each.text("JobCreationDate") for each in answers}) == 1
        assert len({each.text("JobCompletionDate") for each in answers[polls:]}) == 1

    def test_dates(self, ask: Ask) -> None:
        """Job dates have milliseconds, service times have none, and completion follows creation."""
        service = ask(polls=0)
        answer = service.get(service.job(), SortKey="LAST_AUTHENTICATED_TIME_DESCENDING", MaxItems=1)

        assert answer.text("JobCreationDate") == "2023-11-14T22:13:20.062Z"
        assert answer.text("JobCompletionDate") > answer.text("JobCreationDate")
        assert re.fullmatch(r"2023-11-\d\dT\d\d:\d\d:\d\dZ", answer.text("LastAuthenticatedTime"))

    def test_same_request_same_job(self, ask: Ask) -> None:
        """The same entity and policy get the same job for a minute, and then another."""
        now = [1_700_000_000.0]
        service = ask(polls=0, clock=lambda: now[0])
        first = service.job()
        with_policy = service.job(OrganizationsPolicyId="p-FullAWSAccess")
        now[0] += 59
        again = service.job()
        now[0] += 2

        assert again == first != with_policy
        assert service.job() not in (first, with_policy)
        assert ask(same_request_same_job=False, one_running_job=False).job() != ""

    def test_one_at_a_time(self, ask: Ask) -> None:
        """Another report is refused until the running one was seen to its end, unless the setting allows several."""
        service = ask(polls=1)
        other = service.emulator.organization.entities[1]
        job = service.job()

        assert service.generate(other).refusal == (409, "ReportGenerationLimitExceeded")
        service.get(job)
        assert service.job(other) != job
        liberal = ask(polls=1, one_running_job=False)
        assert liberal.job() != liberal.job(other)

    @pytest.mark.parametrize(
        ("form", "pattern"),
        [
            ("hex", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
            ("uuid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"),
            ("documented", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]xmp-[0-9a-f]{4}-[0-9a-f]{12}"),
            ("plain", r"[0-9a-f]{36}"),
        ],
    )
    def test_ids(self, ask: Ask, form: str, pattern: str) -> None:
        """A JobId has the form that the setting says, 36 characters in each."""
        job = ask(job_ids=form).job()

        assert re.fullmatch(pattern, job)
        assert len(job) == 36

    @pytest.mark.parametrize(
        ("entity", "policy", "code"),
        [
            (ROOT + "/", None, "INVALID_ORGANIZATIONS_ENTITY_PATH"),
            (ROOT + "/999999999999", None, "INVALID_ORGANIZATIONS_ENTITY_PATH"),
            (ROOT + "/ou-f6g7-33333333/123456789012", None, "INVALID_ORGANIZATIONS_ENTITY_PATH"),
            (ROOT, "p-unheardof1", "INVALID_ORGANIZATIONS_POLICY"),
        ],
    )
    def test_failing(self, ask: Ask, entity: str, policy: str | None, code: str) -> None:
        """An entity or policy that does not exist is accepted, and the job fails."""
        service = ask(polls=1)
        job = service.job(entity, **({"OrganizationsPolicyId": policy} if policy else {}))

        assert service.get(job).text("JobStatus") == "IN_PROGRESS"
        failed = service.get(job)
        assert (failed.text("JobStatus"), failed.text("Code")) == ("FAILED", code)

    def test_any_root_is_an_organization(self, ask: Ask) -> None:
        """Whatever well-formed root is asked for has the same units below it; every path under it is of it."""
        root = "o-zzzzzzzzzzzz/r-0000"
        service = ask(polls=0)
        answer = service.get(service.job(root), SortKey="LAST_AUTHENTICATED_TIME_DESCENDING")

        assert f"<EntityPath>{root}/ou-0000-" in answer.body.decode()
        assert service.get(service.job(root + "/ou-0000-11111111")).text("JobStatus") == "COMPLETED"

    def test_any_entity(self, ask: Ask) -> None:
        """Told to know any entity, it reports on those that are in no table."""
        service = ask(polls=0, known_entities="any")
        answer = service.get(service.job(ROOT + "/ou-unheard-of/"), SortKey="LAST_AUTHENTICATED_TIME_DESCENDING")

        assert answer.text("JobStatus") == "COMPLETED"
        assert f"<EntityPath>{ROOT}/ou-unheard-of/123456789012</EntityPath>" in answer.body.decode()

    def test_tight_policy(self, ask: Ask) -> None:
        """A policy that allows less makes a shorter report."""
        service = ask(polls=0)
        answer = service.get(service.job(OrganizationsPolicyId="p-examplepolicyid111"))

        assert answer.text("NumberOfServicesAccessible") == "11"
        assert answer.body.count(b"<member>") == 11


class TestRefusals:
    """What is refused, and with which code."""

    @pytest.mark.parametrize(
        ("broken", "code"),
        [
            ({"JobId": "x" * 35}, "ValidationError"),
            ({"JobId": "x" * 37}, "ValidationError"),
            ({"JobId": ""}, "ValidationError"),
            ({"MaxItems": 0}, "ValidationError"),
            ({"MaxItems": -1}, "ValidationError"),
            ({"MaxItems": 1001}, "ValidationError"),
            ({"MaxItems": "ten"}, "MalformedInput"),
            ({"MaxItems": ""}, "MalformedInput"),
            ({"MaxItems": "1\u0661"}, "MalformedInput"),
            ({"SortKey": ""}, "ValidationError"),
            ({"SortKey": "service_namespace_ascending"}, "ValidationError"),
            ({"Marker": ""}, "ValidationError"),
            ({"Marker": "x" * 321}, "ValidationError"),
            ({"Marker": "\x01\x02"}, "ValidationError"),
            ({"Marker": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "ValidationError"),
        ],
    )
    @pytest.mark.parametrize("polls", [0, 1])
    def test_reading(self, ask: Ask, broken: dict[str, object], code: str, polls: int) -> None:
        """One thing wrong in a request that works is refused with 400, whatever the job's status."""
        service = ask(polls=polls)
        good: dict[str, object] = {"JobId": service.job(), "MaxItems": 5}

        assert service("GetOrganizationsAccessReport", **good | broken).refusal == (400, code)
        assert service("GetOrganizationsAccessReport", **good).status == 200

    @pytest.mark.parametrize(
        "broken",
        [
            {"EntityPath": "o-a1b2c3d4e5/r-f6g"},
            {"EntityPath": ROOT + "/" + "a" * 428},
            {"EntityPath": "O-A1B2C3D4E5/R-F6G7H8"},
            {"EntityPath": ROOT + "/OU"},
            {"EntityPath": ROOT + "\n"},
            {"EntityPath": "\u0967" * 20},
            {"OrganizationsPolicyId": "p-short"},
            {"OrganizationsPolicyId": "p-FullAWSAccess\n"},
            {"OrganizationsPolicyId": ""},
        ],
    )
    def test_starting(self, ask: Ask, broken: dict[str, object]) -> None:
        """A malformed path or policy id is refused at once, read as a whole."""
        good: dict[str, object] = {"EntityPath": ROOT, "OrganizationsPolicyId": "p-FullAWSAccess"}

        assert ask()("GenerateOrganizationsAccessReport", **good | broken).refusal == (400, "ValidationError")
        assert ask()("GenerateOrganizationsAccessReport", **good).status == 200

    def test_missing(self, ask: Ask) -> None:
        """A required parameter that is missing is refused by name."""
        for action, member in [
            ("GetOrganizationsAccessReport", "JobId"),
            ("GenerateOrganizationsAccessReport", "EntityPath"),
        ]:
            answer = ask()(action)
            assert answer.refusal == (400, "ValidationError")
            assert f"{member} is required" in answer.text("Message")

    def test_all_at_once(self, ask: Ask) -> None:
        """One message lists every constraint that failed."""
        message = ask().get("short", MaxItems=0, SortKey="none").text("Message")

        assert all(member in message for member in ("3 constraints", "JobId", "MaxItems", "SortKey"))

    @pytest.mark.parametrize("job", ["x" * 36, "00000000-0000-0000-0000-000000000000"])
    def test_unknown_job(self, ask: Ask, job: str) -> None:
        """36 characters that are no job's id are NoSuchEntity."""
        assert ask().get(job).refusal == (404, "NoSuchEntity")

    @pytest.mark.parametrize(
        ("form", "code"),
        [
            (b"", "MissingAction"),
            (b"\xff\xfe&=&&%zz", "MissingAction"),
            (b"&".join(b"a%d=1" % each for each in range(500)), "MissingAction"),
            (b"Action=ListUsers&Version=2010-05-08", "InvalidAction"),
            (b"Action=GetOrganizationsAccessReport&Version=2011-01-01", "InvalidAction"),
        ],
    )
    def test_no_such_action(self, ask: Ask, form: bytes, code: str) -> None:
        """Whatever is no call of these operations is refused in an error envelope."""
        assert ask().form(form).refusal == (400, code)

    def test_throttling(self, ask: Ask) -> None:
        """Every so manieth call is throttled, and a throttled read is no poll."""
        service = ask(polls=1, throttle_every=3)
        job = service.job()
        answers = [service.get(job) for _ in range(4)]

        assert answers[1].refusal == (400, "Throttling")
        assert [each.status for each in answers] == [200, 400, 200, 200]
        assert answers[2].text("JobStatus") == "COMPLETED"


class TestPaging:
    """Pages and markers."""

    def walk(self, service: Any, **parameters: object) -> tuple[list[str], list[int]]:
        """Follows Markers; returns the namespaces and the pages' lengths."""
        job, found, lengths = service.job(), [], []
        answer = service.get(job, **parameters)
        while True:
            keys = re.findall("<ServiceNamespace>(.*?)</", answer.body.decode())
            found += keys
            lengths.append(len(keys))
            assert len(lengths) < 1000, "this listing does not end"
            if not answer.has("Marker"):
                return found, lengths
            answer = service.get(job, **parameters | {"Marker": answer.text("Marker")})

    @pytest.mark.parametrize(
        ("settings", "limit", "lengths"),
        [
            ({}, None, [100, 100, 62]),
            ({}, 1000, [262]),
            ({}, 131, [131, 131]),
            ({"page_cap": 90}, 1000, [90, 90, 82]),
            ({"page_plan": (100, 0, 7)}, None, [100, 0, 7, 100, 0, 7, 48]),
            ({"services": 100, "empty_last_page": True}, None, [100, 0]),
            ({"services": 0, "empty_last_page": True}, None, [0]),
            ({"services": 0}, None, [0]),
        ],
    )
    def test_lengths(self, ask: Ask, settings: dict[str, Any], limit: int | None, lengths: list[int]) -> None:
        """The settings cut pages short, or empty, and every service comes once all the same."""
        service = ask(polls=0, **settings)
        found, seen = self.walk(service, **({} if limit is None else {"MaxItems": limit}))

        assert seen == lengths
        assert found == sorted(set(found))

    def test_marker_is_bound(self, ask: Ask) -> None:
        """A Marker serves one job and one sort key: the default is its own name spelled out."""
        service = ask(polls=0)
        job, other = service.job(), service.job(ROOT + "/777788889999")
        marker = service.get(job).text("Marker")

        assert service.get(job, Marker=marker, SortKey="SERVICE_NAMESPACE_ASCENDING").status == 200
        for wrong in (
            service.get(job, Marker=marker, SortKey="SERVICE_NAMESPACE_DESCENDING"),
            service.get(other, Marker=marker),
        ):
            assert wrong.refusal == (400, "InvalidInput")

    def test_marker_repeats_its_page(self, ask: Ask) -> None:
        """The same Marker gives the same page again, and other text each time only where the setting says so."""
        for fresh in (False, True):
            service = ask(polls=0, fresh_tokens=fresh)
            job = service.job()
            first, second = service.get(job), service.get(job)
            pages = [service.get(job, Marker=each.text("Marker"), MaxItems=1) for each in (first, second, first)]
            assert len({each.text("ServiceNamespace") for each in pages}) == 1
            assert (first.text("Marker") != second.text("Marker")) == fresh

    @pytest.mark.parametrize("form", [" {} ", "+&%{}=<é>", "{}\u00ff\u0085\u00a0", "\"{}'", "x" * 280 + "{}"])
    def test_awkward_markers(self, ask: Ask, attached: Callable[..., Any], form: str) -> None:
        """Any Marker that the model allows survives the way out through a real parser, and back."""
        client = attached(ask(polls=0, services=30, token_form=form).emulator)
        job = client.generate_organizations_access_report(EntityPath=ROOT)["JobId"]
        first = client.get_organizations_access_report(JobId=job, MaxItems=20)
        left, right = form.split("{}")

        assert first["Marker"].startswith(left)
        assert first["Marker"].endswith(right)
        rest = client.get_organizations_access_report(JobId=job, Marker=first["Marker"])
        assert len(rest["AccessDetails"]) == 10

    def test_omissions(self, ask: Ask) -> None:
        """What may be left out is left out where the setting says so, and only there."""
        bare = ask(
            polls=0, services=0,
            omit_more_when_false=True, omit_items_when_empty=True, omit_total_when_zero=True,
        )  # fmt: skip
        full = ask(polls=0, services=2, omit_total_when_zero=True, omit_more_when_false=True)
        empty, some = bare.get(bare.job()), full.get(full.job(), MaxItems=1)

        assert not empty.has("AccessDetails")
        assert not empty.has("IsTruncated")
        assert some.text("IsTruncated") == "true"
        assert full.get(full.job()).body.count(b"<TotalAuthenticatedEntities>") == 1
        plain = ask(polls=0, services=0)
        assert b"<AccessDetails/>" in plain.get(plain.job()).body

    def test_iam_region(self, ask: Ask) -> None:
        """Only where the setting says so, iam has a Region without having been used."""
        for setting in (False, True):
            service = ask(polls=0, services=2, region_of_unused_iam=setting)
            body = service.get(service.job()).body.decode()
            (iam,) = (each for each in body.split("<member>") if "<ServiceNamespace>iam<" in each)
            assert ("<Region>us-east-1</Region>" in iam) == setting


class TestSeam:
    """A stage can be replaced without the others noticing."""

    def test_replaced_stages(self, ask: Ask) -> None:
        """Faults are a line each at their stage: an off-by-one, a date that moves, a job out of nowhere."""
        overlap = replace(
            Stages(),
            paginate=lambda read, rows: listings.paginate(read, rows)._replace(
                rows=rows[max(read.cursor.start - 1, 0) : read.cursor.start + read.limit]
            ),
        )
        moving = replace(
            Stages(), members=lambda r, i, m: responses.members(r, i, m) | {"JobCreationDate": str(r.call.number)}
        )
        eager = replace(Stages(), find=lambda call, known: jobs.new_job(call))
        seen = ask(polls=0, services=30, stages=overlap)
        job = seen.job()
        first = seen.get(job, MaxItems=20)

        assert seen.get(job, Marker=first.text("Marker")).body.count(b"<member>") == 11
        dated = ask(stages=moving)
        job = dated.job()
        assert [dated.get(job).text("JobCreationDate") for _ in range(2)] == ["1", "2"]
        assert ask(polls=0, stages=eager).get("x" * 36).status == 200

    def test_given_report(self, ask: Ask) -> None:
        """A report can be given whole, and is what is listed."""
        service = ask(polls=0, report=(Service("B <&> Co.", "b"), Service("A", "A")))
        body = service.get(service.job()).body.decode()

        assert re.findall("<ServiceName>(.*?)</", body) == ["A", "B &lt;&amp;&gt; Co."]


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can, so that what is not guarded goes wrong."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


class TestThreads:
    """Several callers at once."""

    def test_counts_stay_right(self, ask: Ask, switching: None) -> None:
        """Of reads that overlap exactly as many are IN_PROGRESS as the setting says, and one job is made."""
        service = ask(polls=20)
        with ThreadPoolExecutor(16) as pool:
            jobs = set(pool.map(lambda _: service.job(), range(40)))
            answers = list(pool.map(lambda _: service.get(min(jobs)), range(200)))

        assert len(jobs) == 1
        assert [each.text("JobStatus") for each in answers].count("IN_PROGRESS") == 20
        assert len({each.text("RequestId") for each in answers}) == 200
