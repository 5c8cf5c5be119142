"""``awscontract schema``: the derived JSON Schemas, and whether they still are what the installed botocore gives."""

import json
from collections.abc import Sequence

import click

from ...errors import UsageError, unknown
from ..completion import of

__all__ = ["schema"]


def _names() -> Sequence[str]:
    from ... import spec

    return spec.schema_names()


@click.command(short_help="Print the derived JSON Schemas.")
@click.argument("name", required=False, shell_complete=of(_names))
@click.option("--check", is_flag=True, help="Compare them with the installed botocore; exit with 1 where they differ.")
def schema(*, name: str | None, check: bool) -> int:
    """List the JSON Schemas, print one, or compare them all with the installed botocore."""
    from ... import spec

    if check:
        if name is not None:
            raise UsageError("--check compares all schemas: leave out the name")
        lines = spec.drift()
        for line in lines:
            click.echo(line)
        return 1 if lines else 0
    if name is None:
        for each in spec.schema_names():
            click.echo(each)
        return 0
    if name not in spec.schema_names():
        raise unknown("schema", name, spec.schema_names())
    click.echo(json.dumps(spec.schema(name), indent=2, ensure_ascii=False).encode())
    return 0
