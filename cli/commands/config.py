"""``awscontract config``: the effective settings, and where each comes from."""

import json
import os
from pathlib import Path
from typing import Any

import click

from ...errors import one_line, shorten
from ...options.config import Setting, configuration
from ...options.table import ALTERNATIVES, CHECK, PYTEST, Option, of
from ..terminal import output, print_lines

__all__ = ["config"]


@click.command(short_help="Show the effective settings and where each comes from.")
def config() -> int:
    """Show the effective settings of commands that run in this folder, and where each comes from.

    Sources are [tool.awscontract] in pyproject.toml, or awscontract.toml, and AWSCONTRACT_ variables; the defaults
    of check are shown too.
    """
    found = [each for each in configuration(Path.cwd(), os.environ).settings if each.command != PYTEST]
    defaults = [Setting(CHECK, option, _default(option), "default") for option in of(CHECK)]
    rows = {(each.command, each.option.name): each for each in (*defaults, *found)}
    chosen = [each.option.name for each in found if each.command == CHECK and each.option.name in ALTERNATIVES]
    for name in set(ALTERNATIVES) - set(chosen) if chosen else ():
        del rows[CHECK, name]
    shown = [(_name(each), _value(each.value), each.origin) for each in rows.values()]
    layout = output()
    print_lines(layout.table([tuple(map(one_line, row)) for row in shown], indent=0), layout)
    return 0


def _name(setting: Setting) -> str:
    """The option as the command line has it."""
    option = setting.option
    return f"{setting.command} OPERATION" if option.argument else f"{setting.command} --{option.name}"


def _default(option: Option) -> Any:
    """The default; one that depends on other options is described."""
    if option.default is not None:
        return option.default
    return False if option.kind == "flag" else option.default_text


def _value(value: Any) -> str:
    if value == "":
        return "-"
    return shorten(value if isinstance(value, str) else json.dumps(value), 120)
