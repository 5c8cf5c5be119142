"""``awscontract rules`` and ``awscontract explain``: the catalogue, and one rule of it."""

import json
from dataclasses import asdict
from itertools import groupby

import click

from ...errors import UsageError
from ...options.files import read
from ..completion import of, of_files

__all__ = ["explain", "rules"]


@click.command(short_help="List the catalogue.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rules(*, format: str) -> int:
    """List the catalogue of rules: what a service owes its callers, then what a client owes its users."""
    from ...spec import rules as catalogue

    if format == "json":
        click.echo(json.dumps([asdict(each) for each in catalogue()], indent=1, ensure_ascii=False).encode())
        return 0
    width = max(len(each.id) for each in catalogue())
    for family, members in groupby(catalogue(), key=lambda each: each.family):
        click.echo(family)
        for each in members:
            click.echo(f"  {each.id:<{width}}  {each.level:<6}  {each.basis:<10}  {each.statement}")
    return 0


def _ids() -> list[str]:
    from ...spec import rules as catalogue

    return [each.id for each in catalogue()]


@click.command(short_help="Tell all about one rule.")
@click.argument("rule", shell_complete=of(_ids))
@click.option("--issue", is_flag=True, help="A text for an issue tracker instead.")
@click.option("--result", metavar="FILE", shell_complete=of_files, help="With --issue: what this saved result found.")
def explain(*, rule: str, issue: bool, result: str | None) -> int:
    """Tell all about one rule: what it asks, how much it binds, its source, the service model's own words, and an example.

    With --issue, write a text for an emulator's issue tracker: expected, observed, source and reproduction.
    """
    if result is not None and not issue:
        raise UsageError("--result goes with --issue")
    if issue:
        from ...conformance.explain.issue import issue as written
        from ...conformance.reporting.load import load

        click.echo(written(rule, load(result, read(result)) if result is not None else None), nl=False)
        return 0
    from ...conformance.explain.explain import explain as explained

    click.echo(explained(rule), nl=False)
    return 0
