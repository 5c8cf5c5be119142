"""``awscontract validate``: judge saved responses."""

import re
from pathlib import Path
from typing import Any

import click

from ...conformance import batch
from ...errors import UsageError
from ...options.files import read
from ...options.signals import Interruption
from ..completion import of_files
from ..conclusion import ending, finish
from ..options import options

__all__ = ["listed", "validate"]


@click.command(short_help="Judge saved responses.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=of_files)
@options("validate")
@click.pass_obj
def validate(
    interruption: Interruption, /, *, files: tuple[str, ...], operation: str, pages: bool, **values: Any
) -> int:
    """Judge saved responses: JSON from the AWS CLI or boto3, or the raw body; - is standard input.

    Each file is a response of its own, unless --pages joins them. A folder stands for its .json and .xml files, in the order of
    their names, page-2 before page-10.
    """
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    [contract] = batch.contracts([operation], values)
    chosen = ending(values, [contract])
    contents = [(each, read(each)) for name in files for each in listed(name)]

    from ...conformance.judge.validate import validate as judge

    return finish(chosen.apply(judge(contents, contract, pages)), chosen, interruption)


def listed(name: str) -> list[str]:
    """The files that a name stands for: itself, or what is in the folder of that name."""
    if name == "-" or not Path(name).is_dir():
        return [name]
    try:
        found = [str(each) for each in Path(name).iterdir() if each.suffix in (".json", ".xml") and each.is_file()]
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None
    if not found:
        raise UsageError(f"{name}: the folder has no .json and no .xml files")
    return sorted(
        found, key=lambda each: [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", each)]
    )
