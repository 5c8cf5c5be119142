"""Nothing valid is left out: within 200 examples every kind of response and every variant was seen, and no health check trips."""

import re
from itertools import pairwise

import pytest
from hypothesis import Phase, given, seed, settings, strategies as st

from awscontract.spec.operations import load
from awscontract.strategies import behaviours, invalid_responses, reports, requests, responses
from awscontract.strategies.drawn import drawn_responses
from awscontract.strategies.edges import edge_cases
from profiles import NIGHTLY, examples

ACCESS_REPORT = load()
SEEDS = range(4) if NIGHTLY else range(1)


def services(response):
    """The services of a response."""
    return response.get("AccessDetails") or []


def texts(response, name):
    """The values of a member of the services."""
    return [each[name] for each in services(response) if name in each]


def has(*names):
    """Whether a member is there."""
    return lambda response: all(name in response for name in names)


def lacks(name):
    """Whether it is not."""
    return lambda response: name not in response


def some(check):
    """Whether it is so of a service."""
    return lambda response: any(map(check, services(response)))


def used(service):
    """Whether a service was accessed."""
    return "LastAuthenticatedTime" in service


def times(response):
    """The times of the services that were accessed."""
    return texts(response, "LastAuthenticatedTime")


def alternates(response, first):
    """Services of both kinds, one kind before the other."""
    kinds = [used(each) for each in services(response)]
    return len(set(kinds)) == 2 and kinds == sorted(kinds, reverse=first)


def shuffled(response):
    """Never-accessed services, which all tie under a time key, in an order that no key gives."""
    keys = [each["ServiceNamespace"] for each in services(response) if not used(each)]
    return len(keys) > 2 and keys != sorted(keys) and keys != sorted(keys, reverse=True)


RESPONSES = {
    **{
        f"{each} {status}": (lambda a, s=status: a["JobStatus"] == s)
        for each in ("is",)
        for status in ("IN_PROGRESS", "COMPLETED", "FAILED")
    },
    **{
        f"{name} there": has(name)
        for name in (
            "JobCompletionDate",
            "NumberOfServicesAccessible",
            "AccessDetails",
            "IsTruncated",
            "Marker",
            "ErrorDetails",
        )
    },
    **{
        f"{name} left out": lacks(name)
        for name in (
            "JobCompletionDate",
            "NumberOfServicesAccessible",
            "AccessDetails",
            "IsTruncated",
            "Marker",
            "ErrorDetails",
        )
    },
    "list left out when completed": lambda a: a["JobStatus"] == "COMPLETED" and "AccessDetails" not in a,
    "list empty": lambda a: a.get("AccessDetails") == [],
    "list empty in progress": lambda a: a["JobStatus"] == "IN_PROGRESS" and a.get("AccessDetails") == [],
    "list of one": lambda a: len(services(a)) == 1,
    "list of many": lambda a: len(services(a)) > 5,
    "truncated": lambda a: a.get("IsTruncated") is True,
    "truncated and empty": lambda a: a.get("IsTruncated") and not services(a),
    "more elsewhere": lambda a: a.get("NumberOfServicesAccessible", 0) > len(services(a)),
    "marker short": lambda a: len(a.get("Marker", "")) == 1,
    "marker longest": lambda a: len(a.get("Marker", "")) == 320,
    "marker to escape": lambda a: bool(re.search("[<&+%]", a.get("Marker", ""))),
    "marker not ASCII": lambda a: not a.get("Marker", "").isascii(),
    "namespace short": some(lambda s: len(s["ServiceNamespace"]) == 1),
    "namespace longest": some(lambda s: len(s["ServiceNamespace"]) == 64),
    "namespace real": some(lambda s: s["ServiceNamespace"] in ("s3", "ec2", "iam", "sts")),
    "name empty": some(lambda s: s["ServiceName"] == ""),
    "name long": some(lambda s: len(s["ServiceName"]) > 300),
    "name not ASCII": some(lambda s: not s["ServiceName"].isascii()),
    "name to escape": some(lambda s: bool(re.search("[<&]", s["ServiceName"]))),
    "path shortest": some(lambda s: len(s.get("EntityPath", "")) == 19),
    "path longest": some(lambda s: len(s.get("EntityPath", "")) == 427),
    "path of a root": some(lambda s: s.get("EntityPath", "").count("/") == 1),
    "path of an account": some(lambda s: bool(re.search(r"/\d{12}$", s.get("EntityPath", "")))),
    "total left out of a used one": some(lambda s: used(s) and "TotalAuthenticatedEntities" not in s),
    "total left out of an unused one": some(lambda s: not used(s) and "TotalAuthenticatedEntities" not in s),
    "total 0": some(lambda s: s.get("TotalAuthenticatedEntities") == 0),
    "total largest": some(lambda s: s.get("TotalAuthenticatedEntities") == 2**31 - 1),
    "iam with a Region": some(lambda s: not used(s) and "Region" in s),
    "iam without": some(lambda s: s["ServiceNamespace"] == "iam" and "Region" not in s),
    "a tie": lambda a: len(set(times(a))) < len(times(a)),
    "times ascending": lambda a: len(times(a)) > 1 and all(x < y for x, y in pairwise(times(a))),
    "times descending": lambda a: len(times(a)) > 1 and all(x > y for x, y in pairwise(times(a))),
    "never-accessed first": lambda a: alternates(a, False),
    "never-accessed last": lambda a: alternates(a, True),
    "ties in any order": shuffled,
    "finished at once": lambda a: a["JobCreationDate"] == a.get("JobCompletionDate"),
    "accessed at the last moment": lambda a: a.get("JobCompletionDate") in times(a),
    "fractions": lambda a: a["JobCreationDate"].microsecond != 0,
    "no fractions": lambda a: a["JobCreationDate"].microsecond == 0,
}

BYTES = {
    "both written forms in one answer": lambda b: bool(re.search(rb"\d\.\d+Z", b) and re.search(rb":\d\dZ", b)),
    "one, two and three digits": lambda b: len({len(each) for each in re.findall(rb"\.(\d+)Z", b)}) > 1,
    "indented": lambda b: b"\n    <" in b,
    "not indented": lambda b: b"Response xmlns" in b and b"><" in b and b"\n  <" not in b,
    "comments": lambda b: b"<!--" in b,
    "declared": lambda b: b.startswith(b"<?xml"),
    "character references": lambda b: b.isascii() and b"&#" in b,
    "UTF-8": lambda b: not b.isascii(),
    "an unknown member": lambda b: b"NeverHeardOf" in b,
    "another order": lambda b: b"<JobCreationDate>" in b and b.index(b"<JobCreationDate>") < b.index(b"<JobStatus>"),
}  # fmt: skip

REPORTS = {
    "one page": lambda r: len(r.pages) == 1,
    "several pages": lambda r: len(r.pages) > 2,
    "an empty page in the middle": lambda r: any(not services(each) for each in r.pages[1:-1]),
    "an empty first page": lambda r: len(r.pages) > 1 and not services(r.pages[0]),
    "an empty last page": lambda r: len(r.pages) > 1 and not services(r.pages[-1]),
    "pages of different lengths": lambda r: len({len(services(each)) for each in r.pages}) > 2,
    "no services": lambda r: not r.items,
    "no sort key": lambda r: r.sort_key is None,
    **{key: (lambda r, k=key: r.sort_key == k) for key in (
        "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING",
        "LAST_AUTHENTICATED_TIME_ASCENDING", "LAST_AUTHENTICATED_TIME_DESCENDING")},
    "an account's": lambda r: bool(re.search(r"/\d{12}$", r.subject)),
    "a root's": lambda r: r.subject.count("/") == 1,
    "an OU's": lambda r: r.subject.rpartition("/")[2].startswith("ou-"),
    "a JobId that is no UUID": lambda r: not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r.job_id),
    "the documented JobId's form": lambda r: "xmp" in r.job_id,
}  # fmt: skip

BEHAVIOURS = {
    "finished at once": lambda b: b.polls == 0,
    "slow": lambda b: b.polls > 1,
    "failed": lambda b: b.outcome == "failed",
    "failed otherwise": lambda b: (
        b.failure not in ("INVALID_ORGANIZATIONS_ENTITY_PATH", "ORGANIZATIONS_REPORT_ACCESS_DENIED")
    ),
    "short pages": lambda b: b.page_cap is not None,
    "empty pages": lambda b: 0 in b.page_plan,
    "an empty last page": lambda b: b.empty_last_page,
    "tokens of another form": lambda b: b.token_form != "{}",
    "fresh tokens": lambda b: b.fresh_tokens,
    "throttled": lambda b: b.throttle_every is not None,
    "no throttling": lambda b: b.throttle_every is None,
    "one job at a time": lambda b: b.one_running_job,
    "several jobs": lambda b: not b.one_running_job,
    "the same job again": lambda b: b.same_request_same_job,
    "a new job each time": lambda b: not b.same_request_same_job,
    "no services": lambda b: b.report == (),
    "omits IsTruncated": lambda b: b.omit_more_when_false,
    "omits the list": lambda b: b.omit_items_when_empty,
    "omits totals": lambda b: b.omit_total_when_zero,
    **{f"nulls {each}": (lambda b, e=each: b.nulls == e) for each in ("first", "last", "low", "high")},
    **{f"ids {each}": (lambda b, e=each: b.job_ids == e) for each in ("hex", "uuid", "documented", "plain")},
}


@pytest.mark.parametrize("number", SEEDS)
@pytest.mark.parametrize(
    ("strategy", "wanted"),
    [
        (responses(), RESPONSES),
        (responses(protocol="wire"), BYTES),
        (reports(), REPORTS),
        (behaviours(), BEHAVIOURS),
    ],
    ids=["responses", "bytes", "reports", "behaviours"],
)
def test_some_hundred_examples_show_everything(strategy, wanted, number):
    """Whatever the seed is. They are drawn in four parts, as long as something is missing."""
    missing = dict(wanted)

    @settings(max_examples=100, database=None, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def look(value):
        for name in [name for name, check in missing.items() if check(value)]:
            del missing[name]

    for part in range(4):
        if missing:
            seed(4 * number + part)(look)()
    assert list(missing) == []


@pytest.mark.parametrize("number", [10, 50] if NIGHTLY else [10])
@pytest.mark.parametrize(
    "strategy",
    [
        responses(),
        responses(protocol="wire"),
        drawn_responses(ACCESS_REPORT, items=1000),
        reports(),
        behaviours(),
        requests(),
        requests("iam:GenerateOrganizationsAccessReport"),
        invalid_responses(),
        invalid_responses(protocol="wire"),
        st.lists(responses(), max_size=3),
    ],
    ids=["parsed", "xml", "thousand", "reports", "behaviours", "read", "start", "invalid", "invalid-xml", "lists"],
)
def test_no_health_check_trips(strategy, number):
    """All of them on, as Hypothesis has them, and as its `ci` profile has them."""
    for profile in ("default", "ci"):
        common = settings(settings.get_profile(profile), max_examples=number, database=None, deadline=None)

        @common
        @given(strategy)
        def run(value):
            assert value is not None

        run()


def test_a_response_of_a_given_size_has_it():
    """And real services' names."""

    @examples(5)
    @given(drawn_responses(ACCESS_REPORT, items=300).map(lambda each: each.parsed))
    def holds(response):
        assert len(services(response)) == response["NumberOfServicesAccessible"] == 300
        assert "s3" in texts(response, "ServiceNamespace")

    holds()


def test_edge_cases_are_what_they_are_called():
    """The names that can be seen in a response."""
    cases = {name: each.parsed for name, each in edge_cases(ACCESS_REPORT).items()}

    assert all(RESPONSES["path longest"](cases[name]) for name in ("path-as-long-as-can-be",))
    for name, what in {
        "path-as-short-as-can-be": "path shortest",
        "namespace-as-long-as-can-be": "namespace longest",
        "marker-as-long-as-can-be": "marker longest",
        "marker-that-must-be-escaped": "marker to escape",
        "a-tie": "a tie",
        "never-used-first": "never-accessed first",
        "never-used-last": "never-accessed last",
        "no-services": "list empty",
        "no-services-list-left-out": "list left out when completed",
        "is-truncated-left-out": "IsTruncated left out",
        "empty-page-in-the-middle": "truncated and empty",
        "iam-never-used-with-a-region": "iam with a Region",
        "name-empty": "name empty",
        "name-that-is-not-ascii": "name not ASCII",
        "failed": "is FAILED",
        "finished-at-once": "finished at once",
        "largest-number": "total largest",
    }.items():
        assert RESPONSES[what](cases[name]), name
