"""Options from a file and from the environment: the same names, the same values, checked before anything runs.

``awscontract.toml``, or ``[tool.awscontract]`` in ``pyproject.toml``, holds options of `check`, and a table of its own for
each other command. A variable is named ``AWSCONTRACT_TIMEOUT`` or, for the other commands, ``AWSCONTRACT_SERVE_PORT``. The
command line outweighs a variable, which outweighs the file. A name that nobody knows is a mistake and never ignored: a typing error
must not make a green run.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError, unknown

__all__ = ["ALTERNATIVES", "PREFIX", "Options", "Setting", "default_map", "settings"]

PREFIX = "AWSCONTRACT_"

#: Each command's options by name, without the hyphens in front.
Options = Mapping[str, Mapping[str, click.Option]]

#: The command whose options need no table.
_MAIN = "check"
_FILES = ("awscontract.toml", "pyproject.toml")
#: Options of which only one may be given. One from a stronger source takes the place of the other.
ALTERNATIVES = ("endpoint-url", "target")
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Setting:
    """One option's value, and where it came from."""

    command: str
    option: str
    value: Any
    origin: str

    @property
    def from_variable(self) -> bool:
        """Whether a variable said so, and no file."""
        return self.origin.startswith(PREFIX)

    @property
    def named(self) -> str:
        """What the user called it, and where."""
        return self.origin if self.from_variable else f"{self.option} in {self.origin}"


def settings(folder: Path, environ: Mapping[str, str], options: Callable[[], Options]) -> tuple[Setting, ...]:
    """What holds for a command that is run in this folder.

    `options` is called only where anything is set at all.

    :raises UsageError: with the nearest right name, for a wrong one; and for a value that cannot be one of its option.
    """
    variables = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    found = _file(folder)
    if not variables and not found:
        return ()
    known = options()
    from_file = {(each.command, each.option): each for each in (_of_file(*found, known) if found else ())}
    from_variables = {(each.command, each.option): each for each in _of_variables(variables, known)}
    if any((_MAIN, each) in from_variables for each in ALTERNATIVES):
        for each in ALTERNATIVES:
            from_file.pop((_MAIN, each), None)
    return tuple((from_file | from_variables).values())


def default_map(found: Iterable[Setting], options: Callable[[], Options]) -> dict[str, dict[str, Any]]:
    """The settings as click takes them: command -> parameter -> value."""
    defaults: dict[str, dict[str, Any]] = {}
    for each in found:
        parameter = options()[each.command][each.option].name
        defaults.setdefault(each.command, {})[str(parameter)] = each.value
    return defaults


def _file(folder: Path) -> tuple[Path, Mapping[str, Any]] | None:
    """The nearest file, from the folder upwards, and its table."""
    for each in (folder, *folder.parents):
        tables = [(each / name, table) for name in _FILES if (table := _table(each / name)) is not None]
        if len(tables) > 1:
            raise UsageError(f"{each} has two configurations, in {' and in '.join(_FILES)}: keep one of them")
        if tables:
            return tables[0]
    return None


def _table(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    try:
        content = path.read_bytes()
        if path.name == "pyproject.toml" and b"awscontract" not in content:
            return None  # whatever else is in there is not for us to judge
        table: Any = tomllib.loads(content.decode())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no TOML: {error}") from None
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("awscontract") if isinstance(tool, dict) else None
        if table is not None and not isinstance(table, dict):
            raise UsageError(f"{path}: tool.awscontract is no table")
    return table  # type: ignore[no-any-return]  # TOML has no types


def _of_file(path: Path, table: Mapping[str, Any], options: Options) -> Iterator[Setting]:
    tables = {name: value for name, value in table.items() if isinstance(value, dict)}
    top = {name: value for name, value in table.items() if name not in tables}
    for name in tables:
        if name not in options:
            raise UsageError(f"{path}: {unknown('command', name, options)}")
    for command, values in ((_MAIN, top), *tables.items()):
        for name, value in values.items():
            if name not in options[command]:
                raise UsageError(f"{path}: {unknown(f'option of {command}', name, options[command])}")
            option = options[command][name]
            try:
                given = _of_toml(option, value)
            except ValueError as error:
                raise UsageError(f"{path}: {name} {error}") from None
            if option.metavar == "FILE":  # as everywhere, a file names its neighbours
                given = [str(path.parent / each) for each in given] if option.multiple else str(path.parent / given)
            yield _checked(Setting(command, name, given, str(path)), option)


def _of_variables(variables: Mapping[str, str], options: Options) -> Iterator[Setting]:
    names = {_variable(command, name): (command, name) for command in options for name in options[command]}
    for variable, text in variables.items():
        if variable not in names:
            raise unknown("variable", variable, names)
        if not text.strip():
            raise UsageError(f"{variable} is empty: give it a value or unset it")
        command, name = names[variable]
        option = options[command][name]
        value: Any = text
        if option.is_flag:
            if text.lower() not in _WORDS:
                raise UsageError(f"{variable} is {text!r}: one of {', '.join(_WORDS)}")
            value = _WORDS[text.lower()]
        elif option.multiple:
            value = text.split()
        yield _checked(Setting(command, name, value, variable), option)


def _checked(setting: Setting, option: click.Option) -> Setting:
    """The setting, if the option takes such a value."""
    if not option.is_flag:
        for each in setting.value if option.multiple else (setting.value,):
            try:
                option.type.convert(each, option, None)
            except click.ClickException as error:
                raise UsageError(f"{setting.named}: {error.message.rstrip('.')}") from None
    return setting


def _variable(command: str, name: str) -> str:
    words = name if command == _MAIN else f"{command}_{name}"
    return PREFIX + words.upper().replace("-", "_")


def _of_toml(option: click.Option, value: Any) -> Any:
    """The value as the command line would have it; what it says is the option's own business."""
    if option.is_flag:
        if not isinstance(value, bool):
            raise ValueError("is true or false")
        return value
    if option.multiple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError("is a list of texts")
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is a text or a number")
    return str(value)
