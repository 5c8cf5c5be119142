"""Options from a file and from the environment: the names of the table, checked before anything runs.

``awscontract.toml``, or ``[tool.awscontract]`` in ``pyproject.toml``, holds options of `check`, and a table for each
other command. A variable is named ``AWSCONTRACT_TIMEOUT`` or, for the other commands, ``AWSCONTRACT_SERVE_PORT``. The
command line overrides a variable, which overrides the file. Files are searched no further up than the repository's root.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..errors import UsageError, shorten, unknown
from .files import read, read_toml
from .kinds import KINDS, checked, from_toml
from .table import ALTERNATIVES, CHECK, PYTEST, TABLE, Option, find

__all__ = ["PREFIX", "Configuration", "Setting", "commands", "configuration"]

PREFIX = "AWSCONTRACT_"

_FILES = ("awscontract.toml", "pyproject.toml")
#: What makes a folder the root of a repository.
_ROOTS = (".git", ".hg", ".svn")
_OURS = re.compile(rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*\"?awscontract\"?[ \t]*[.\]]", re.MULTILINE)
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
#: Shell commands, which a file that others may write must not bring.
_COMMANDS = frozenset({"seed-command"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One option's value as the command line would give it, for one command, and where it came from."""

    command: str
    option: Option
    value: Any
    origin: str

    @property
    def from_variable(self) -> bool:
        """Whether it came from a variable, not from a file."""
        return self.origin.startswith(PREFIX)

    @property
    def named(self) -> str:
        """What the user called it, and where."""
        return self.origin if self.from_variable else f"{self.option.name} in {self.origin}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """The effective settings, and what the user should know about them."""

    settings: tuple[Setting, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, command: str) -> Mapping[str, Setting]:
        """The settings of one command by the option's name."""
        return {each.option.name: each for each in self.settings if each.command == command}


def configuration(folder: Path, environ: Mapping[str, str]) -> Configuration:
    """The settings of a command that is run in this folder.

    :raises UsageError: for an unknown name, with the nearest known one; and for a value that the option does not take.
    """
    variables = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    notes: list[str] = []
    from_file = {(each.command, each.option.name): each for each in _of_file(folder)}
    from_variables = {(each.command, each.option.name): each for each in _of_variables(variables, notes)}
    for command in (CHECK, PYTEST):
        if any((command, each) in from_variables for each in ALTERNATIVES):
            for each in ALTERNATIVES:
                from_file.pop((command, each), None)
    return Configuration(tuple((from_file | from_variables).values()), tuple(notes))


def commands() -> list[str]:
    """The commands that have options."""
    return list(dict.fromkeys(each for option in TABLE for each in option.commands if each != PYTEST))


def _of_file(folder: Path) -> Iterator[Setting]:
    for each in _searched(folder):
        tables = [(each / name, table) for name in _FILES if (table := _table(each / name)) is not None]
        if len(tables) > 1:
            raise UsageError(f"{each} has two configurations, in {' and in '.join(_FILES)}: keep one of them")
        if tables:
            yield from _of_table(*tables[0])
            return


def _searched(folder: Path) -> Iterable[Path]:
    """The folder and those above it, up to the repository's root; without a repository, up to a pyproject.toml."""
    folders = (folder, *folder.parents)
    for marks in (_ROOTS, ("pyproject.toml",)):
        for place, each in enumerate(folders, 1):
            if any((each / mark).exists() for mark in marks):
                return folders[:place]
    return folders[:1]


def _table(path: Path) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    content = read(str(path))
    if path.name == "pyproject.toml" and not _OURS.search(content):
        return None  # whatever else is in there is not for us to judge
    table: Any = read_toml(str(path), content)
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("awscontract") if isinstance(tool, dict) else None
        if table is not None and not isinstance(table, dict):
            raise UsageError(f"{path}: tool.awscontract is not a table")
    return table  # type: ignore[no-any-return]  # TOML has no types


def _of_table(path: Path, table: Mapping[str, Any]) -> Iterator[Setting]:
    top = {**find(CHECK), **find(PYTEST)}
    for name, value in table.items():
        if name in top and not (isinstance(value, dict) and name in commands()):
            yield from _of_toml(path, top[name], value, _holders(top[name]))
        elif isinstance(value, dict):
            if name not in commands():
                raise UsageError(f"{path}: {unknown('command', name, commands())}")
            options = find(name)
            for inner, each in value.items():
                if inner not in options:
                    raise UsageError(f"{path}: {unknown(f'option of {name}', inner, options)}")
                yield from _of_toml(path, options[inner], each, (name,))
        else:
            raise UsageError(f"{path}: {unknown('option of check', name, top)}")


def _holders(option: Option) -> tuple[str, ...]:
    """The commands that a setting at the top counts for."""
    if option.everywhere:
        return option.commands
    return tuple(each for each in option.commands if each in (CHECK, PYTEST))


def _of_toml(path: Path, option: Option, value: Any, holders: Iterable[str]) -> Iterator[Setting]:
    kind = KINDS[option.kind]
    try:
        given = from_toml(kind, value)
    except ValueError as error:
        raise UsageError(f"{option.name} in {path} {error}") from None
    if option.name in _COMMANDS and _open_to_others(path):
        raise UsageError(
            f"{option.name} in {path} is not run, because others may write there; give it on the command line"
        )
    if kind.is_file:  # as everywhere, a file names its neighbours
        given = [str(path.parent / each) for each in given] if kind.repeatable else str(path.parent / given)
    for holder in holders:
        yield _checked(Setting(holder, option, given, str(path)))


def _open_to_others(path: Path) -> bool:
    """Whether somebody else may have written the file."""
    return any(each.stat().st_mode & 0o002 for each in (path, path.parent))


def _of_variables(variables: Mapping[str, str], notes: list[str]) -> Iterator[Setting]:
    names: dict[str, list[tuple[tuple[str, ...], Option]]] = {}
    for name, meaning in _variables():
        names.setdefault(name, []).append(meaning)
    for variable, text in variables.items():
        if variable not in names:
            word = variable.removeprefix(PREFIX)
            near = get_close_matches(word, [each.removeprefix(PREFIX) for each in names], n=1, cutoff=0.8)
            if near:
                raise UsageError(f"unknown variable {shorten(variable, 80)!r}; did you mean {PREFIX}{near[0]}?")
            notes.append(f"the variable {shorten(variable, 80)} is not an option and is ignored")
            continue
        if not text.strip():
            raise UsageError(f"{variable} is empty: give it a value or unset it")
        for holders, option in names[variable]:  # AWSCONTRACT_REPAGE_SEED is for the command `repage` and for pytest
            given = _of_text(variable, option, text)
            for holder in holders:
                yield _checked(Setting(holder, option, given, variable))


def _of_text(variable: str, option: Option, text: str) -> Any:
    if option.kind == "flag":
        if text.lower() not in _WORDS:
            raise UsageError(f"{variable} must be one of {', '.join(_WORDS)}, not {shorten(text, 60)!r}")
        return _WORDS[text.lower()]
    return text.split() if KINDS[option.kind].repeatable else text


def _variables() -> Iterator[tuple[str, tuple[tuple[str, ...], Option]]]:
    """Every variable's name, with the commands and the option that it sets."""
    for command in commands():
        if command == CHECK:
            continue
        for name, option in find(command).items():
            yield _variable(f"{command}_{name}"), ((command,), option)
    for name, option in {**find(CHECK), **find(PYTEST)}.items():
        yield _variable(name), (_holders(option), option)


def _variable(words: str) -> str:
    return PREFIX + words.upper().replace("-", "_")


def _checked(setting: Setting) -> Setting:
    """The setting, if the option takes such a value."""
    option = setting.option
    checked(KINDS[option.kind], setting.named, setting.value)
    if option.choices:
        for each in setting.value if isinstance(setting.value, list) else (setting.value,):
            if each not in option.choices:
                raise UsageError(f"{setting.named}: {unknown('value', each, option.choices)}")
    return setting
