"""The options of a pytest run, from its command line or its configuration file, as values.

An option that makes no sense raises `UsageError` with one line, before anything is asked of anybody.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ..spec import service_rules
from .commands.files import check_writable, read as read_file
from .errors import UsageError, unknown
from .known import Entry, load
from .plugin import OPTIONS, Option
from .targets import TargetOptions

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
    strict: bool
    require: tuple[str, ...]
    known: tuple[Entry, ...]
    save: str | None
    record: str | None

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
        names = ("poll_interval", "timeout", "read_timeout", "explore", "seed", "concurrency")
        return {each: value for each in names if (value := getattr(self, each)) is not None}


def read(config: pytest.Config) -> Settings:
    """The settings of this run.

    :raises UsageError: for a value that makes no sense.
    """
    values = {each.name.replace("-", "_"): _value(config, each) for each in OPTIONS}
    known_file = values["known"]
    values["known"] = () if known_file is None else load(known_file, read_file(known_file))
    settings = Settings(**values)
    if settings.target == "aws" and not settings.allow_aws:
        raise UsageError("--awscontract-target aws asks AWS itself: say --awscontract-allow-aws as well")
    for name, file in (("--awscontract-save", settings.save), ("--awscontract-record", settings.record)):
        check_writable(name, file)
    known = sorted({each.id for each in service_rules()} | {each.family for each in service_rules()})
    for word in settings.require:
        if word not in known:
            raise unknown("rule or family in --awscontract-require:", word, known)
    return settings


def in_pytest(message: str) -> str:
    """A message about options of the command, with the names that they have here."""
    return re.sub(r"(?<!\S)--(?!awscontract)(?=[a-z])", "--awscontract-", message)


def _value(config: pytest.Config, option: Option) -> Any:
    given = config.getoption(option.dest)
    value = config.getini(option.dest) if given is None else given
    if option.kind == "flag":
        return bool(value)
    if option.kind == "list":
        return tuple(value or ())
    if value is None:
        return None
    name = option.dest if given is None else f"--awscontract-{option.name}"
    if not value.strip():
        raise UsageError(f"{name} is empty; is the variable that it comes from set?")
    if option.kind == "path":
        # As everywhere in pytest: a file names its neighbours, the command line what is here.
        return str((config.rootpath if given is None else config.invocation_params.dir) / value)
    try:
        return _READ[option.kind](value)
    except ValueError:
        raise UsageError(f"{name} {value!r} is no {_NOUNS[option.kind]}") from None


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


_READ: Mapping[str, Callable[[str], Any]] = {"text": str, "seconds": _seconds, "count": _count}
_NOUNS = {"seconds": "number of seconds", "count": "whole number from 0"}
