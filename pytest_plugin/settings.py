"""The options of a pytest run as values: from its command line, a variable, pytest's own configuration, or the project's file.

They override one another in that order. An option that makes no sense raises `UsageError` with one line, before any request is sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ..conformance import batch
from ..conformance.driver.targets import TargetOptions
from ..conformance.results.known_failures import Entry, load
from ..conformance.results.required import required_names
from ..errors import UsageError, unknown
from ..options.config import configuration
from ..options.files import check_apart, check_writable, read as read_file
from ..options.kinds import KINDS, checked
from ..options.table import ALTERNATIVES, PYTEST, Option
from ..spec.contract import Contract
from ..spec.operations import DEFAULT
from .plugin import OPTIONS

__all__ = ["Settings", "in_pytest", "read"]


@dataclass(frozen=True)
class Settings:
    """The options by their Python names, None where nobody gave one; the operations to judge, and the names that are required of them.

    `notes` is what the user should know about the options.
    """

    values: Mapping[str, Any]
    contracts: tuple[Contract, ...]
    required: tuple[str, ...] = ()
    known: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def named(self) -> bool:
        """Whether somebody named operations, so that the names of the tests begin with them."""
        return bool(self.values["operations"])

    @property
    def strict(self) -> bool:
        """Whether a broken rule of level should fails."""
        return bool(self.values["strict"])

    @property
    def target_name(self) -> str | None:
        """The target that the options name."""
        name: str | None = self.values["endpoint_url"] or self.values["target"]
        return name

    @property
    def target_options(self) -> TargetOptions:
        """Which target, and how to reach it."""
        return batch.target_options(self.values)


def read(config: pytest.Config) -> Settings:
    """The settings of this run.

    :raises UsageError: for a value that makes no sense.
    """
    found = configuration(config.rootpath, os.environ)
    values = _values(config, found.of(PYTEST))
    if values["target"] == "aws" and not values["allow_aws"]:
        raise UsageError("--awscontract-target aws sends requests to AWS itself: give --awscontract-allow-aws too")
    for name in ("save", "record"):
        check_writable(f"--awscontract-{name}", values[name])
    check_apart({"--awscontract-save": values["save"], "--awscontract-record": values["record"]})
    known = () if values["known"] is None else load(values["known"], read_file(values["known"]))
    contracts = batch.contracts(values["operations"] or (DEFAULT,), values)
    return Settings(values, contracts, required_names(values["require"] or (), contracts), known, found.notes)


def in_pytest(message: str) -> str:
    """A message about options of the command, with the names that they have here."""
    return re.sub(r"(?<!\S)--(?!awscontract)(?=[a-z])", "--awscontract-", message)


class _Given(NamedTuple):
    """What somebody gave for an option, what the option is called there, and the folder that a file's name is relative to."""

    value: Any
    name: str
    folder: Path


def _values(config: pytest.Config, others: Mapping[str, Any]) -> dict[str, Any]:
    """Each option's value, from the strongest source that has one."""
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
