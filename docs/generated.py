"""Pages of the site that are made: one for each rule, the reference, CONTRIBUTING.md, and the scoreboard's matrix from results files.

mkdocs calls `on_files`. Nothing that it makes is checked in, so none of it can be out of date.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from reference import PAGES
from scoreboard import RESULTS, unpack

from awscontract.conformance.explain.explain import BASES, LEVELS
from awscontract.conformance.reporting.html import render
from awscontract.conformance.reporting.load import load_report
from awscontract.emulator.faults import Fault, faults_for
from awscontract.spec.catalogue import Rule, client_rule_set, rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.operations import access_reports, load

__all__ = ["on_files"]

#: Operations that together have every rule: the access reports, and a list operation of each protocol.
OPERATIONS = (*access_reports(), "iam:ListUsers", "ec2:DescribeVpcs", "dynamodb:ListTables", "lambda:ListFunctions", "s3:ListObjectsV2",
              "sqs:ListQueues", "autoscaling:DescribeAutoScalingGroups", "ecs:ListTaskDefinitions")  # fmt: skip


def on_files(files: Files, config: Any) -> Files:
    """Add the pages."""
    pages = {
        "rules/index.md": "\n".join(_index()),
        "scoreboard/matrix.html": _scoreboard(),
        "contributing.md": _contributing(),
    }
    pages |= {name: "\n".join(lines()) for name, lines in PAGES.items()}
    pages |= {f"rules/{name}.md": "\n".join(_page(name, forms)) for name, forms in _forms().items()}
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


@cache
def _forms() -> Mapping[str, Mapping[str, Rule]]:
    """Every rule as each of the operations has it, by the rule's id and then by the operation."""
    found: dict[str, dict[str, Rule]] = defaultdict(dict)
    for contract in map(load, OPERATIONS):
        for rule in (*rule_set(contract), *client_rule_set(contract)):
            found[rule.id][contract.id] = rule
    return found


def _index() -> Iterator[str]:
    yield "# Rules\n"
    yield "This page lists what an implementation owes its callers, and a client its users, rule by rule, with a page for each.\n"
    yield "Each operation has those that apply to it; `awscontract rules --operation OPERATION` lists them.\n"
    for title, kind in (("Access reports", "access-report"), ("Paginated operations", "recipe")):
        yield f"## {title}\n"
        yield "In the words of the first operation that has the rule.\n"
        yield "| rule | level | basis | statement |\n|---|---|---|---|"
        for name, forms in _forms().items():
            if rule := next((rule for each, rule in forms.items() if load(each).kind == kind), None):
                yield f"| [{name}]({name}.md) | {rule.level} | {rule.basis} | {_cell(rule.statement)} |"
        yield ""


def _page(name: str, forms: Mapping[str, Rule]) -> Iterator[str]:
    yield f"# {name}\n"
    for rule, operations in _alike(forms).items():
        yield f"{rule.statement}\n"
        yield f"* **{rule.level}**: {LEVELS[rule.level]}"
        yield f"* **{rule.basis}**: {BASES[rule.basis]}"
        yield f"* source: <{rule.source}>"
        if rule.member:
            yield f"* in the service model: `{rule.member}`"
        yield f"* for example for {', '.join(f'`{each}`' for each in operations)}\n"
    caught = {fault.id: fault for each in forms for fault in _faults(load(each)) if fault.rule == name}
    if caught:
        yield "## Faults that it catches\n"
        yield from (f"* `{fault.id}`: {fault.statement}" for fault in caught.values())
        yield f"\n`awscontract serve --fault {next(iter(caught))}` shows one to any client."
    yield f"\n`awscontract explain {name}` prints the service model's own words.\n\n[All rules](index.md)\n"


def _alike(forms: Mapping[str, Rule]) -> Mapping[Rule, list[str]]:
    """The forms that differ in level, basis or statement, each with its operations."""
    found: dict[tuple[str, str, str], tuple[Rule, list[str]]] = {}
    for operation, rule in forms.items():
        found.setdefault((rule.level, rule.basis, rule.statement), (rule, []))[1].append(operation)
    return dict(found.values())


def _faults(contract: Contract) -> tuple[Fault, ...]:
    return tuple(faults_for(contract).values())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _contributing() -> str:
    """CONTRIBUTING.md, with its links as they are inside the site."""
    text = Path(__file__).parents[1].joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.sub(r"\]\(docs/([^)]+)\)", r"](\1)", text)


def _scoreboard() -> str:
    files = [
        (path.name, json.dumps(unpack(json.loads(path.read_bytes()))).encode())
        for path in sorted(RESULTS.glob("*.json"))
    ]
    return render(load_report(files))
