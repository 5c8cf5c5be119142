"""``awscontract config``: what holds, and where it came from."""

import json
import os
from pathlib import Path
from typing import Any

import click

from ...errors import one_line
from ...options.config import ALTERNATIVES, Setting, settings

__all__ = ["config"]


@click.command(short_help="Tell which options hold, and where they came from.")
@click.pass_context
def config(ctx: click.Context) -> int:
    """Tell which options hold for a command in this folder, and where they came from.

    That is [tool.awscontract] in pyproject.toml, or awscontract.toml, or AWSCONTRACT_ variables, or nowhere: the defaults
    of check are told too.
    """
    from ..main import options

    found = settings(Path.cwd(), os.environ, options)
    defaults = [Setting("check", name, _default(option), "default") for name, option in options()["check"].items()]
    lines = {(each.command, each.option): each for each in (*defaults, *found)}
    if chosen := next((each for each in found if each.command == "check" and each.option in ALTERNATIVES), None):
        for each in set(ALTERNATIVES) - {chosen.option}:
            del lines["check", each]
    told = [(f"{each.command} --{each.option}", _told(each.value), each.origin) for each in lines.values()]
    widths = [max(len(row[column]) for row in told) for column in (0, 1)]
    for name, value, origin in told:
        click.echo(one_line(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}"))
    return 0


def _default(option: click.Option) -> Any:
    """The default; one that depends on the target stands in the option's help only."""
    if option.default is None or callable(option.default) or not isinstance(option.default, str | int | float):
        return (option.help or "").partition("[default: ")[2].rstrip("]")
    return option.default


def _told(value: Any) -> str:
    if value == "":
        return "-"
    return value if isinstance(value, str) else json.dumps(value)
