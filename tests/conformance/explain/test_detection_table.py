"""The judge sees every fault and leaves every variant alone."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from awscontract.cli.main import main
from awscontract.conformance.explain.detection_table import examine, judged, kills, unseen
from awscontract.conformance.explain.detection_table_text import as_markdown
from awscontract.emulator import faults
from awscontract.emulator.faults import FAULTS, Fault
from awscontract.emulator.variants import VARIANTS, Variant, combined, compatible
from awscontract.spec import rule

PAGE = Path(__file__).parents[2] / "docs" / "detection-table.md"

HARMLESS = Fault("does-nothing-wrong", "pagination.complete", "the valid emulator")


def _rows() -> Iterator[tuple[Fault, list[str]]]:
    """The faults of the published page with the rules that caught them, as shown."""
    for name, caught in re.findall(
        r"^\| `([^`]+)` \|[^|]*\| ([^|]*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    ):
        if not FAULTS[name].deep:
            yield FAULTS[name], [each.strip("*") for each in caught.split(", ")]


def _pairs(seed: int, number: int) -> list[Variant]:
    pairs = [each for each in combinations(VARIANTS.values(), 2) if compatible(*each)]
    return [combined(each) for each in random.Random(seed).sample(pairs, number)]


def _all_at_once(seed: int) -> Variant:
    """As many variants as go together, whichever come first."""
    drawn = random.Random(seed).sample(list(VARIANTS.values()), len(VARIANTS))
    chosen: list[Variant] = []
    for each in drawn:
        if each.id not in ("job-fails", "empty-report") and all(compatible(each, other) for other in chosen):
            chosen.append(each)
    return combined(chosen)


CASES = [*VARIANTS.values(), *_pairs(0, 16)]


@pytest.mark.parametrize("variant", CASES, ids=[each.id for each in CASES])
def test_a_freedom_conforms_without_a_warning(variant: Variant) -> None:
    """What the documents allow is neither a failure nor a warning, nor something that cannot be judged."""
    _conforms(variant)


@pytest.mark.parametrize("seed", range(3))
def test_all_freedoms_at_once_conform(seed: int) -> None:
    """So does a service that takes every liberty that goes with the others."""
    _conforms(_all_at_once(seed))


def _conforms(variant: Variant) -> None:
    result = judged(variant.behaviour, variant.stages)
    wrong = {
        each.id: each.violations[:1] or each.reason
        for each in result.rules
        if each.outcome in ("failed", "warned", "indeterminate")
    }
    assert (result.verdict, wrong) == ("conforms", {})


def test_the_page_is_what_the_judge_finds() -> None:
    """Every fault is caught by the rule that must, every rule catches one, and the published page says so."""
    found = kills()
    assert [each.fault.id for each in found if not each.declared] == []
    assert unseen(found) == []
    assert as_markdown(found, []) == PAGE.read_text(encoding="utf-8"), (
        "write it anew: awscontract faults --format markdown > docs/detection-table.md"
    )


def test_half_of_the_faults_set_off_one_rule_and_none_more_than_six() -> None:
    """A finding names its cause: a fault is not a shower of failures."""
    sizes = Counter(len(caught) for _, caught in _rows())
    assert sizes[1] * 2 >= sizes.total() >= 100
    assert max(sizes) <= 6


def test_the_first_rule_shown_is_the_one_that_explains_the_fault() -> None:
    """Whoever reads the first finding alone knows what is wrong."""
    assert {fault.id: caught[0] for fault, caught in _rows() if caught[0] != fault.explained} == {}


def test_a_must_is_only_ever_explained_by_a_must() -> None:
    """A rule that binds is not left undecided because of one that binds less."""
    rank = {"may": 0, "should": 1, "must": 2}
    result = judged(FAULTS["sorted-within-pages"].behaviour, FAULTS["sorted-within-pages"].stages)
    spared = [each for each in result.rules if each.because]
    assert spared
    assert all(rank[rule(str(each.because)).level] >= rank[each.level] for each in spared)


@pytest.mark.parametrize("fault", [each for each in FAULTS.values() if each.deep], ids=lambda each: each.id)
def test_a_deep_fault_gets_past_the_survey_and_not_past_exploring(fault: Fault) -> None:
    """What only some sizes show needs sizes to be drawn."""
    assert examine(fault).caught == ()
    assert examine(fault, explore=25).declared


def test_the_same_run_finds_the_same() -> None:
    """Nothing about a fault is left to chance, several at a time or one by one."""
    some = [
        FAULTS[each] for each in random.Random(0).sample(sorted(name for name in FAULTS if not FAULTS[name].deep), 8)
    ]
    assert kills(some, processes=2) == kills(some, processes=1)


def test_a_fault_that_nobody_catches_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status is 1, and the fault is named with the rule that let it pass."""
    monkeypatch.setattr(faults, "FAULTS", {HARMLESS.id: HARMLESS})
    assert main(["faults", HARMLESS.id], standalone_mode=False) == 1
    assert f"{HARMLESS.id}: {HARMLESS.rule} did not catch it" in capsys.readouterr().out


def test_a_rule_that_catches_nothing_fails_the_whole_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judging all faults promises that every rule is set off by one."""
    one = FAULTS["booleans-capitalized"]
    monkeypatch.setattr(faults, "FAULTS", {one.id: one})
    monkeypatch.setattr("awscontract.conformance.explain.detection_table.FAULTS", {one.id: one})
    assert main(["faults"], standalone_mode=False) == 1
    assert "pagination.complete: no fault set it off" in capsys.readouterr().out


def test_the_command_tells_the_same_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    """Text, markdown and JSON name the fault and what caught it."""
    for form in ("text", "markdown", "json"):
        assert main(["faults", "counts-as-floats", "--format", form], standalone_mode=False) == 0
        out = capsys.readouterr().out
        assert "counts-as-floats" in out
        assert "protocol.integer-format" in out
    assert json.loads(out)["faults"][0] == {
        "id": "counts-as-floats",
        "statement": FAULTS["counts-as-floats"].statement,
        "rule": "protocol.integer-format",
        "notes": False,
        "deep": False,
        "killed": True,
        "caught": ["protocol.integer-format"],
        "because": [],
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["faults", "bolleans-capitalized"], "did you mean booleans-capitalized?"),
        (["faults", "page-of-13-loses-one"], "say --explore N"),
        (["serve", "--fault", "no-such"], "unknown fault"),
        (["serve", "--variant", "short-page"], "did you mean short-pages?"),
        (["serve", "--variant", "short-pages", "--fault", "counts-as-floats"], "one or the other"),
        (["serve", "--variant", "report-of-one", "--variant", "report-of-two"], "turn the same dial"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 2 and the line says what to do."""
    assert main(arguments, standalone_mode=False) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


def test_a_rule_noted_of_the_lawful_emulator_is_no_news_of_a_fault() -> None:
    """Only what the fault changes counts; the very rule that a case is for counts always."""
    assert examine(HARMLESS).caught == ()
    noted = replace(HARMLESS, rule="sort.never-accessed-position")
    assert examine(noted).caught == (noted.rule,)
