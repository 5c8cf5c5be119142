"""The command: a table of sub-commands, each imported when it is called, and one guard around them all.

A sub-command returns its exit status and raises `Error` for what the user can fix. The guard turns that, and
what click itself refuses, into one line on standard error.
"""

import gc
import io
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ..errors import Error, Interrupted, UsageError, shorten, unknown
from ..options.config import configuration
from ..options.signals import interruptible
from ..version import __version__
from .options import default_map
from .terminal import discard_output, say

__all__ = ["COMMANDS", "cli", "main"]

#: Sub-command -> its module in `commands`, and the click command in it. A new one is a line here.
COMMANDS = {
    "check": "check:check",
    "fuzz-client": "fuzz_client:fuzz_client",
    "repage": "repage:repage",
    "serve": "serve:serve",
    "validate": "validate:validate",
    "replay": "replay:replay",
    "report": "report:report",
    "diff": "diff:diff",
    "known": "known:known",
    "operations": "operations:operations",
    "contract": "contract:contract",
    "rules": "catalogue:rules",
    "explain": "catalogue:explain",
    "schema": "schema:schema",
    "sample": "sample:sample",
    "faults": "faults:faults",
    "config": "config:config",
}

#: Nothing was judged, because of an error of ours.
BUG = 3
BROKEN_PIPE = 141


class Commands(click.Group):
    """A group that knows its commands by the table, and ends every one of them with a status and no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"{__package__}.commands.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name."""
        if args[0] not in COMMANDS:
            raise unknown("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command's own options. A reader of their help who has gone away is none of click's failures either."""
        try:
            return super().make_context(*args, **extra)
        except BrokenPipeError:
            discard_output()
            raise click.exceptions.Exit(BROKEN_PIPE) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with the user's settings. A reader that has gone away ends it quietly, before click makes that a failure."""
        found = configuration(Path.cwd(), os.environ)
        for note in found.notes:
            say(note)
        ctx.default_map = default_map(found)
        try:
            with interruptible() as ctx.obj:
                return super().invoke(ctx)
        except Interrupted as error:
            return _complain(f"interrupted by {error}", 128 + error.signal)
        except KeyboardInterrupt:
            return _complain("interrupted", 130)
        except BrokenPipeError:
            discard_output()
            return BROKEN_PIPE

    def main(  # type: ignore[override]  # click's overloads say which of the two never returns
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> int:
        """Run the whole command line. Alone it exits with the status, else it returns it."""
        _open_streams()
        if standalone_mode:
            gc.set_threshold(200_000)  # a short run makes many values that live to its end, and hardly a cycle
            # Hypothesis keeps tables of characters; the user's folder is not the place for them.
            os.environ.setdefault(
                "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "awscontract-hypothesis"))
            )
        status = self._guarded(args, prog_name, extra)
        if standalone_mode:
            gc.freeze()  # or the interpreter, on its way out, looks at everything for cycles, more than once
            sys.exit(status)
        return status

    def _guarded(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            return super().main(args, prog_name, standalone_mode=False, **extra) or 0
        except Error as error:
            return _complain(str(error), error.status)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            hint = f" (see {context.command_path} --help)" if context else ""
            return _complain(_message(error) + (_operation_meant(error, context) or hint), UsageError.status)
        except OSError as error:
            # the folder is gone, standard output is full; a file's own errors are handled where they occur
            if error.filename is None:
                discard_output()
            return _complain(f"{error.filename or 'standard output'}: {error.strerror or error}", UsageError.status)
        except click.Abort:  # while a question is asked, or before the command began
            return _complain("interrupted", 130)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return _complain(f"this is a bug of awscontract, please report it: {shorten(text)} ({place})", BUG)


def _open_streams() -> None:
    """Make standard output and error usable: open where the caller closed them, and able to print whatever a target sent."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # as long as the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _message(error: click.ClickException) -> str:
    """click's message; ours where an operation, a URL or an option was typed without what belongs before it."""
    text = error.format_message().rstrip(".")
    if type(error) is click.BadParameter and isinstance(error.param, click.Option):
        return f"{error.param.opts[0]} {error.message.rstrip('.')}".replace("\n", " ")
    return " ".join(text.split())


def _operation_meant(error: click.ClickException, context: click.Context | None) -> str:
    """A hint where an operation was typed as an argument of a command that takes it as an option."""
    found = re.search(r"unexpected extra arguments? \(.*?(\S+:\S+?)\)?$", error.format_message())
    takes = context is not None and any(each.name == "operation" for each in context.command.params)
    return f"; did you mean --operation {found[1]}?" if found and takes else ""


def _complain(message: str, status: int) -> int:
    say(message)
    return status


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group("awscontract", cls=Commands, invoke_without_command=True, context_settings=_SETTINGS)
@click.version_option(__version__, prog_name="awscontract", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> int:
    """Contract tests for AWS emulators and for AWS clients."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return UsageError.status
    return 0


main = cli.main
