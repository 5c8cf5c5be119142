"""``awscontract validate``: judge answers that were saved."""

import click

from ..errors import UsageError
from .files import read
from .judging import Ending, conclude, judging

__all__ = ["validate"]


@click.command(short_help="Judge saved answers.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--pages", is_flag=True, help="The files are the pages of one listing, in this order.")
@judging
def validate(*, files: tuple[str, ...], pages: bool, ending: Ending) -> int:
    """Judge saved answers: JSON from the AWS CLI or boto3, or XML off the wire; - is standard input.

    Each file is an answer of its own, unless --pages joins them.
    """
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    contents = [(name, read(name)) for name in files]

    from .. import saved

    try:
        result = saved.validate(contents, pages)
    except saved.NoAnswer as error:
        raise UsageError(str(error)) from None
    return conclude(result, ending)
