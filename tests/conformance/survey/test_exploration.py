"""Exploring: drawn sequences of page sizes find what only some sizes show, and show it by the smallest of them."""

from dataclasses import replace
from functools import cache

import botocore.session
import pytest

from awscontract import check
from awscontract.conformance.results.result import Result
from awscontract.conformance.survey.sizes import classes, sizes
from awscontract.conformance.survey.walks import REQUESTS, Walk, designed, drawn
from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.faults import faults_for
from awscontract.spec.operations import load
from profiles import NIGHTLY

CONTRACT = load("iam:GetOrganizationsAccessReport")
KEYS = [None, *(each.value for each in CONTRACT.sort.keys)]
DEEP = {fault.id: fault for fault in faults_for(CONTRACT).values() if fault.deep}
#: More services than a page has by default.
SMALL = Behaviour(services=104)


@cache
def iam():
    return botocore.session.get_session().create_client(
        "iam", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@cache
def explored_by_default(fault) -> Result:
    return explored(_small(fault), fault.stages, explore=25)


def explored(behaviour: Behaviour = SMALL, stages: Stages = Stages(), **options) -> Result:  # noqa: B008  (frozen)
    client = iam()
    with attach(client, Emulator(CONTRACT, behaviour, stages)):
        return check(client, poll_interval=0, entity_path="o-a1b2c3d4e5/r-f6g7", **options)


class TestSizes:
    def test_where_bugs_live(self):
        """The smallest numbers, primes, the report's divisors and their neighbours, and the limits' neighbours."""
        assert {1, 2, 3, 13, 97, 99, 100, 101, 130, 131, 132, 261, 262, 263, 999, 1000} <= set(sizes(262))

    @pytest.mark.parametrize("total", [1, 2, 262, 5000])
    def test_every_size_may_be_asked_for(self, total):
        """None is below 1 or above 1000, whatever the report has."""
        assert all(1 <= size <= 1000 for size in sizes(total))


class TestDesign:
    """Every pair of sort key, class of page size, and first or later page, before anything is drawn."""

    @pytest.mark.parametrize(("keys", "total"), [(KEYS, 262), ([None], 7), ([None], 40), ([None], 2500)])
    def test_every_pair(self, keys, total):
        """A later page can only be of a class that has a size smaller than the listing."""
        by_class = classes(total)
        walks = designed(0, keys, total, 1, 1000)
        for key in keys:
            for name, members in by_class.items():
                first = {walk.limits[0] for walk in walks if walk.key == key}
                later = {limit for walk in walks if walk.key == key for limit in walk.limits[1:]}
                assert first & set(members), (key, name)
                if min(members) < total - 1:
                    assert later & set(members), (key, name)

    def test_what_the_survey_covered_is_not_asked_again(self):
        covered = {(key, name, later) for key in KEYS for name in classes(262) for later in (False, True)}
        assert designed(0, KEYS, 262, 1, 1000, covered) == []
        assert len(designed(0, KEYS, 262, 1, 1000, {(None, "one", False)})) < len(designed(0, KEYS, 262, 1, 1000))

    def test_the_bounds_of_the_model(self):
        """EC2 takes no page size below 5."""
        assert all(5 <= limit <= 50 for walk in designed(0, [None], 11, 5, 50) for limit in walk.limits)

    def test_its_cost(self):
        """It costs about what 25 sequences stand for, however many keys there are."""
        assert sum(walk.cost(262) for walk in designed(0, KEYS, 262, 1, 1000)) <= 25 * REQUESTS
        assert sum(walk.cost(7) for walk in designed(0, [None], 7, 1, 1000)) <= 30


class TestDrawing:
    def test_deterministic(self):
        """The same seed draws the same sequences, another one others."""
        assert drawn(25, 0, KEYS, 262) == drawn(25, 0, KEYS, 262)
        assert drawn(25, 0, KEYS, 262) != drawn(25, 1, KEYS, 262)

    @pytest.mark.parametrize("count", [0, 1, 5, 25, 60])
    def test_as_many_as_asked_for(self, count):
        assert len(drawn(count, 3, KEYS, 262)) == count

    def test_sizes_that_were_not_tried_come_first(self):
        """Sizes are dealt, not drawn with replacement: in few sequences each that is new has its turn."""
        tried = {size for size in sizes(262) if size % 2 == 0}
        new = {size for size in sizes(262) if size < 262} - tried
        dealt = {limit for walk in drawn(len(new) // 5 + 1, 0, KEYS, 262, tried=tried) for limit in walk.limits}
        assert len(new - dealt) <= 2

    def test_every_key_and_none(self):
        assert {walk.key for walk in drawn(60, 0, KEYS, 262)} == set(KEYS)


#: Found among the sizes that a whole report has tried.
WHOLE = {"odd-page-repeats-one"}


def _small(fault):
    """Whole reports nightly; in every run, of what is found there, few services."""
    whole = NIGHTLY or fault.id in WHOLE
    return fault.behaviour if whole else replace(fault.behaviour, services=30)


class TestDeepFaults:
    @pytest.mark.parametrize("fault", DEEP.values(), ids=DEEP)
    def test_the_survey_alone_is_blind_to_it(self, fault):
        """Else it would be no proof of exploring."""
        assert explored(_small(fault), fault.stages, explore=0).verdict == "conforms"

    @pytest.mark.parametrize(
        ("fault", "seed"),
        [
            *((each, 0) for each in DEEP.values()),
            pytest.param(next(iter(DEEP.values())), 7, marks=pytest.mark.nightly),
        ],
    )
    def test_found_in_25_sequences(self, fault, seed):
        """Found under the rule that it breaks, by any seed, and shown by few requests."""
        result = explored(_small(fault), fault.stages, seed=seed) if seed else explored_by_default(fault)
        found = result.rule(fault.rule)
        assert found.outcome in ("failed", "warned")
        # two listings that disagree are shown whole, and one of pages of two is long
        assert len(found.violations[0].exchanges) <= (200 if fault.rule == "pagination.order-continues" else 21)

    def test_the_same_twice(self):
        """One seed, one counterexample."""
        fault = next(iter(DEEP.values()))
        one, other = (explored(_small(fault), fault.stages, explore=8, seed=4).rule(fault.rule) for _ in range(2))
        assert [each.message for each in one.violations] == [each.message for each in other.violations]

    def test_one_order_ascends_where_pages_have_two(self):
        """What shows under one key and one page size alone is found by default."""
        fault = faults_for(CONTRACT)["time-descending-ascends-on-small-pages"]
        found = explored_by_default(fault)
        assert found.verdict == "violates"
        assert {found.rule(each).outcome for each in (fault.rule, fault.explained)} >= {"failed"}


class TestValid:
    @pytest.mark.parametrize(
        "behaviour",
        [
            Behaviour(),
            Behaviour(services=0),
            Behaviour(services=1),
            Behaviour(services=2),
            Behaviour(services=7),
            replace(SMALL, page_cap=10),
            replace(SMALL, page_plan=(0, 30, 0, 100)),
            Behaviour(outcome="failed"),
            replace(SMALL, throttle_every=5),
        ],
        ids=lambda behaviour: repr(behaviour)[10:60],
    )
    def test_no_valid_service_is_blamed(self, behaviour):
        result = explored(behaviour, explore=5, seed=2)
        assert result.verdict == "conforms"
        assert not result.summary["warned"]

    def test_lack_of_time_is_said(self):
        """A run whose time is nearly over ends its exploring early, and keeps the survey's verdict."""
        clock = iter(range(100_000))
        result = _slow(lambda: next(clock) / 60)
        assert result.verdict == "conforms"
        # on a machine that reads slowly, the time that judging will take ends the run a moment earlier
        assert any("lack of time" in each or "timed out" in each for each in result.dropped)


def _slow(clock) -> Result:
    return explored(SMALL, explore=200, timeout=12, clock=clock)


def test_a_walk_of_one_size_is_uniform():
    assert Walk(None, (13, 13)).uniform
    assert not Walk(None, (13, 14)).uniform


@pytest.mark.parametrize(
    ("total", "count"), [*((total, count) for total in (1, 2, 3, 13, 262, 1001) for count in (1, 25)), (262, 300)]
)
def test_drawing_depends_on_its_arguments_alone(count, total):
    """Hypothesis refuses to go on with a strategy that looks at what was drawn before."""
    assert all(walk.limits for walk in drawn(count, 11, KEYS, total))
