"""The text of the results of several operations."""

import re
from dataclasses import replace

import pytest

from awscontract.conformance.reporting.several import operation_line, text_of_several
from awscontract.conformance.reporting.text import Style
from awscontract.conformance.results.result import KnownProblem, SetupResult

from results_kit import USERS, broken, judged, several

COMPLETE = "pagination.complete"
ROLES, GROUPS = "iam:ListRoles", "iam:ListGroups"
FOUND = several(
    judged(),
    judged(operation=USERS, **{COMPLETE: "failed", "protocol.content-type": "warned"}),
    judged(operation=GROUPS, **{COMPLETE: "failed"}),
    judged("not-implemented", "the target says so", operation=ROLES, others="not-exercised"),
)


def test_a_line_for_each():
    """Verdict, rules exercised, rules broken, first finding; at the end the totals."""
    lines = text_of_several(FOUND).splitlines()

    assert [line.split()[:2] for line in lines[3:7]] == [
        ["iam:GetOrganizationsAccessReport", "conforms"],
        [USERS, "violates"],
        [GROUPS, "violates"],
        [ROLES, "not-implemented"],
    ]
    assert lines[4].endswith(f" 41 of 41 rules exercised,  1 broken  {COMPLETE}: it is broken")
    assert lines[-1].startswith("4 operations: 1 conforms, 2 violate, 1 could not be judged; ")


def test_findings_by_rule():
    """A rule that several operations break is there once, with each operation's finding and one reproduction."""
    text = text_of_several(FOUND)

    assert f"FAILED  {COMPLETE} (2 operations)\n" in text
    assert f"  * {USERS}: it is broken\n  * {GROUPS}: it is broken\n" in text
    assert "WARNED  protocol.content-type (1 operation)\n" in text
    assert text.count("curl -d") == 1
    assert f"could not be judged (1):\n  {ROLES}: not-implemented: the target says so\n" in text


def test_many_operations():
    """The first ones with what happened, the others by their names."""
    results = [judged(operation=USERS, **{COMPLETE: "failed"})] * 20
    text = text_of_several(several(*results))

    assert text.count("it is broken") == 20 + 8
    assert f"    also {USERS}, {USERS}" in text


def test_conforms_never_stands_alone():
    """Wherever the verdict is, its coverage is on the same line."""
    for line in text_of_several(FOUND).splitlines():
        assert "conforms" not in line or re.search(r"\d of \d+ rules exercised", line)


def test_verbose():
    """By operation, with reasons."""
    text = text_of_several(FOUND, Style(verbose=True))

    assert f"── {USERS}\nFAILED  {COMPLETE}\n" in text
    assert f"── {ROLES}\n  not-implemented: the target says so\n" in text
    assert "it needs a listing of two pages" in text


def test_quiet():
    """The lines and the totals."""
    assert len([each for each in text_of_several(FOUND, Style(quiet=True)).splitlines() if each]) == 5


def test_what_else_fails_or_stays():
    """Known divergences that fail the run, and what could not be deleted, by operation."""
    result = replace(
        judged(operation=USERS),
        known_problems=(KnownProblem(COMPLETE, "stale", f"{COMPLETE} passes now"),),
        setup=SetupResult(7, 6, ("awscontract-1-x-06",)),
    )

    text = text_of_several(several(result, judged()))

    assert (
        f"STALE  {USERS}: {COMPLETE} passes now\nleft behind by {USERS}: 1 item, such as awscontract-1-x-06\n" in text
    )


@pytest.mark.parametrize("width", [60, 80, 110, 140])
def test_lines_fit_a_terminal(width):
    """A long first finding is cut at a terminal's edge, and nowhere else."""
    result = broken(FOUND.results[1], COMPLETE, message="word " * 30)

    assert len(operation_line(result, Style(width=width), len(USERS))) <= width
    assert len(operation_line(result, Style(), len(USERS))) > 150
