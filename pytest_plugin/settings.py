"""The options of a pytest run as values: from its command line, a variable, pytest's own configuration, or `config`'s file.

They outweigh one another in that order. An option that makes no sense raises `UsageError` with one line, before anything is asked of anybody.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ..conformance.driver.targets import TARGETS, TargetOptions
from ..conformance.results.known_failures import Entry, load
from ..errors import UsageError, unknown
from ..options.config import ALTERNATIVES, settings
from ..options.files import check_apart, check_writable, read as read_file
from ..spec import service_rules
from .plugin import OPTIONS, Option

__all__ = ["Settings", "in_pytest", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options by name. None where nobody gave one, so that the default of `check` holds."""

    endpoint_url: str | None
    target: str | None
    allow_aws: bool
    profile: str | None
    region: str | None
    no_sign_request: bool
    no_verify_ssl: bool
    ca_bundle: str | None
    entity_path: str | None
    job_id: str | None
    seed_command: str | None
    poll_interval: float | None
    timeout: float | None
    read_timeout: float | None
    explore: int | None
    seed: int | None
    concurrency: int | None
    lacks: tuple[str, ...]
    strict: bool
    require: tuple[str, ...]
    known: tuple[Entry, ...]
    save: str | None
    record: str | None
    keep_ids: bool

    @property
    def target_options(self) -> TargetOptions:
        """Which target, and how to reach it. The path to ask for is looked up later, when the target has been seeded."""
        return TargetOptions(
            endpoint_url=self.endpoint_url,
            target=self.target,
            profile=self.profile,
            region=self.region,
            sign_request=not self.no_sign_request,
            verify_ssl=not self.no_verify_ssl,
            ca_bundle=self.ca_bundle,
            entity_path=self.entity_path,
            look_up=False,
            **({} if self.read_timeout is None else {"read_timeout": self.read_timeout}),
        )

    @property
    def run(self) -> Mapping[str, Any]:
        """The arguments of `check` that somebody gave."""
        names = ("poll_interval", "timeout", "read_timeout", "explore", "seed", "concurrency", "lacks")
        return {each: value for each in names if (value := getattr(self, each)) not in (None, ())}


def read(config: pytest.Config) -> Settings:
    """The settings of this run.

    :raises UsageError: for a value that makes no sense.
    """
    values = {name.replace("-", "_"): value for name, value in _values(config).items()}
    known_file = values["known"]
    values["known"] = () if known_file is None else load(known_file, read_file(known_file))
    made = Settings(**values)
    if made.target == "aws" and not made.allow_aws:
        raise UsageError("--awscontract-target aws asks AWS itself: say --awscontract-allow-aws as well")
    if made.target is not None and made.target not in TARGETS:
        raise unknown("target in --awscontract-target:", made.target, TARGETS)
    for name, file in (("--awscontract-save", made.save), ("--awscontract-record", made.record)):
        check_writable(name, file)
    check_apart({"--awscontract-save": made.save, "--awscontract-record": made.record})
    if made.lacks:
        from ..conformance.judge.limitations import CAPABILITIES  # listing the tests needs no judge

        for word in set(made.lacks).difference(CAPABILITIES):
            raise unknown("capability in --awscontract-lacks:", word, CAPABILITIES)
    known = sorted({each.id for each in service_rules()} | {each.family for each in service_rules()})
    for word in made.require:
        if word not in known:
            raise unknown("rule or family in --awscontract-require:", word, known)
    return made


def in_pytest(message: str) -> str:
    """A message about options of the command, with the names that they have here."""
    return re.sub(r"(?<!\S)--(?!awscontract)(?=[a-z])", "--awscontract-", message)


class _Given(NamedTuple):
    """What somebody gave for an option, what the option is called there, and the folder that a file's name starts from."""

    value: Any
    name: str
    folder: Path


def _values(config: pytest.Config) -> dict[str, Any]:
    """Each option's value, from the strongest source that has one."""
    found: dict[str, _Given] = {}
    for source in _sources(config):
        taken = set(found) | (set(ALTERNATIVES) if not found.keys().isdisjoint(ALTERNATIVES) else set())
        found |= {name: given for name, given in source.items() if name not in taken}
    return {option.name: _value(option, found.get(option.name)) for option in OPTIONS}


def _sources(config: pytest.Config) -> Iterator[Mapping[str, _Given]]:
    """The options that each source has, the strongest first. As everywhere, a file names its neighbours, and all else what is here."""
    from ..cli.main import options

    here = config.invocation_params.dir
    lines = {each.name: (config.getoption(each.dest), f"--awscontract-{each.name}", here) for each in OPTIONS}
    ours = {each.name: (config.getini(each.dest), each.dest, config.rootpath) for each in OPTIONS}
    others = [each for each in settings(config.rootpath, os.environ, options) if each.command == "check"]
    variables, file = (
        {each.option: _Given(each.value, each.named, here) for each in others if each.from_variable is variable}
        for variable in (True, False)
    )
    yield {name: _Given(*each) for name, each in lines.items() if each[0] is not None}
    yield variables
    yield {name: _Given(*each) for name, each in ours.items() if each[0] is not None}
    yield file


def _value(option: Option, given: _Given | None) -> Any:
    if given is None:
        return {"flag": False, "list": ()}.get(option.kind)
    value = given.value
    if option.kind == "flag":
        return bool(value)
    if option.kind == "list":
        return tuple(value)
    if not value.strip():
        raise UsageError(f"{given.name} is empty; is the variable that it comes from set?")
    if option.kind == "path":
        return str(given.folder / value)
    try:
        return _READ[option.kind](value)
    except ValueError:
        raise UsageError(f"{given.name} {value!r} is no {_NOUNS[option.kind]}") from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(text)
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count


def _positive(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def positive(text: str) -> Any:
        if not (value := read(text)):
            raise ValueError(text)
        return value

    return positive


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "seconds": _seconds,
    "limit": _positive(_seconds),
    "count": _count,
    "number": _positive(_count),
}
_NOUNS = {
    "seconds": "number of seconds",
    "limit": "number of seconds above 0",
    "count": "whole number from 0",
    "number": "whole number from 1",
}
