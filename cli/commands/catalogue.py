"""``awscontract rules`` and ``awscontract explain``: the catalogue, and one rule of it."""

import json
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click

from ...conformance import batch
from ...errors import UsageError
from ...options.files import LARGE, read
from ...spec.contract import Contract
from ..completion import of
from ..options import options, typed
from ..terminal import output, print_lines

__all__ = ["explain", "rules"]

#: Where a rule is looked for that the operation does not have, while nobody named one.
_LIST = "iam:ListUsers"


@click.command(short_help="List the rules of an operation.")
@options("rules")
def rules(*, operation: str, format: str, **values: Any) -> int:
    """List the rules that apply to an operation: those for services, then those for clients."""
    from ...spec.catalogue import client_rule_set, rule_set

    [contract] = batch.contracts([operation], values)
    found = (*rule_set(contract), *client_rule_set(contract))
    if format == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=1, ensure_ascii=False).encode())
        return 0
    layout, width = output(), max(len(each.id) for each in found)
    for family, members in groupby(found, key=lambda each: each.family):
        rows = [(f"{each.id:<{width}}", f"{each.level:<6}", f"{each.basis:<10}", each.statement) for each in members]
        print_lines([family, *layout.table(rows)], layout)
    return 0


@click.command(short_help="Show everything about one rule.")
@click.argument("rule", shell_complete=of("rule-ids"))
@options("explain")
def explain(*, rule: str, issue: bool, result: str | None, operation: str, **values: Any) -> int:
    """Show one rule: its statement, level, basis and source, the service model's own words, a failing and a corrected example.

    With --issue, write text for an emulator's issue tracker: expected, observed, source and reproduction.
    """
    if result is not None and not issue:
        raise UsageError("--result goes with --issue")
    found = None
    if result is not None:
        from ...conformance.reporting.load import load_results

        results = load_results(result, read(result, LARGE))
        names = [each.operation for each in results]
        if len(results) == 1 and not typed("operation"):
            operation = names[0]
        if operation not in names:
            raise UsageError(f"{result} has no result of {operation}: name one of its operations with --operation")
        found = results[names.index(operation)]
    if ":" in rule:
        raise UsageError(
            f"{rule} is not a rule: `awscontract contract {rule}` and `rules --operation {rule}` are about operations"
        )
    contract = _contract(rule, operation, values)
    if issue:
        from ...conformance.explain.issue import issue as written

        click.echo(written(rule, found, contract), nl=False)
        return 0
    from ...clients.fuzzing.examples import EXAMPLES
    from ...clients.repage.example import EXAMPLES as OF_REPAGING
    from ...conformance.explain.explain import explain as explained

    layout = output()
    click.echo(explained(rule, contract, {**EXAMPLES, **OF_REPAGING}, layout), nl=False, color=layout.colour)
    return 0


def _contract(rule: str, operation: str, values: dict[str, Any]) -> Contract:
    """The operation's contract; where nobody named an operation, one that has the rule."""
    from ...spec.catalogue import client_rule_set, rule_set

    [contract] = batch.contracts([operation], values)
    if typed("operation") or rule in {each.id for each in (*rule_set(contract), *client_rule_set(contract))}:
        return contract
    from ...spec.operations import access_reports

    for name in (*access_reports(), _LIST):
        [other] = batch.contracts([name], values | {"paging": None})
        if rule in {each.id for each in (*rule_set(other), *client_rule_set(other))}:
            return other
    return contract
