"""What the site says that the package knows: a page a rule, and the scoreboard, made from results files.

mkdocs calls `on_files`. Nothing that it makes is checked in, so that nothing of it can be out of date.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from awscontract.conformance.explain.explain import BASES, LEVELS
from awscontract.conformance.reporting.html import render
from awscontract.conformance.reporting.load import load_matrix
from awscontract.emulator.faults import FAULTS
from awscontract.spec import Rule, rules

__all__ = ["on_files"]

RESULTS = Path(__file__).with_name("scoreboard")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages."""
    pages = {"rules/index.md": "\n".join(_index()), "scoreboard/matrix.html": _scoreboard()}
    pages |= {f"rules/{rule.id}.md": "\n".join(_page(rule)) for rule in rules()}
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


def _index() -> Iterator[str]:
    yield "# Rules\n"
    yield "What a service owes its callers, then what a client owes its users.\n"
    yield "| rule | level | basis | statement |\n|---|---|---|---|"
    for rule in rules():
        yield f"| [{rule.id}]({rule.id}.md) | {rule.level} | {rule.basis} | {rule.statement} |"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}\n\n{rule.statement}\n"
    yield f"* **{rule.level}**: {LEVELS[rule.level]}"
    yield f"* **{rule.basis}**: {BASES[rule.basis]}"
    yield f"* source: <{rule.source}>"
    if rule.member:
        yield f"* in the service model: `{rule.member}`"
    caught = [fault for fault in FAULTS.values() if fault.rule == rule.id]
    if caught:
        yield "\n## Faults that it catches\n"
        yield from (f"* `{fault.id}`: {fault.statement}" for fault in caught)
        yield f"\n`awscontract serve --fault {caught[0].id}` shows one to any client."
    yield f"\n`awscontract explain {rule.id}` tells the model's own words.\n\n[All rules](index.md)\n"


def _scoreboard() -> str:
    return render(load_matrix([(path.name, path.read_bytes()) for path in sorted(RESULTS.glob("*.json"))]))
