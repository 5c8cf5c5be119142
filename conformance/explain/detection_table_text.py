"""The detection table as text for a terminal, as the page of the documentation, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ...errors import counted
from ...options.terminal import PLAIN, Layout
from .detection_table import Detection

__all__ = ["FORMATS", "as_json", "as_markdown", "as_text", "rows"]

_HEAD = """\
# The detection table

This page is for contributors, and for those who want to know what the judge notices: it lists every fault that the embedded emulator can have, and the rules that
`awscontract check` finds broken there, in the order in which they are shown.

The first one explains the fault; the rule that must catch it is in bold where there are others. `awscontract faults
--format markdown` writes this table for an operation, and `awscontract serve --fault ID` shows a fault to any client.
"""

_DEEP = """\
## Faults that only some sizes of a page show

The fixed survey does not request these sizes; `awscontract check --explore N` does.

| fault | what the service does | rule that must catch it |
|---|---|---|
"""


def as_text(found: Sequence[Detection], idle: Sequence[str], layout: Layout = PLAIN) -> str:
    """A line a fault, with the rules that caught it; those that got away are marked."""
    rows = [(f"{_mark(each)} {each.fault.id}", ", ".join(each.caught) or "not caught") for each in found]
    lines = [layout.paint(each, "missed") if each.startswith("!") else each for each in layout.table(rows, indent=0)]
    missed = [f"{each.fault.id}: {each.fault.rule} did not catch it" for each in found if not each.declared]
    ends = [*missed, *(f"{each}: no fault breaks this rule" for each in idle), *_figures(found)]
    return "\n".join([*lines, "", *(line for each in ends for line in layout.wrap(each, first=""))]) + "\n"


def _mark(found: Detection) -> str:
    return " " if found.declared else "!"


def rows(found: Sequence[Detection]) -> list[str]:
    """The rows of the page's table, one a fault."""
    return [f"| `{each.fault.id}` | {each.fault.statement} | {_rules(each)} |" for each in found]


def as_markdown(found: Sequence[Detection], idle: Sequence[str]) -> str:
    """The page of the documentation."""
    parts = [_HEAD, *(f"{line}\n" for line in _figures(found))]
    families = dict.fromkeys(each.fault.rule.partition(".")[0] for each in found)
    for family in families:
        table = "\n".join(rows([each for each in found if each.fault.rule.startswith(f"{family}.")]))
        parts.append(
            f"## {family}\n\n| fault | what the service does | rules that caught it |\n|---|---|---|\n{table}\n"
        )
    deep = [each.fault for each in found if each.fault.deep]
    if deep:
        parts.append(_DEEP + "".join(f"| `{each.id}` | {each.statement} | {each.rule} |\n" for each in deep))
    if idle:
        parts.append("Rules that no fault breaks: " + ", ".join(idle) + ".\n")
    return "\n".join(parts)


def as_json(found: Sequence[Detection], idle: Sequence[str]) -> str:
    """Everything, for programs."""
    faults = [
        {
            "id": each.fault.id,
            "statement": each.fault.statement,
            "rule": each.fault.rule,
            "notes": each.fault.notes,
            "deep": each.fault.deep,
            "detected": each.declared,
            "caught": list(each.caught),
            "suppressed": list(each.suppressed),
        }
        for each in found
    ]
    return json.dumps({"faults": faults, "unseen": list(idle)}, indent=1, ensure_ascii=False) + "\n"


def _rules(found: Detection) -> str:
    if found.caught == (found.fault.rule,):
        return found.fault.rule
    return ", ".join(f"**{each}**" if each == found.fault.rule else each for each in found.caught) or "none"


def _figures(found: Sequence[Detection]) -> list[str]:
    sizes = Counter(len(each.caught) for each in found)
    first, *others = sorted(sizes) or [0]
    spread = ", ".join(
        [
            f"{sizes[first]} broke {counted(first, 'rule')}",
            *(f"{sizes[size]} broke {size}" for size in others),
        ]
    )
    caught = f"{sum(each.declared for each in found)} of {len(found)}"
    if len(found) == 1:
        return [f"{caught} fault was caught by its declared rule: {spread}."]
    return [f"{caught} faults were caught by their declared rule: {spread}."]


FORMATS: Mapping[str, Callable[[Sequence[Detection], Sequence[str]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
