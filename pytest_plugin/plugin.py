"""The door to pytest: the options, the marker and the hook's specification.

pytest imports this module in every run of everybody who has awscontract installed, most of whom did not ask for it now. So it
imports nothing that pytest has not imported before; what works is in `pytest_run`, behind ``--awscontract``.
"""

from typing import Any, Literal, NamedTuple

import pytest

__all__ = ["OPTIONS", "AwscontractWarning", "Option"]


class AwscontractWarning(UserWarning):
    """A rule that AWS keeps, or that SDKs need, but that no document states, is broken.

    Make it an error with ``--awscontract-strict``, or silence it with ``-W ignore::awscontract.pytest_plugin.plugin.AwscontractWarning``.
    """


class Option(NamedTuple):
    """One of the options of ``check``: ``--awscontract-NAME``, and ``awscontract_NAME`` in pytest's configuration file."""

    name: str
    help: str
    kind: Literal["text", "seconds", "limit", "count", "number", "flag", "list", "path"] = "text"

    @property
    def dest(self) -> str:
        """Its name in pytest's configuration."""
        return "awscontract_" + self.name.replace("-", "_")


#: As the command ``awscontract check`` has them.
OPTIONS = (
    Option("endpoint-url", "judge the implementation at this URL"),
    Option(
        "target",
        "judge the embedded emulator, the installed moto, moto taught the operation, or AWS: emulator, moto, moto+access-reports, aws",
    ),
    Option("allow-aws", "let requests leave for AWS itself", "flag"),
    Option("profile", "the AWS profile to take credentials from"),
    Option("region", "the region to sign for"),
    Option("no-sign-request", "send requests unsigned", "flag"),
    Option("no-verify-ssl", "do not verify the endpoint's certificate", "flag"),
    Option("ca-bundle", "verify the endpoint's certificate with this file", "path"),
    Option("entity-path", "generate the report on this entity of the organization"),
    Option("job-id", "read the finished report of this job, generate none"),
    Option("seed-command", "run this first; it may print the entity path or the JobId to use"),
    Option("poll-interval", "seconds between two looks at a running job", "seconds"),
    Option("timeout", "seconds for all requests together", "limit"),
    Option("read-timeout", "seconds for one answer", "limit"),
    Option("explore", "how many request sequences to generate after the fixed survey", "count"),
    Option("seed", "the seed of what is generated", "count"),
    Option("concurrency", "how many requests may overlap", "number"),
    Option(
        "lacks", "what the target cannot do, told where rules are not exercised; may be given several times", "list"
    ),
    Option("strict", "a broken rule of level should fails too", "flag"),
    Option("require", "a rule or a family of rules that must be exercised; may be given several times", "list"),
    Option("known", "excuse the known divergences that this file lists", "path"),
    Option("save", "write the result to this file, as JSON", "path"),
    Option("record", "write the requests and answers to this file, as a trace", "path"),
    Option("keep-ids", "no pseudonyms for accounts and organizations in what is recorded", "flag"),
)

_INI_TYPES: dict[str, Literal["string", "bool", "args"]] = {"flag": "bool", "list": "args"}
_ACTIONS = {"flag": "store_true", "list": "append"}


class Hooks:
    """What a conftest.py or another plugin may implement."""

    @pytest.hookspec(firstresult=True)
    def pytest_awscontract_seed(self, client: Any) -> str | None:
        """Load a report worth judging into the target, before the survey.

        :returns: None, the entity path to generate the report on, or the JobId of a finished report.
        """


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hook."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("awscontract", "contract tests of an implementation of iam:GetOrganizationsAccessReport")
    group.addoption("--awscontract", action="store_true", help="add a test for each rule of the contract")
    group.addoption("--awscontract-only", action="store_true", help="collect these tests and no others")
    for option in OPTIONS:
        group.addoption(
            f"--awscontract-{option.name}",
            dest=option.dest,
            action=_ACTIONS.get(option.kind, "store"),
            default=None,
            help=option.help,
        )
        parser.addini(option.dest, option.help, type=_INI_TYPES.get(option.kind, "string"), default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, if asked for, everything else."""
    config.addinivalue_line(
        "markers", "awscontract: a test of the contract of iam:GetOrganizationsAccessReport, one a rule"
    )
    asked = config.option.awscontract or config.option.awscontract_only
    typed = [each for each in config.invocation_params.args if str(each).startswith("--awscontract-")]
    if typed and not asked:
        raise pytest.UsageError(f"{typed[0].partition('=')[0]} does nothing without --awscontract")
    if asked:
        from . import run as pytest_run

        pytest_run.register(config)
