"""The options of a pytest run that judges. One that makes no sense raises `UsageError` with one line, before any request is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ..conformance import batch
from ..conformance.driver.targets import TargetOptions
from ..conformance.results.known_failures import KnownFailure, load
from ..conformance.results.required import required_names
from ..errors import UsageError
from ..options.config import configuration
from ..options.files import check_apart, check_writable, read as read_file
from ..options.table import PYTEST
from ..spec.contract import Contract
from ..spec.operations import DEFAULT
from .values import option_values

__all__ = ["Settings", "in_pytest", "read"]


@dataclass(frozen=True)
class Settings:
    """The options by their Python names, None where nobody gave one; the operations to judge, and the names that are required of them.

    `notes` is what the user should know about the options.
    """

    values: Mapping[str, Any]
    contracts: tuple[Contract, ...]
    required: tuple[str, ...] = ()
    known: tuple[KnownFailure, ...] = ()
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
    values = option_values(config, found.of(PYTEST))
    if values["target"] == "aws" and not values["allow_aws"]:
        raise UsageError("--awscontract-target aws sends requests to AWS itself: give --awscontract-allow-aws too")
    for name in ("save", "record"):
        check_writable(f"--awscontract-{name}", values[name])
    check_apart({"--awscontract-save": values["save"], "--awscontract-record": values["record"]})
    known = () if values["known"] is None else load(values["known"], read_file(values["known"]))
    contracts = batch.contracts(values["operations"] or (DEFAULT,), values)
    return Settings(values, contracts, required_names(values["require"] or (), contracts), known, found.notes)


def in_pytest(message: str) -> str:
    """A message about options of the command, with the names that they have here; commands in backticks stay as they are."""
    parts = message.split("`")
    parts[::2] = [re.sub(r"(?<![^\s(])--(?!awscontract)(?=[a-z])", "--awscontract-", each) for each in parts[::2]]
    return "`".join(parts)
