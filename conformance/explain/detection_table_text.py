"""The detection table as text for a terminal, as the page of the documentation, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from ...emulator.faults import FAULTS
from .detection_table import Kill

__all__ = ["FORMATS", "as_json", "as_markdown", "as_text", "rows"]

_HEAD = """\
# The detection table

Every fault that the embedded emulator can be told to have, and the rules that `awscontract check` sets off for it, in the
order in which they are shown. The first one is what explains the fault; the one that must catch it is in bold, where others
stand with it. `awscontract faults --format markdown` writes this page, and a test compares the two. `awscontract serve
--fault ID` shows a fault to any client.
"""

_DEEP = """\
## Faults that only some sizes of a page show

The fixed survey does not ask for these sizes; `awscontract check --explore N` does.

| fault | what the service does | rule that must catch it |
|---|---|---|
"""


def as_text(found: Sequence[Kill], idle: Sequence[str]) -> str:
    """A line a fault; those that got away are marked."""
    width = max((len(each.fault.id) for each in found), default=0)
    lines = [
        f"{' ' if each.declared else '!'} {each.fault.id:<{width}}  {', '.join(each.caught) or 'nothing'}"
        for each in found
    ]
    missed = [f"{each.fault.id}: {each.fault.rule} did not catch it" for each in found if not each.declared]
    return "\n".join([*lines, "", *missed, *(f"{each}: no fault set it off" for each in idle), *_figures(found)]) + "\n"


def rows(found: Sequence[Kill]) -> list[str]:
    """The rows of the page's table, one a fault."""
    return [f"| `{each.fault.id}` | {each.fault.statement} | {_rules(each)} |" for each in found]


def as_markdown(found: Sequence[Kill], idle: Sequence[str]) -> str:
    """The page of the documentation."""
    parts = [_HEAD, *(f"{line}\n" for line in _figures(found))]
    for family, members in groupby(found, key=lambda each: each.fault.rule.partition(".")[0]):
        table = "\n".join(rows(list(members)))
        parts.append(
            f"## {family}\n\n| fault | what the service does | rules that caught it |\n|---|---|---|\n{table}\n"
        )
    judged = {each.fault.id for each in found}
    deep = [each for each in FAULTS.values() if each.deep and each.id not in judged]
    if deep:
        parts.append(_DEEP + "".join(f"| `{each.id}` | {each.statement} | {each.rule} |\n" for each in deep))
    if idle:
        parts.append("Rules that no fault set off: " + ", ".join(idle) + ".\n")
    return "\n".join(parts)


def as_json(found: Sequence[Kill], idle: Sequence[str]) -> str:
    """Everything, for programs."""
    faults = [
        {
            "id": each.fault.id,
            "statement": each.fault.statement,
            "rule": each.fault.rule,
            "notes": each.fault.notes,
            "deep": each.fault.deep,
            "killed": each.declared,
            "caught": list(each.caught),
            "because": list(each.spared),
        }
        for each in found
    ]
    return json.dumps({"faults": faults, "unseen": list(idle)}, indent=1, ensure_ascii=False) + "\n"


def _rules(kill: Kill) -> str:
    if kill.caught == (kill.fault.rule,):
        return kill.fault.rule
    return ", ".join(f"**{each}**" if each == kill.fault.rule else each for each in kill.caught) or "none"


def _figures(found: Sequence[Kill]) -> list[str]:
    sizes = Counter(len(each.caught) for each in found)
    spread = ", ".join(f"{sizes[size]} set off {size}" for size in sorted(sizes))
    return [
        f"{sum(each.declared for each in found)} of {len(found)} faults were caught by the rule that must: {spread}."
    ]


FORMATS: Mapping[str, Callable[[Sequence[Kill], Sequence[str]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
