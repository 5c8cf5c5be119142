"""The judge sees every fault and leaves every variant alone."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from awscontract.cli.main import main
from awscontract.conformance.explain import detection_table
from awscontract.conformance.explain.detection_table import Detection, detections, examine, judged, unseen
from awscontract.conformance.explain.detection_table_text import rows
from awscontract.emulator import Behaviour
from awscontract.emulator.faults import Fault, faults_for
from awscontract.emulator.variants import Variant, combined, compatible, variants_for
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load
from profiles import NIGHTLY

from detection_page import DEFAULT, FAULTS_OF_OTHERS, OTHERS, page, row

TEXT = (Path(__file__).parents[3] / "docs" / "detection-table.md").read_text(encoding="utf-8")
OF_OTHERS = "\n## Faults of other operations\n"
WRITE_ANEW = "write it anew: python -P tests/detection_page.py > docs/detection-table.md"

CONTRACT = load(DEFAULT)
#: Whose surveys are short.
LIST = "sqs:ListQueues"
FAULTS = faults_for(CONTRACT)
HARMLESS = Fault("does-nothing-wrong", "pagination.complete", "the valid emulator")


def _pairs(contract: Contract, seed: int, number: int) -> list[Variant]:
    pairs = [each for each in combinations(variants_for(contract).values(), 2) if compatible(*each)]
    return [combined(each) for each in random.Random(seed).sample(pairs, min(number, len(pairs)))]


def _all_at_once(contract: Contract, seed: int) -> Variant:
    """As many variants as go together, whichever come first."""
    known = list(variants_for(contract).values())
    chosen: list[Variant] = []
    for each in random.Random(seed).sample(known, len(known)):
        if each.id not in ("job-fails", "empty-report", "empty-list") and all(
            compatible(each, other) for other in chosen
        ):
            chosen.append(each)
    return combined(chosen)


def _threes(contract: Contract) -> list[Variant]:
    """All variants, up to three that go together in one service."""
    found: list[list[Variant]] = []
    for each in variants_for(contract).values():
        for some in found:
            if len(some) < 3 and all(compatible(each, other) for other in some):
                some.append(each)
                break
        else:
            found.append([each])
    return [combined(some) if len(some) > 1 else some[0] for some in found]


#: Every variant is in one of them; nightly each is judged by itself too.
CASES = [*_threes(CONTRACT), *_pairs(CONTRACT, 0, 4)]
#: Each variant of another operation once, each time at another operation that has it.
VARIANTS_OF_OTHERS = {
    each.id: (name, each)
    for name in OTHERS
    for each in variants_for(load(name)).values()
    if each.id not in variants_for(CONTRACT)
}


@pytest.mark.parametrize("variant", CASES, ids=[each.id for each in CASES])
def test_a_variant_conforms_without_a_warning(variant: Variant) -> None:
    """What the documents allow is neither a failure nor a warning, nor something that cannot be judged."""
    _conforms(variant, CONTRACT)


@pytest.mark.parametrize(("name", "variant"), VARIANTS_OF_OTHERS.values(), ids=VARIANTS_OF_OTHERS)
def test_a_variant_of_another_operation_conforms(name: str, variant: Variant) -> None:
    _conforms(variant, load(name))


@pytest.mark.parametrize("name", [CONTRACT.id, *OTHERS])
def test_all_variants_at_once_conform(name: str) -> None:
    """So does a service that varies in everything that goes together."""
    _conforms(_all_at_once(load(name), 0), load(name))


@pytest.mark.nightly
@pytest.mark.parametrize("name", [CONTRACT.id, *OTHERS])
def test_every_variant_of_every_operation(name: str) -> None:
    contract = load(name)
    for each in [*variants_for(contract).values(), *_pairs(contract, 1, 30)]:
        _conforms(each, contract)


#: The page is made of whole reports. In every run they are smaller: most faults show in a few services already, the others in more
#: services than a page has by default.
FEW, SMALL = 12, 104


def _smaller(behaviour: Behaviour, services: int = SMALL) -> Behaviour:
    return behaviour if NIGHTLY or behaviour.services != Behaviour().services else replace(behaviour, services=services)


def _conforms(variant: Variant, contract: Contract) -> None:
    result = judged(_smaller(variant.behaviour), variant.stages, contract)
    wrong = {
        each.id: each.violations[:1] or each.reason
        for each in result.rules
        if each.outcome in ("failed", "warned", "indeterminate")
    }
    assert (variant.id, wrong) == (variant.id, {})
    assert result.verdict == "conforms" or "nothing in it" in (result.reason or "")


#: Shown by the number of services that a whole report has.
WHOLE = {"end-compared-as-text"}
#: Of each rule the first fault that it has to catch, and every sixth of the others; all of them nightly.
FIRSTS = {each.rule: each.id for each in reversed(FAULTS.values())}.values()
SOME = [
    pytest.param(each, id=each.id, marks=() if each.id in FIRSTS or place % 6 == 0 else pytest.mark.nightly)
    for place, each in enumerate(each for each in FAULTS.values() if not each.deep)
]


def _examined(fault: Fault, contract: Contract, services: int = SMALL) -> Detection:
    behaviour = fault.behaviour if fault.id in WHOLE else _smaller(fault.behaviour, services)
    return replace(examine(replace(fault, behaviour=behaviour), contract), fault=fault)


def _found(fault: Fault, contract: Contract, shown: Callable[[Detection], bool]) -> Detection:
    """What is found in few services, or in more where that is not what is to be shown."""
    few = _examined(fault, contract, FEW)
    return few if shown(few) else _examined(fault, contract)


@pytest.mark.parametrize("fault", SOME)
def test_a_fault_is_caught_by_its_rule(fault: Fault) -> None:
    """And by the others that the page has, in that order."""
    found = _found(fault, CONTRACT, lambda each: rows([each])[0] in TEXT.splitlines())
    assert found.declared, found.caught
    assert rows([found])[0] in TEXT.splitlines(), WRITE_ANEW


#: Every other one in every run, all of them nightly.
SOME_OF_OTHERS = [
    pytest.param(name, fault, id=fault.id, marks=pytest.mark.nightly if place % 2 else ())
    for place, (name, fault) in enumerate(FAULTS_OF_OTHERS.values())
]


@pytest.mark.parametrize(("name", "fault"), SOME_OF_OTHERS)
def test_a_fault_of_another_operation(name: str, fault: Fault) -> None:
    """Faults that only the siblings or lists have are caught by their rules, as the page says."""
    found = _found(fault, load(name), lambda each: row(name, each) in TEXT)
    assert found.declared, found.caught
    assert row(name, found) in TEXT, WRITE_ANEW


@cache
def _listed() -> Sequence[Detection]:
    """What the page says of the faults of the default operation, whose lines the tests above have found to be true."""
    table = TEXT.partition(OF_OTHERS)[0]
    found = re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", table, re.MULTILINE)
    return [Detection(FAULTS[name], tuple(rules.replace("*", "").split(", "))) for name, rules in found]


def test_every_fault_is_on_the_page() -> None:
    """Those of the default operation, those tested above, and no others."""
    text, _, others = TEXT.partition(OF_OTHERS)
    assert page(_listed(), []) == text + OF_OTHERS + others[: others.index("| `")], WRITE_ANEW
    assert {each.fault.id for each in _listed()} == {name for name, each in FAULTS.items() if not each.deep}
    assert re.findall(r"^\| `([\w-]+)` \|", others, re.MULTILINE) == [*FAULTS_OF_OTHERS], WRITE_ANEW


def test_every_rule_catches_a_fault() -> None:
    """And every fault is caught by the rule that is declared for it."""
    assert unseen(_listed(), CONTRACT) == []
    assert [each.fault.id for each in _listed() if not each.declared] == []


def test_a_finding_names_its_cause() -> None:
    """A fault is one finding nearly always, and never many; whoever reads the first finding alone knows what is wrong."""
    sizes = Counter(len(each.caught) for each in _listed())
    wrong = {each.fault.id: each.caught for each in _listed() if not each.explained}
    assert sizes[1] >= 0.8 * sizes.total()
    assert max(sizes) <= 5, [(each.fault.id, each.caught) for each in _listed() if len(each.caught) > 5]
    assert len(wrong) <= 0.05 * len(_listed()), wrong


@pytest.mark.parametrize("name", OTHERS)
def test_faults_of_every_kind_of_operation(name: str) -> None:
    """A fault is caught wherever it can be had: a few of each operation here, all of them every night."""
    known = sorted(each.id for each in faults_for(load(name)).values() if not each.deep)
    for each in random.Random(name).sample(known, 3):
        found = _found(faults_for(load(name))[each], load(name), lambda detection: detection.declared)
        assert found.declared, (each, found.fault.rule, found.caught)


@pytest.mark.nightly
@pytest.mark.parametrize("name", OTHERS)
def test_every_fault_of_every_kind_of_operation(name: str) -> None:
    found = detections(contract=load(name))
    assert [(each.fault.id, each.fault.rule, each.caught) for each in found if not each.declared] == []
    assert max(len(each.caught) for each in found) <= 5


def test_a_must_is_only_ever_explained_by_a_must() -> None:
    """A rule that binds is not left undecided because of one that binds less."""
    rank = {"may": 0, "should": 1, "must": 2}
    fault = FAULTS["sorted-within-pages"]
    result = judged(_smaller(fault.behaviour), fault.stages)
    levels = {each.id: each.level for each in result.rules}
    suppressed = [each for each in result.rules if each.because]
    assert suppressed
    assert all(rank[levels[str(each.because)]] >= rank[each.level] for each in suppressed)


@pytest.mark.nightly
@pytest.mark.parametrize("fault", [each for each in FAULTS.values() if each.deep], ids=lambda each: each.id)
def test_a_deep_fault_is_found_by_exploring_alone(fault: Fault) -> None:
    """What only some sizes show needs sizes to be tried. (In every run: `TestDeepFaults` of the survey's tests.)"""
    assert examine(fault, CONTRACT).caught == ()
    assert examine(fault, CONTRACT, explore=25).declared


def test_the_same_run_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing about a fault is left to chance, several at a time or one by one."""
    monkeypatch.setattr(detection_table, "_WORTH_A_PROCESS", 2)
    known = faults_for(load(LIST))
    some = [known[each] for each in random.Random(0).sample(sorted(name for name in known if not known[name].deep), 4)]
    assert detections(some, contract=load(LIST), processes=2) == detections(some, contract=load(LIST), processes=1)


def test_what_was_found_until_an_interruption() -> None:
    """Setting the event ends the run, its processes included, and what was found is returned."""
    import threading

    stop = threading.Event()
    found = detections(
        contract=load(LIST), processes=1, stop=stop, progress=lambda line: stop.set() if line.startswith("2 ") else None
    )
    assert len(found) == 2


def test_a_fault_that_nobody_catches_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status is 1, and the fault is named with the rule that let it pass."""
    monkeypatch.setattr("awscontract.emulator.faults.faults_for", lambda contract: {HARMLESS.id: HARMLESS})
    assert main(["faults", HARMLESS.id], standalone_mode=False) == 1
    assert f"{HARMLESS.id}: {HARMLESS.rule} did not catch it" in capsys.readouterr().out


def test_a_rule_that_catches_nothing_fails_the_whole_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judging all faults promises that every rule is set off by one."""
    one = FAULTS["booleans-capitalized"]
    monkeypatch.setattr(detection_table, "faults_for", lambda contract: {one.id: one})
    assert main(["faults"], standalone_mode=False) == 1
    assert "pagination.complete: no fault breaks this rule" in capsys.readouterr().out


def test_the_command_shows_the_same_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
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
        "detected": True,
        "caught": ["protocol.integer-format"],
        "suppressed": [],
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["faults", "bolleans-capitalized"], "did you mean booleans-capitalized?"),
        (["faults", "page-of-13-loses-one"], "give --explore N"),
        (["serve", "--fault", "no-such"], "unknown fault"),
        (["serve", "--variant", "short-page"], "did you mean short-pages?"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 2 and the line says what to do."""
    assert main(arguments, standalone_mode=False) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


def test_a_rule_noted_of_the_valid_emulator_is_no_news_of_a_fault() -> None:
    """Only what the fault changes counts; the very rule that a case is for counts always."""
    assert examine(HARMLESS, CONTRACT).caught == ()
    noted = replace(HARMLESS, rule="sort.never-accessed-position")
    assert examine(noted, CONTRACT).caught == (noted.rule,)
