"""``awscontract diff``: what changed between two results."""

from collections.abc import Callable, Mapping

import click

from ...conformance.reporting import diff as comparing
from ...conformance.reporting.load import load
from ...errors import UsageError
from ...options.files import read
from ..completion import of_files

__all__ = ["diff"]

_FORMATS: Mapping[str, Callable[[comparing.Diff], str]] = {"text": comparing.text, "markdown": comparing.markdown}


@click.command(short_help="Tell what changed between two results.")
@click.argument("old", shell_complete=of_files)
@click.argument("new", shell_complete=of_files)
@click.option("--format", type=click.Choice(list(_FORMATS)), default="text", show_default=True)
def diff(*, old: str, new: str, format: str) -> int:
    """Tell what broke, what was mended and what is newly exercised from OLD to NEW, which --save wrote; - is standard input.

    The exit status is 1 where a rule that held is broken now, and 3 where NEW could not be judged.
    """
    if old == new == "-":
        raise UsageError("standard input can be read only once")
    found = comparing.compare(load(old, read(old)), load(new, read(new)))
    click.echo(_FORMATS[format](found).encode(errors="backslashreplace"), nl=False)
    return found.exit_status
