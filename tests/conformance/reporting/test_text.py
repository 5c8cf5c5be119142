"""The text of results: what somebody in a hurry reads."""

from dataclasses import replace

import click
import pytest

from awscontract.conformance.reporting.text import Style, text
from awscontract.conformance.results.result import KnownProblem, RuleResult, SetupResult

from results_kit import RULES, USERS, broken, judged

VERBOSE = Style(verbose=True)
SORT = "sort.time-ascending"
COMPLETE = "pagination.complete"


class TestOneOperation:
    def test_last_line_has_both_figures(self):
        """The verdict never stands without how many rules were exercised."""
        lines = text(judged(**{"pagination.no-repeats": "not-exercised"})).splitlines()

        assert lines[-1] == f"conforms: {len(RULES) - 1} of {len(RULES)} rules exercised, 0 broken"

    def test_every_rule_is_there_on_request(self):
        """With -v a rule is in the text whatever became of it."""
        outcomes = ("failed", "warned", "noted", "known", "indeterminate", "not-exercised")
        found = text(judged("violates", **dict(zip(RULES, outcomes, strict=False))), VERBOSE)

        assert [each for each in RULES if each not in found and each.partition(".")[2] not in found] == []

    def test_counts_instead_of_lists(self):
        """What is not broken is a line of counts."""
        found = judged(**{COMPLETE: "failed"}, others="not-exercised")
        lines = text(found).splitlines()

        assert f"{len(RULES) - 1} not exercised; -v shows why" in lines
        assert len(lines) < 25
        assert "it needs a listing of two pages" not in text(found)
        assert "it needs a listing of two pages" in text(found, VERBOSE)

    def test_failures_come_first_and_whole(self):
        """A broken rule comes before all else, with what was expected, what came, why and how to reproduce it."""
        found = text(judged("violates", **{"protocol.content-type": "warned", SORT: "failed"}))

        assert found.index(f"FAILED  {SORT}") < found.index("WARNED  protocol.content-type")
        block = found.split("\n\n")[1].splitlines()
        assert [line.split()[0] for line in block if line.startswith("    ")] == [
            "at", "expected", "actual", "reproduce", "curl", "#",
        ]  # fmt: skip
        assert block[-1].startswith("  source     must, documented: https://")

    def test_one_reproduction_for_findings_of_the_same_requests(self):
        """The second finding refers to the first."""
        found = text(judged(**{SORT: "failed", COMPLETE: "failed"}))

        assert found.count("curl -d") == 1
        assert f"    reproduce  as for {COMPLETE}\n" in found

    def test_reproductions_that_begin_alike(self):
        """Of the second one only its end is shown."""
        result = broken(judged(**{SORT: "failed", COMPLETE: "failed"}), COMPLETE, reproduce="a\nb\nc\nd\ne")
        found = text(broken(result, SORT, reproduce="a\nb\nc\nd\nf\ng"))

        assert f"    reproduce  as for {COMPLETE}, ending with\n      f\n      g\n" in found

    def test_a_reproduction_that_is_the_beginning_of_another(self):
        """Only where it ends is shown."""
        result = broken(judged(**{SORT: "failed", COMPLETE: "failed"}), COMPLETE, reproduce="a\nb\nc\nd\ne")
        found = text(broken(result, SORT, reproduce="a\nb\nc\nd"))

        assert f"    reproduce  as for {COMPLETE}, up to\n      d\n  source" in found

    def test_a_statement_is_shown_whole(self):
        """Where calls on several lines, or loops, differ in one of their lines, they are shown from their beginning."""
        first = "a\nb\nc\nfor _ in x:\n    get(\n        M=1,\n        L=2,\n    )"
        result = broken(judged(**{SORT: "failed", COMPLETE: "failed"}), COMPLETE, reproduce=first)
        other = text(broken(result, SORT, reproduce=first.replace("L=2", "L=3")))
        shorter = text(broken(result, SORT, reproduce="a\nb\nc\nfor _ in x:\n    get("))

        loop = "      for _ in x:\n          get(\n              M=1,\n              L=3,\n          )\n"
        assert f"    reproduce  as for {COMPLETE}, ending with\n{loop}" in other
        assert f"    reproduce  as for {COMPLETE}, up to\n      for _ in x:\n          get(\n" in shorter

    def test_the_shortest_way(self):
        """Of several ways to reproduce a finding the shortest is shown, with -v all of them."""
        result = broken(judged(**{SORT: "failed"}), SORT, reproduce="curl 1\ncurl 2\n\n# or in Python\nimport boto3")

        assert "      import boto3\n" in text(result) and "curl" not in text(result)
        assert "      curl 2\n\n      # or in Python\n      import boto3\n" in text(result, VERBOSE)

    def test_where_to_find_lines_that_are_not_shown(self):
        """The lines for bash refer to those in Python, which are not beside them here."""
        lines = "# create the items first, as the lines in Python do\ncurl 1\n\n# or in Python\na\nb\nc\nd"
        result = broken(judged(**{SORT: "failed"}), SORT, reproduce=lines)

        assert "      # create the items first (-v shows how)\n      curl 1\n" in text(result)
        assert "as the lines in Python do" in text(result, VERBOSE)

    def test_exchanges_are_for_who_has_the_trace(self):
        """Their numbers are shown on request."""
        result = judged(**{SORT: "failed"})

        assert "exchanges  0, 1" in text(result, VERBOSE)
        assert "exchanges" not in text(result)

    def test_no_counts_where_nothing_was_judged(self):
        """The reason is there once, and no number of rules beside it."""
        found = text(judged("unreachable", "the port is closed", others="not-exercised"))

        assert found.count("the port is closed") == 1
        assert "-v" not in found

    def test_a_long_reproduction_is_cut(self):
        """The whole of it is in the saved result."""
        found = text(broken(judged(**{SORT: "failed"}), SORT, reproduce="line\n" * 500))

        assert found.count("      line\n") == 90
        assert "… (410 more lines in the saved result)" in found

    def test_many_violations_are_counted(self):
        """One rule broken a hundred times does not push the others off the screen."""
        result = judged(**{SORT: "failed"})
        rules = [replace(each, violations=each.violations * 100) for each in result.rules]
        found = text(replace(result, rules=tuple(replace(each, reason="100 violations in all") for each in rules)))

        assert found.count("  * it is broken") == 1
        assert found.count("expected") == 1
        assert "\n  (100 violations in all)\n" in found

    def test_not_exercised_is_grouped_by_reason(self):
        """A reason that many rules share is there once."""
        found = text(judged(**{SORT: "not-exercised", "sort.time-descending": "not-exercised"}), VERBOSE)

        assert f"not exercised (2):\n  {SORT}, sort.time-descending: it needs a listing of two pages\n" in found

    def test_what_a_failure_suppresses(self):
        """The rule that explains others says how many, and they name it."""
        result = judged(**{SORT: "indeterminate", COMPLETE: "failed"})
        rules = [replace(each, because=COMPLETE, reason=None) if each.id == SORT else each for each in result.rules]
        found = replace(result, rules=tuple(rules))

        assert "  explains   1 other rule that could not be judged because of it\n" in text(found)
        assert f"  {SORT}: suppressed by {COMPLETE}\n" in text(found, VERBOSE)

    @pytest.mark.parametrize("width", [60, 80, 200])
    def test_the_terminal_s_width(self, width):
        """Only words that are longer than the terminal go beyond it."""
        result = broken(judged(**{SORT: "failed"}, others="not-exercised"), SORT, message="word " * 40, reproduce=None)
        words = {"https", "awscontract"}
        long = [
            line
            for line in text(result, Style(width=width, verbose=True)).splitlines()
            if len(line) > width and len(line.split()) > 1 and not any(each in line for each in words)
        ]

        assert long == []

    @pytest.mark.parametrize("hostile", ["\x1b[2J", "\n", "\r", "\u202e", "\x00", "\x9b"])
    def test_what_a_target_sent_has_no_power(self, hostile):
        """Control characters and direction marks are escaped; only a reproduction has lines of its own."""
        plain = broken(judged(**{SORT: "failed"}), SORT, message="ab", actual="cd", reproduce="e")
        result = broken(plain, SORT, message=f"a{hostile}b", actual=f"c{hostile}d")
        found = text(result)

        assert hostile not in found.replace("\n", "")
        assert "a\\" in found and "c\\" in found
        assert found.count("\n") == text(plain).count("\n")

    def test_long_values_are_cut(self):
        """A value of megabytes is shown by its beginning and its size."""
        found = text(broken(judged(**{SORT: "failed"}), SORT, message="m" * 9_000_000, actual="a" * 9_000_000))

        assert len(found) < 4000
        assert found.count("(9,000,000 characters)") == 2

    def test_colour_only_adds_escapes(self):
        """With and without colour the words are the same."""
        result = judged(**{SORT: "failed"})

        assert "\x1b[31m" in text(result, Style(colour=True))
        assert "\x1b" not in text(result)
        assert click.unstyle(text(result, Style(colour=True))) == text(result)

    def test_rules_of_another_version(self):
        """A saved result may have a rule that this version does not have."""
        result = judged("violates")
        other = RuleResult("sort.later", "must", "documented", "https://example.com", "failed", 1)

        assert "FAILED  sort.later\n" in text(replace(result, rules=(*result.rules, other)))

    def test_quiet(self):
        """One line."""
        assert text(judged(**{SORT: "failed"}), Style(quiet=True)).count("\n") == 1

    def test_what_else_a_run_did(self):
        """What was created and left, what was left out, what cut it short, what is known and stale."""
        result = replace(
            judged(operation=USERS, **{COMPLETE: "known"}),
            setup=SetupResult(7, 6, ("awscontract-1-x-06",)),
            dropped=("limits",),
            cut_short="interrupted by SIGTERM",
            known_problems=(KnownProblem("pagination.ends", "stale", "pagination.ends passes now"),),
        )
        found = text(result)

        assert "setup: 7 items created, 6 deleted\nleft behind: awscontract-1-x-06\n" in found
        assert "left out: limits\n" in found
        assert "STALE  pagination.ends passes now\n" in found
        assert f"known  {COMPLETE}: it is broken" in found
        assert found.endswith(", 1 known (cut short: interrupted by SIGTERM)\n")
