"""``awscontract report``: saved results for other readers."""

import sys
from importlib import import_module
from typing import Any

import click

from ...conformance.reporting.load import load_report
from ...errors import UsageError
from ...options.files import LARGE, check_apart, check_writable, read, write
from ..completion import of_files
from ..conclusion import Ending, encoded, style
from ..options import options

__all__ = ["report"]

#: Modules of `reporting` whose `render` makes a format, where they are not called like it.
_MODULES = {"text": "table"}


@click.command(short_help="Render saved results.")
@click.argument("results", nargs=-1, required=True, metavar="RESULT...", shell_complete=of_files)
@options("report")
def report(
    *, results: tuple[str, ...], format: str, traces: tuple[str, ...] | None, output: str | None, verbose: bool
) -> int:
    """Render results that --save wrote; - is standard input. Several of them make a matrix."""
    traces = traces or ()
    if [*results, *traces].count("-") > 1:
        raise UsageError("standard input can be read only once")
    check_writable("--output", output)
    check_apart({"--output": output, **{f"{name} itself": name for name in (*results, *traces)}})
    if traces and format != "html":
        raise UsageError(f"--trace shows exchanges in --format html; {format} does not show any")
    loaded = load_report(
        [(name, read(name, LARGE)) for name in results], [(name, read(name, LARGE)) for name in traces]
    )
    module = import_module(f"awscontract.conformance.reporting.{_MODULES.get(format, format)}")
    extra: dict[str, Any] = {}
    if format == "text":
        chosen = style(Ending(verbose=verbose))
        extra["style"] = chosen if output is None else type(chosen)(verbose=verbose)
    document = encoded(module.render(loaded, **extra))
    if output is None:
        sys.stdout.flush()
        click.echo(document, nl=False)
    else:
        write(output, document)
    return 0
