"""``awscontract operations``: what can be judged."""

import json
from typing import Any

import click

from ...errors import UsageError, counted
from ...spec.contract import Contract
from ..completion import of
from ..options import options
from ..terminal import output, print_lines

__all__ = ["operations"]


@click.command(short_help="List the operations that can be judged.")
@click.argument("services", nargs=-1, metavar="[SERVICE...]", shell_complete=of("operations"))
@options("operations")
def operations(*, services: tuple[str, ...], format: str, **values: Any) -> int:
    """List the operations that can be judged, with kind, protocol, traits and recipe.

    Without SERVICE these are the operations with a contract file or a recipe; with SERVICE, all of it that page.
    """
    from ...spec.operations import judged, load

    files: Any = {each: values[each] or () for each in ("contracts", "recipes")}
    ours = judged(**files)
    names = list(ours) if not services else [name for each in services for name in _of(each, ours)]
    rows = [_row(load(each, **files)) for each in names]
    if format == "json":
        click.echo(json.dumps(rows, indent=1).encode())
        return 0
    layout = output()
    cells = [(row["operation"], row["kind"], row["protocol"], ", ".join(row["traits"])) for row in rows]
    print_lines(layout.table(cells, indent=0), layout)
    print_lines([counted(len(rows), "operation")], layout)
    return 0


def _of(service: str, ours: tuple[str, ...]) -> list[str]:
    """The operations of a service: those with a contract file or a recipe, then every other one that pages."""
    from ...errors import unknown
    from ...spec.model import services
    from ...spec.operations.paginators import paged

    service, _, operation = service.partition(":")
    if operation:
        raise UsageError(
            f"{service}:{operation} is an operation: `awscontract contract {service}:{operation}` shows it"
        )
    found = [each for each in ours if each.partition(":")[0] == service]
    if not found and service not in services():
        raise unknown("service", service, services(), "awscontract operations")
    return list(dict.fromkeys([*found, *(f"{service}:{each}" for each in sorted(paged(service)))]))


def _row(contract: Contract) -> dict[str, Any]:
    from ...spec.traits import traits

    return {
        "operation": contract.id,
        "kind": contract.kind,
        "protocol": contract.protocol,
        "recipe": contract.recipe is not None,
        "traits": list(traits(contract)),
    }
