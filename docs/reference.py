"""The reference, made from the package: commands with their options, pytest's options, and the public functions."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

import click

from awscontract.cli.main import COMMANDS, cli
from awscontract.options.table import PYTEST, Option, of

__all__ = ["PAGES"]

#: The modules whose public names other people's code may import, each with the first sentence of its section.
_MODULES = ("awscontract", "awscontract.strategies", "awscontract.emulator")


def commands() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Commands\n"
    yield "This page lists every command of `awscontract` and every option, with its default, as `awscontract COMMAND --help` prints them. Any option may also"
    yield "be set in [a file or a variable](../ci.md#configuration).\n"
    context = click.Context(cli, info_name="awscontract")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield f"## {name}\n"
        yield f"{_prose(command.help or '')}\n"
        inner = click.Context(command, info_name=name, parent=context)
        yield f"    {inner.command_path} {' '.join(command.collect_usage_pieces(inner))}\n"
        rows = [record for each in command.get_params(inner) if (record := each.get_help_record(inner))]
        yield from _table("option", rows)


def pytest_options() -> Iterator[str]:
    """Every option of the plugin."""
    yield "# pytest\n"
    yield "This page lists every option of the pytest plugin. Each is also a line in pytest's own configuration, with underscores:"
    yield "`--awscontract-endpoint-url` is `awscontract_endpoint_url`. [Run it in CI](../ci.md#pytest) shows how to use them.\n"
    rows = [("--awscontract", "Add a test for each rule."), ("--awscontract-only", "Collect nothing but those tests.")]
    rows += [(f"--awscontract-{each.name} {each.metavar}".rstrip(), _with_default(each)) for each in of(PYTEST)]
    yield from _table("option", rows)


def _with_default(option: Option) -> str:
    default = option.default_text or ("" if option.default in (None, False, ()) else str(option.default))
    return f"{option.help} [default: {default}]" if default else option.help


def functions() -> Iterator[str]:
    """The public functions and classes with their signatures and docstrings."""
    yield "# Python\n"
    yield "This page lists what your own Python code may import from `awscontract`; every other module may change in any release.\n"
    for name in _MODULES:
        module = importlib.import_module(name)
        yield f"## {name}\n"
        yield f"{_prose(inspect.getdoc(module) or '')}\n"
        for public in sorted(module.__all__, key=str.lower):
            value = getattr(module, public)
            if callable(value):
                yield from _entry(public, value)


def _entry(name: str, value: Callable[..., Any]) -> Iterator[str]:
    yield f"### {name}\n"
    if not _is_typed_dict(value):
        yield f"    {name}{_signature(value)}\n"
    yield f"{_prose(inspect.getdoc(value) or '')}\n"


def _is_typed_dict(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, dict)


def _signature(value: Callable[..., Any]) -> str:
    """The parameters with their defaults; types are left to the editor."""
    shown = []
    before = None
    for each in inspect.signature(value).parameters.values():
        if each.kind is each.KEYWORD_ONLY and before not in (each.KEYWORD_ONLY, each.VAR_POSITIONAL):
            shown.append("*")
        before = each.kind
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        shown.append(f"{star}{each.name}{_default(each.default)}")
    return f"({', '.join(shown)})"


def _default(value: object) -> str:
    if value is inspect.Parameter.empty:
        return ""
    if is_dataclass(value):
        return f"={type(value).__name__}()"
    return "=…" if repr(value).startswith("<") else f"={value!r}"


def _prose(text: str) -> str:
    """A docstring as Markdown: paragraphs, parameters as a list, and references as code."""
    text = inspect.cleandoc(text).replace("\b\n", "")
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    text = re.sub(r":(?:class|func|mod|meth):`(.+?)`", r"`\1`", text)
    text = re.sub(r"\s*:param (\w+):", r"\n\n* `\1`:", text)
    text = re.sub(r"^:raises (\w+):", r"\n* raises `\1`", text, flags=re.MULTILINE)
    return re.sub(r"^:returns?:", "\n* returns", text, flags=re.MULTILINE)


def _table(first: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield f"| {first} | |\n|---|---|"
    yield from (
        f"| `{name.replace('|', ' or ')}` | {' '.join(text.split()).replace('|', chr(92) + '|')} |"
        for name, text in rows
    )
    yield ""


#: The pages by their paths.
PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "reference/commands.md": commands,
    "reference/pytest.md": pytest_options,
    "reference/python.md": functions,
}
