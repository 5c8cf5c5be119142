"""click's options, made from the table of options."""

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from ..options.config import Configuration
from ..options.kinds import KINDS, Kind
from ..options.table import ALTERNATIVES, Option, of
from . import completion

__all__ = ["default_map", "from_file", "only_one_target", "options", "typed"]

_F = TypeVar("_F", bound=Callable[..., int])


class _Value(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.3 alone
    """A value of one of our kinds."""

    def __init__(self, kind: Kind, option: Option) -> None:
        self.name = option.kind
        self._kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._kind.read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def options(command: str) -> Callable[[_F], _F]:
    """Give a command its options, as arguments by their Python names; those with several values are tuples."""

    def decorate(function: _F) -> _F:
        for each in reversed([option for option in of(command) if not option.argument]):
            function = _option(each)(function)
        return function

    return decorate


def _option(option: Option) -> Callable[[_F], _F]:
    kind = KINDS[option.kind]
    names = [f"--{option.name}", option.dest] + ([f"-{option.short}"] if option.short else [])
    text = option.help + (" Repeatable." if kind.repeatable else "")
    seconds = isinstance(option.default, float)
    default_text = option.default_text or (f"{option.default:g}" if seconds else "")
    if default_text:
        text += f"  [default: {default_text}]"
    settings: dict[str, Any] = {"help": text}
    if option.kind == "flag":
        return click.option(*names, is_flag=True, **settings)
    settings |= {
        "default": option.default,
        "show_default": option.default is not None and not seconds,
        "multiple": kind.repeatable,
    }
    if option.choices:
        settings["type"] = click.Choice(option.choices)
    else:
        settings |= {"type": _Value(kind, option), "metavar": option.metavar or kind.metavar or "TEXT"}
        if kind.is_file:
            settings["shell_complete"] = completion.of_files
        elif option.words:
            settings["shell_complete"] = completion.of(option.words)
    if kind.repeatable:
        settings["default"] = None
    return click.option(*names, **settings)


def default_map(configuration: Configuration) -> dict[str, dict[str, Any]]:
    """The configuration as click takes it: command -> parameter -> value."""
    defaults: dict[str, dict[str, Any]] = {}
    for each in configuration.settings:
        defaults.setdefault(each.command, {})[each.option.dest] = each.value
    return defaults


def only_one_target(values: dict[str, Any]) -> dict[str, Any]:
    """The values, without the URL or target of a file or variable where the command line names the other."""
    context = click.get_current_context()
    names = [each.replace("-", "_") for each in ALTERNATIVES]
    typed = {name for name in names if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if len(typed) == 1:
        values = values | {name: None for name in names if name not in typed}
    if str(values.get("target")).startswith("moto"):
        warnings.filterwarnings("ignore", module=r"moto\.")  # moto's own, of no use to who judges it
    if values.get("no_verify_ssl"):
        warnings.filterwarnings("ignore", message="Unverified HTTPS request")  # the user has just asked for it
    return values


def typed(name: str) -> bool:
    """Whether the command line gave this parameter."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def from_file(parameter: str) -> Any:
    """What a file or a variable says for an option that the command takes as arguments; None without one."""
    return (click.get_current_context().default_map or {}).get(parameter)
