"""The pytest plugin's entry point: the options, the marker and the specification of the hook.

pytest imports this module in every run of everybody who has awscontract installed, most of whom did not ask for it. So it
imports nothing but pytest and the table of options; the rest is in `run`, behind ``--awscontract``, and in `repage`, behind ``--awscontract-repage``.
"""

from __future__ import annotations

import os
from typing import Any, Literal

import pytest

from ..options.table import PYTEST, Option, of

__all__ = ["OPTIONS", "AwscontractWarning"]


class AwscontractWarning(UserWarning):
    """A rule of level should is broken: AWS satisfies it, or SDKs need it, but no document states it.

    Make it an error with ``--awscontract-strict``, or silence it with ``-W ignore::awscontract.pytest_plugin.plugin.AwscontractWarning``.
    """


_REPAGE = "--awscontract-repage"
#: The option's, and that by which the command ``awscontract repage`` reaches the processes under it.
_VARIABLES = frozenset({"AWSCONTRACT_REPAGE", "_AWSCONTRACT_REPAGE"})

#: ``--awscontract-NAME`` on the command line, and ``awscontract_NAME`` in pytest's configuration file.
OPTIONS: tuple[Option, ...] = tuple(of(PYTEST))


class Hooks:
    """What a conftest.py or another plugin may implement."""

    @pytest.hookspec(firstresult=True)
    def pytest_awscontract_seed(self, client: Any, operation: str) -> str | dict[str, Any] | None:
        """Load test data into the target, before an operation is judged.

        :returns: None, the entity path or Arn to report on, the JobId of a finished report, or a dict of request parameters.
        """


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hook."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("awscontract", "contract tests of an implementation of AWS operations")
    group.addoption("--awscontract", action="store_true", help="add a test for each rule of the contract")
    group.addoption("--awscontract-only", action="store_true", help="collect these tests and no others")
    for option in OPTIONS:
        group.addoption(
            f"--awscontract-{option.name}",
            dest=option.ini,
            action=_action(option),
            default=None,
            help=_help(option),
        )
        parser.addini(option.ini, _help(option), type=_ini_type(option), default=None)


def _action(option: Option) -> str:
    if option.kind == "flag":
        return "store_true"
    return "append" if option.kind in ("texts", "choices", "files") else "store"


def _ini_type(option: Option) -> Literal["string", "bool", "args"]:
    if option.kind == "flag":
        return "bool"
    return "args" if option.kind in ("texts", "choices", "files") else "string"


def _help(option: Option) -> str:
    """The option's help as pytest prints it."""
    text = option.help[0].lower() + option.help[1:].rstrip(".")
    if option.choices:
        text += f": {', '.join(option.choices)}"
    default = option.default_text or ("" if option.default is None else str(option.default))
    return (text + (f" (default: {default})" if default else "")).replace("%", "%%")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, if asked for, everything else."""
    config.addinivalue_line("markers", "awscontract: a test of a rule of an AWS operation's contract")
    asked = config.option.awscontract or config.option.awscontract_only
    repaged = _may_be_repaged(config)
    for each in map(str, config.invocation_params.args):
        name = each.partition("=")[0]
        of_repage = name.startswith(_REPAGE)
        if name.startswith("--awscontract-") and not (repaged if of_repage else asked):
            raise pytest.UsageError(f"{name} does nothing without {_REPAGE if of_repage else '--awscontract'}")
    if asked:
        from . import run

        run.register(config)
    if repaged:
        from . import repage

        repage.register(config)


def _may_be_repaged(config: pytest.Config) -> bool:
    """Whether the run is to be re-paged, or a file says something about that. Those who do not use it pay for a look into their files."""
    if config.option.awscontract_repage or config.getini("awscontract_repage") or not _VARIABLES.isdisjoint(os.environ):
        return True
    for folder in (config.rootpath, *config.rootpath.parents):
        if any(_mentions_repage(f"{folder}/{name}") for name in ("awscontract.toml", "pyproject.toml")):
            return True
        if os.path.exists(f"{folder}/.git"):
            break
    return False


def _mentions_repage(file: str) -> bool:
    try:
        with open(file, "rb") as content:
            return b"repage" in content.read()
    except OSError:
        return False
