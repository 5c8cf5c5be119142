"""``awscontract diff``: what changed between two results."""

import click

from ...conformance.reporting.diff import compare_all, markdown, text
from ...conformance.reporting.load import load_results
from ...errors import UsageError
from ...options.files import LARGE, read
from ...spec.operations import DEFAULT
from ..completion import of_files
from ..conclusion import encoded
from ..options import options
from ..terminal import output, say_next

__all__ = ["diff"]


@click.command(short_help="Show what changed between two results.")
@click.argument("old", shell_complete=of_files)
@click.argument("new", shell_complete=of_files)
@options("diff")
def diff(*, old: str, new: str, format: str) -> int:
    """Show what broke, what was fixed and what is newly exercised from OLD to NEW, which --save wrote; - is standard input.

    The exit status is 1 where a rule that passed is broken now, and 3 where NEW could not be judged.
    """
    if old == new == "-":
        raise UsageError("standard input can be read only once")
    found = compare_all(load_results(old, read(old, LARGE)), load_results(new, read(new, LARGE)))
    layout = output()
    document = markdown(found) if format == "markdown" else text(found, layout)
    click.echo(encoded(document), nl=False, color=layout.colour)
    broke = next(((each.new.operation, each.broke[0].rule) for each in found.diffs if each.broke), None)
    if broke and format == "text":
        operation = "" if broke[0] == DEFAULT else f" --operation {broke[0]}"
        say_next(f"`awscontract report {new}` shows the findings, `awscontract explain {broke[1]}{operation}` the rule")
    return found.exit_status
