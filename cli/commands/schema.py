"""``awscontract schema``: JSON Schemas of operations, and whether the checked-in ones still are what the installed botocore gives."""

import json
from typing import Any

import click

from ...conformance import batch
from ...errors import UsageError, unknown
from ..completion import of
from ..options import options, typed

__all__ = ["schema"]


@click.command(short_help="Print JSON Schemas.")
@click.argument("name", required=False, metavar="[NAME | OPERATION]", shell_complete=of("schemas"))
@options("schema")
def schema(*, name: str | None, check: bool, operation: str, **values: Any) -> int:
    """List the checked-in JSON Schemas, print one, or compare them all with the installed botocore.

    With an operation, such as iam:ListUsers, print the schemas of its request and response, as the installed botocore gives them.
    """
    from ...spec.schema import drift, operation_schemas, schema as checked_in, schema_names

    if check:
        if name is not None:
            raise UsageError("--check compares all checked-in schemas: leave out the name")
        lines = drift()
        for line in lines:
            click.echo(line)
        return 1 if lines else 0
    if name is None and typed("operation"):
        name = operation
    if name is None:
        for each in schema_names():
            click.echo(each)
        return 0
    if ":" in name:
        [contract] = batch.contracts([name], values)
        document: Any = operation_schemas(contract)
    elif name in schema_names():
        document = checked_in(name)
    else:
        raise unknown("schema", name, schema_names())
    click.echo(json.dumps(document, indent=2, ensure_ascii=False).encode())
    return 0
