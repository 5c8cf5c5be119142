"""The text of a result: what somebody in a hurry reads."""

from dataclasses import replace

import click
import pytest

from awscontract.conformance.reporting.text import text
from awscontract.conformance.results.result import Result, RuleResult, Target, Violation
from awscontract.spec import service_rules

from conformance_kit import judged

BROKEN = Violation(
    message="two services are missing",
    expected="262 services",
    actual="260 services",
    path="/AccessDetails",
    exchanges=(12, 13),
    reproduce="curl -d Action=…\nclient.get_organizations_access_report(…)",
)


def result(verdict="conforms", **outcomes):
    """A result in which every rule passed, but for those named (a dot as two underscores, a hyphen as one)."""
    changes = {name.replace("__", ".").replace("_", "-"): change for name, change in outcomes.items()}
    rules = tuple(
        replace(
            RuleResult(each.id, each.level, each.basis, each.source, "passed", checked=1), **changes.pop(each.id, {})
        )
        for each in service_rules()
    )
    assert not changes, "every rule named is in the catalogue"
    target = Target("endpoint", "http://127.0.0.1:4566", "moto")
    return Result(
        "iam:GetOrganizationsAccessReport", {"botocore": "1.44.5"}, target, verdict, rules, calls=57, seconds=0.8
    )


def failed(*violations):
    return {"outcome": "failed", "violations": violations or (BROKEN,)}


class TestText:
    def test_last_line_has_both_figures(self):
        """The verdict never stands without how many rules were exercised."""
        quiet = {"outcome": "not-exercised", "reason": "one page"}
        lines = text(result(pagination__no_repeats=quiet)).splitlines()
        number = len(service_rules())

        assert lines[-1] == f"conforms: {number - 1} of {number} rules exercised, 0 broken"

    def test_every_rule_is_told(self):
        """A rule is in the text whatever became of it."""
        outcomes = {
            "sort__time_ascending": failed(),
            "job__id_returned": {"outcome": "warned"},
            "report__region_name": {"outcome": "noted"},
            "pagination__ends": {"outcome": "known", "reason": "next release"},
            "pagination__complete": {"outcome": "indeterminate", "reason": "a timeout"},
            "pagination__no_repeats": {"outcome": "not-exercised", "reason": "one page"},
        }
        told = text(result("violates", **outcomes))

        missing = [each.id for each in service_rules() if each.id not in told and each.id.partition(".")[2] not in told]
        assert missing == []

    def test_failures_come_first_and_whole(self):
        """A broken rule comes before all else, with what was expected, what came, why and how to see it."""
        warned = {"outcome": "warned", "violations": (Violation("lower-case"),)}
        told = text(result("violates", protocol__content_type=warned, sort__time_ascending=failed()))

        assert told.index("FAILED  sort.time-ascending") < told.index("WARNED  protocol.content-type")
        block = told.split("\n\n")[1].splitlines()
        assert [line.split()[0] for line in block if line.startswith("    ")] == [
            "at", "expected", "actual", "exchanges", "reproduce", "curl", "client.get_organizations_access_report(…)",
        ]  # fmt: skip
        assert "exchanges  12, 13" in told
        assert block[-1].startswith("  source     must, documented: https://")

    def test_many_violations_are_counted(self):
        """One rule broken a hundred times does not push the others off the screen."""
        many = failed(*[BROKEN] * 100) | {"reason": "100 breaches; the first 5 are told"}
        told = text(result("violates", sort__time_ascending=many))

        assert told.count("two services are missing") == 5
        assert told.count("reproduce") == 1
        assert "(100 breaches; the first 5 are told)" in told

    def test_not_exercised_is_grouped_by_reason(self):
        """A reason that many rules share is said once."""
        quiet = {"outcome": "not-exercised", "reason": "the report is empty"}
        told = text(result(sort__time_ascending=quiet, sort__time_descending=quiet))

        assert "not exercised (2):\n  sort.time-ascending, sort.time-descending: the report is empty\n" in told

    def test_indeterminate_names_the_culprit(self):
        """A rule without ground to stand on says whose failure took it."""
        blind = {"outcome": "indeterminate", "because": "protocol.well-formed"}
        told = text(result("violates", sort__time_ascending=blind, protocol__well_formed=failed()))

        assert "  sort.time-ascending: protocol.well-formed is broken\n" in told

    def test_a_reason_that_names_the_culprit_is_enough(self):
        """Nothing is said twice."""
        reason = "protocol.well-formed is broken where this rule looks"
        blind = {"outcome": "indeterminate", "because": "protocol.well-formed", "reason": reason}
        told = text(result("violates", sort__time_ascending=blind, protocol__well_formed=failed()))

        assert f"  sort.time-ascending: {reason}\n" in told

    def test_how_many_breaches_there_were(self):
        """What the judge counted beyond the violations that it kept is told with them."""
        told = text(result("violates", sort__time_ascending=failed() | {"reason": "90 breaches; the first 5 are told"}))

        assert "\n  (90 breaches; the first 5 are told)\n" in told

    def test_a_run_without_a_judgement_says_why(self):
        """The reason stands beside the verdict."""
        told = text(replace(result("unreachable"), reason="connection refused"))

        assert told.splitlines()[-1].endswith("(connection refused)")

    def test_a_run_that_was_stopped_has_one_reason(self):
        """Where nobody listens, what each rule would have needed is of no interest."""
        told = text(judged("unreachable", "connection refused", others="not-exercised"))

        assert "not exercised" not in told
        assert "it needs" not in told
        assert told.count("connection refused") == 1

    def test_dropped_listings_are_told(self):
        """What was left out for the sake of calls is no secret."""
        assert "left out to save calls: time keys" in text(replace(result(), dropped=("time keys",)))

    @pytest.mark.parametrize("hostile", ["\x1b[2J", "\r", "\n", "\u202e", "\x00", "\u2028", "\x9b"])
    def test_control_characters_are_escaped(self, hostile):
        """What a target said cannot move the cursor, make up a line, or turn the text around."""
        violation = replace(BROKEN, message=f"a{hostile}b", actual=f"c{hostile}d", reproduce=f"e{hostile}f")
        honest = text(result("violates", sort__time_ascending=failed(replace(BROKEN, reproduce="e"))))
        told = text(result("violates", sort__time_ascending=failed(violation)))

        assert hostile not in told.replace("\n", "")
        assert "a\\" in told and "c\\" in told
        assert abs(told.count("\n") - honest.count("\n")) <= 1, "only a reproduction has lines of its own"

    def test_colour_only_adds_escapes(self):
        """With and without colour the words are the same."""
        it = result("violates", sort__time_ascending=failed())

        assert "\x1b[31m" in text(it, colour=True)
        assert "\x1b" not in text(it)
        assert click.unstyle(text(it, colour=True)) == text(it)

    def test_rules_of_another_version_are_told_too(self):
        """A saved result may know a rule that this version does not."""
        it = result("violates")
        unissued = RuleResult(
            "sort.later", "must", "documented", "https://example.com", "failed", 1, violations=(BROKEN,)
        )

        assert "FAILED  sort.later\n  * two services" in text(replace(it, rules=(*it.rules, unissued)))
