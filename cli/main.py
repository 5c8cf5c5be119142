"""The command: a table of sub-commands, each imported when it is called, and one guard around them all.

A sub-command returns its exit status and raises `UsageError` for what is the user's to mend. The guard turns that, and
what click itself refuses, into one line on standard error.
"""

import gc
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..errors import UsageError, one_line, unknown
from ..options import config

__all__ = ["COMMANDS", "cli", "main", "options"]

#: Sub-command -> its module in `commands`, and the click command in it. A new one is a line here.
COMMANDS = {
    "check": "check:check",
    "serve": "serve:serve",
    "fuzz-client": "fuzz_client:fuzz_client",
    "validate": "validate:validate",
    "replay": "replay:replay",
    "rules": "catalogue:rules",
    "explain": "catalogue:explain",
    "schema": "schema:schema",
    "sample": "sample:sample",
    "faults": "faults:faults",
    "known": "known:known",
    "report": "report:report",
    "diff": "diff:diff",
    "config": "config:config",
}

INTERRUPTED = 130
#: Nothing was judged, by a fault of ours.
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with the user's settings. A reader that has gone away ends it quietly, before click makes that a failure."""
        found = config.settings(Path.cwd(), os.environ, options)
        ctx.default_map = config.default_map(found, options)
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # what a target said may not fit the terminal's encoding
        if standalone_mode:
            gc.set_threshold(50_000)  # a short run makes many values that live to its end, and hardly a cycle
            # Hypothesis keeps tables of characters; the user's folder is not the place for them.
            os.environ.setdefault(
                "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "awscontract-hypothesis"))
            )
        status = self._guarded(args, prog_name, extra)
        if standalone_mode:
            sys.exit(status)
        return status

    def _guarded(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            return super().main(args, prog_name, standalone_mode=False, **extra) or 0
        except UsageError as error:
            return _complain(str(error), error.status)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            hint = f" (see {context.command_path} --help)" if context else ""
            return _complain(error.format_message().rstrip(".") + hint, UsageError.status)
        except (
            OSError
        ) as error:  # the folder is gone, standard output is full: what has to do with a file is told where it happens
            return _complain(f"{error.filename or 'standard output'}: {error.strerror or error}", UsageError.status)
        except click.Abort:
            return _complain("interrupted", INTERRUPTED)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return _complain(f"this is a bug of awscontract, please report it: {told} ({place})", BUG)


def _complain(message: str, status: int) -> int:
    click.echo(f"awscontract: {one_line(message)}", err=True)
    return status


@cache
def options() -> config.Options:
    """Every command's options by name."""
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in COMMANDS}
    return {
        name: {each.opts[0].lstrip("-"): each for each in command.params if isinstance(each, click.Option)}
        for name, command in commands.items()
        if command
    }


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group("awscontract", cls=Commands, invoke_without_command=True, context_settings=_SETTINGS)
@click.version_option(__version__, prog_name="awscontract", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> int:
    """Contract tests for AWS emulators and for AWS clients: iam:GetOrganizationsAccessReport."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return UsageError.status
    return 0


main = cli.main
