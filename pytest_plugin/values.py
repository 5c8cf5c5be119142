"""The options of a pytest run as values: from its command line, a variable, pytest's own configuration, or the project's file.

They override one another in that order. Nothing is imported here but what reads options.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ..errors import unknown
from ..options.kinds import KINDS, checked
from ..options.table import ALTERNATIVES, Option
from .plugin import OPTIONS

__all__ = ["option_values"]


class _Given(NamedTuple):
    """What somebody gave for an option, what the option is called there, and the folder that a file's name is relative to."""

    value: Any
    name: str
    folder: Path


def option_values(config: pytest.Config, others: Mapping[str, Any]) -> dict[str, Any]:
    """Each option's value by its Python name, from the strongest source that has one; None where nobody gave one.

    :param others: what variables and the project's file say.
    :raises UsageError: for a value that makes no sense.
    """
    found: dict[str, _Given] = {}
    for source in _sources(config, others):
        taken = set(found) | (set(ALTERNATIVES) if not found.keys().isdisjoint(ALTERNATIVES) else set())
        found |= {name: given for name, given in source.items() if name not in taken}
    return {option.dest: _value(option, found.get(option.name)) for option in OPTIONS}


def _sources(config: pytest.Config, others: Mapping[str, Any]) -> Iterator[Mapping[str, _Given]]:
    """The options that each source has, the strongest first. A configuration file names its neighbours, all else names what is here."""
    here = config.invocation_params.dir
    lines = {each.name: (config.getoption(each.ini), f"--awscontract-{each.name}", here) for each in OPTIONS}
    ours = {each.name: (config.getini(each.ini), each.ini, config.rootpath) for each in OPTIONS}
    variables, file = (
        {name: _Given(each.value, each.named, here) for name, each in others.items() if each.from_variable is variable}
        for variable in (True, False)
    )
    yield {name: _Given(*each) for name, each in lines.items() if each[0] is not None}
    yield variables
    yield {name: _Given(*each) for name, each in ours.items() if each[0] is not None}
    yield file


def _value(option: Option, given: _Given | None) -> Any:
    kind = KINDS[option.kind]
    if given is None:
        return False if option.kind == "flag" else None
    if option.kind == "flag":
        return bool(given.value)
    value = checked(kind, given.name, list(given.value) if kind.repeatable else given.value)
    for each in value if kind.repeatable else (value,):
        if option.choices and each not in option.choices:
            raise unknown(f"{option.name} in {given.name}:", each, option.choices)
    if kind.is_file:
        return tuple(str(given.folder / each) for each in value) if kind.repeatable else str(given.folder / value)
    return value
