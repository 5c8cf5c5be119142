"""``awscontract contract``: the contract of an operation, and the origin of every value."""

import json
from typing import Any

import click

from ...conformance import batch
from ...errors import one_line
from ..completion import of
from ..options import options
from ..terminal import output, print_lines

__all__ = ["contract"]


@click.command(short_help="Show the contract of an operation.")
@click.argument("operation", shell_complete=of("operations"))
@options("contract")
def contract(*, operation: str, format: str, **values: Any) -> int:
    """Show the contract of an operation, and the origin of every value: model, its shapes, paginator, contract file or recipe."""
    from ...spec.catalogue import rule_set
    from ...spec.traits import values as rows_of

    for found in batch.contracts([operation], values):
        rows, rules = rows_of(found), rule_set(found)
        if format == "json":
            document = {
                "operation": found.id,
                "kind": found.kind,
                "values": [each._asdict() for each in rows],
                "rules": [each.id for each in rules],
            }
            click.echo(json.dumps(document, indent=1, ensure_ascii=False).encode())
            continue
        layout = output()
        table = layout.table([(row.field, row.origin, one_line(row.value)) for row in rows])
        print_lines([f"{found.id}: {found.kind}, {len(rules)} rules", *table], layout)
    return 0
