"""Exploring: drawn sequences of page sizes find what only some sizes show, and tell it by the smallest of them."""

from pathlib import Path

import botocore.session
import pytest

from awscontract import check
from awscontract.conformance.results.result import Result
from awscontract.conformance.survey.exploration import Walk, sizes, walks
from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.faults import FAULTS
from awscontract.spec.legacy import contract

KEYS = [each.value for each in contract().sort]
DEEP = {fault.id: fault for fault in FAULTS.values() if fault.deep}


def explored(behaviour: Behaviour = Behaviour(), stages: Stages = Stages(), **options) -> Result:  # noqa: B008  (frozen)
    client = botocore.session.get_session().create_client(
        "iam", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with attach(client, Emulator(behaviour, stages)):
        return check(client, poll_interval=0, **options)


class TestSizes:
    def test_where_bugs_live(self):
        """The smallest numbers, primes, the report's divisors and their neighbours, and the limits' neighbours."""
        assert {1, 2, 3, 13, 97, 99, 100, 101, 130, 131, 132, 261, 262, 263, 999, 1000} <= set(sizes(262))

    @pytest.mark.parametrize("total", [1, 2, 262, 5000])
    def test_every_size_may_be_asked_for(self, total):
        """None is below 1 or above 1000, whatever the report has."""
        assert all(1 <= size <= 1000 for size in sizes(total))


class TestWalks:
    def test_deterministic(self):
        """The same seed draws the same sequences, another one others."""
        assert walks(25, 0, KEYS, 262) == walks(25, 0, KEYS, 262)
        assert walks(25, 0, KEYS, 262) != walks(25, 1, KEYS, 262)

    @pytest.mark.parametrize("count", [1, 5, 25, 60])
    def test_as_many_as_asked_for(self, count):
        assert len(walks(count, 3, KEYS, 262)) == count

    @pytest.mark.parametrize("seed", range(5))
    def test_nearly_every_size_is_tried(self, seed):
        """Sizes are dealt, not drawn with replacement: in 25 sequences each of them that does not swallow the report has its turn."""
        tried = {limit for walk in walks(25, seed, KEYS, 262) for limit in walk.limits}
        assert {size for size in sizes(262) if size < 262} <= tried

    def test_every_key_and_none(self):
        assert {walk.key for walk in walks(60, 0, KEYS, 262)} == {None, *KEYS}


class TestDeepFaults:
    @pytest.mark.parametrize("fault", DEEP.values(), ids=DEEP)
    def test_the_survey_alone_is_blind_to_it(self, fault):
        """Else it would be no proof of exploring."""
        assert explored(fault.behaviour, fault.stages, explore=0).verdict == "conforms"

    @pytest.mark.parametrize("seed", [0, 7])
    @pytest.mark.parametrize("fault", DEEP.values(), ids=DEEP)
    def test_found_in_25_sequences(self, fault, seed):
        """Found under the rule that it breaks, by any seed, and told by few requests."""
        found = explored(fault.behaviour, fault.stages, explore=25, seed=seed).rule(fault.rule)
        assert found.outcome in ("failed", "warned")
        assert len(found.violations[0].exchanges) <= 21

    def test_the_same_twice(self):
        """One seed, one counterexample."""
        fault = next(iter(DEEP.values()))
        one, other = (explored(fault.behaviour, fault.stages, explore=25, seed=4).rule(fault.rule) for _ in range(2))
        assert [each.message for each in one.violations] == [each.message for each in other.violations]


class TestLawful:
    @pytest.mark.parametrize(
        "behaviour",
        [
            Behaviour(),
            Behaviour(services=0),
            Behaviour(services=1),
            Behaviour(services=2),
            Behaviour(services=7),
            Behaviour(page_cap=10),
            Behaviour(page_plan=(0, 30, 0, 100)),
            Behaviour(outcome="failed"),
            Behaviour(throttle_every=5),
        ],
        ids=lambda behaviour: repr(behaviour)[10:60],
    )
    def test_no_lawful_service_is_blamed(self, behaviour):
        result = explored(behaviour, explore=8, seed=2)
        assert result.verdict == "conforms"
        assert not result.summary["warned"]

    def test_lack_of_time_is_said(self):
        """A run whose time is nearly over ends its exploring early, and keeps the survey's verdict."""
        clock = iter(range(100_000))
        result = _slow(lambda: next(clock) / 100)
        assert result.verdict == "conforms"
        assert any("lack of time" in each for each in result.dropped)


def _slow(clock) -> Result:
    from awscontract.conformance.driver import driver
    from awscontract.conformance.driver.driver import Driver

    class Slow(Driver):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **{**kwargs, "clock": clock})

    patch = pytest.MonkeyPatch()
    patch.setattr("awscontract.conformance.check.Driver", Slow)
    try:
        assert driver.Driver is Driver
        return explored(Behaviour(), explore=200, timeout=12)
    finally:
        patch.undo()


def test_a_walk_of_one_size_is_uniform():
    assert Walk(None, (13, 13)).uniform
    assert not Walk(None, (13, 14)).uniform


@pytest.mark.parametrize("total", [1, 2, 3, 13, 262, 1001])
@pytest.mark.parametrize("count", [1, 25, 300])
def test_drawing_depends_on_its_arguments_alone(count, total):
    """Hypothesis refuses to go on with a strategy that looks at what was drawn before."""
    drawn = walks(count, 11, KEYS, total)
    assert all(walk.limits for walk in drawn)


@pytest.mark.parametrize("fault", DEEP.values(), ids=DEEP)
def test_the_page_tells_what_is_found(fault):
    """docs/exploring.md shows the counterexamples as they are printed."""
    page = (Path(__file__).parents[2] / "docs" / "exploring.md").read_text(encoding="utf-8")
    first = next(each for each in explored(fault.behaviour, fault.stages, seed=0).rules if each.outcome == "failed")
    assert f"FAILED  {first.id}\n" in page
    assert f"  * {first.violations[0].message}\n" in page
    assert f"    actual     {first.violations[0].actual}\n" in page
