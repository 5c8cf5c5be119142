"""``awscontract report``: saved results for other readers."""

import sys
from importlib import import_module

import click

from ...conformance.reporting.load import load_matrix
from ...errors import UsageError
from ...options.files import check_apart, check_writable, read, write
from ..completion import of_files
from ..result_options import text

__all__ = ["report"]

#: Each is a module of `reporting` with a function `render`.
FORMATS = ("text", "markdown", "junit", "html", "badge")


@click.command(short_help="Render saved results.")
@click.argument("results", nargs=-1, required=True, metavar="RESULT...", shell_complete=of_files)
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--trace",
    "traces",
    type=text,
    multiple=True,
    metavar="FILE",
    shell_complete=of_files,
    help="The trace of a result, to show its exchanges (html). Repeatable, in the order of the results.",
)
@click.option(
    "--output", type=text, metavar="FILE", shell_complete=of_files, help="Write there.  [default: standard output]"
)
def report(*, results: tuple[str, ...], format: str, traces: tuple[str, ...], output: str | None) -> int:
    """Render results that --save wrote; - is standard input. Several of them make a matrix."""
    if [*results, *traces].count("-") > 1:
        raise UsageError("standard input can be read only once")
    check_writable("--output", output)
    check_apart({"--output": output, **{f"{name} itself": name for name in (*results, *traces)}})
    if traces and format != "html":
        raise UsageError(f"--trace shows exchanges in --format html, and {format} has none")
    matrix = load_matrix([(name, read(name)) for name in results], [(name, read(name)) for name in traces])
    rendered: str = import_module(f"{__package__.rpartition('.')[0]}.reporting.{format}").render(matrix)
    document = rendered.encode(errors="backslashreplace")
    if output is None:
        sys.stdout.flush()
        click.echo(document, nl=False)
    else:
        write(output, document)
    return 0
