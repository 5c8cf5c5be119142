"""``awscontract validate``: judge answers that were saved."""

import re
from pathlib import Path

import click

from ...errors import UsageError
from ...options.files import read
from ..completion import of_files
from ..result_options import Ending, conclude, judging

__all__ = ["validate"]


@click.command(short_help="Judge saved answers.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=of_files)
@click.option("--pages", is_flag=True, help="The files are the pages of one listing, in this order.")
@judging
def validate(*, files: tuple[str, ...], pages: bool, ending: Ending) -> int:
    """Judge saved answers: JSON from the AWS CLI or boto3, or XML off the wire; - is standard input.

    Each file is an answer of its own, unless --pages joins them. A folder stands for its .json and .xml files, in the order of
    their names, page-2 before page-10.
    """
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    contents = [(each, read(each)) for name in files for each in listed(name)]

    from ...conformance.judge import validate as saved

    try:
        result = saved.validate(contents, pages)
    except saved.NoAnswer as error:
        raise UsageError(str(error)) from None
    return conclude(result, ending)


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
