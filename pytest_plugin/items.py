"""The tests: for each operation one that says whether it could be judged, and one per rule, which reports the rule's outcome.

They are functions of a module that is not in a file, so that fixtures, parametrizing, ordering and reports are pytest's own work.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ..errors import one_line
from ..spec.catalogue import Rule, rule_set
from ..spec.contract import Contract
from . import messages
from .plugin import AwscontractWarning
from .settings import Settings
from .shared_survey import Survey

__all__ = ["JUDGED", "NAME", "ContractItem", "ContractModule"]

#: The module's node id, which every test's begins with.
NAME = "awscontract"

#: The test of whether an operation could be judged.
JUDGED = "judged"

Judge = Callable[["ContractItem", Any, "str | None"], None]


class ContractModule(pytest.Module):
    """The module that the tests are in. Its path is the rootdir, whose conftest.py therefore applies to it.

    `judge` is the body of every test: it is given the test, the client and the JobId.
    """

    def __init__(self, *, settings: Settings, judge: Judge, **node: Any) -> None:
        super().__init__(**node)
        self.settings = settings
        self.judge = judge
        self.add_marker(NAME)

    def _tests(self) -> Iterator[tuple[str, Contract, Rule | None]]:
        """The name of each test, its operation and its rule, in the catalogue's order."""
        for contract in self.settings.contracts:
            prefix = f"{contract.id}::" if self.settings.named else ""
            yield f"{prefix}{JUDGED}", contract, None
            for rule in rule_set(contract):
                yield f"{prefix}{rule.id}", contract, rule

    def _getobj(self) -> ModuleType:
        module = ModuleType(NAME)
        for name, _, rule in self._tests():
            setattr(module, name, _test(rule, self.judge))
        return module

    def collect(self) -> Iterator[ContractItem]:
        """The tests, each for every parameter of the client."""
        for name, contract, rule in self._tests():
            for each in self._genfunctions(name, getattr(self.obj, name)):
                yield ContractItem.from_parent(
                    self,
                    name=each.name,
                    originalname=name,
                    callspec=getattr(each, "callspec", None),
                    fixtureinfo=each._fixtureinfo,
                    contract=contract,
                    rule=rule,
                )


class ContractItem(pytest.Function):
    """The test of one rule against one client, or, without a rule, of whether the operation could be judged."""

    def __init__(self, *, contract: Contract, rule: Rule | None, **function: Any) -> None:
        super().__init__(**function)
        self.contract = contract
        self.rule = rule
        self.user_properties.append(("operation", contract.id))
        if rule is not None:
            self.user_properties += [("level", rule.level), ("basis", rule.basis), ("source", rule.source)]

    @property
    def parameter(self) -> str:
        """The client's parameter, empty where it has none. Each parameter has surveys of its own."""
        callspec = getattr(self, "callspec", None)
        return callspec.id if callspec else ""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest's reports say that the test is, which is in no file, and the title of its failure."""
        level = f" ({self.rule.level})" if self.rule else ""
        return self.config.rootpath / NAME, 0, f"{self.name}{level}"

    def report_rule(self, survey: Survey, settings: Settings) -> None:
        """Pass, warn, fail or skip, as the rule came out."""
        assert self.rule is not None
        result = survey.result
        try:
            rule = result.rule(self.rule.id)
        except KeyError:  # the result of another version of awscontract
            self.skip(f"{self.rule.id} does not apply to the target")
        for each in result.known_problems:
            if each.rule == rule.id:
                broken = f"\n{messages.finding(rule, survey.trace)}" if rule.violations else ""
                pytest.fail(f"{each.problem}: {one_line(each.message)}{broken}", pytrace=False)
        if rule.outcome == "failed" or (rule.outcome == "warned" and settings.strict):
            pytest.fail(messages.finding(rule, survey.trace), pytrace=False)
        if rule.outcome == "warned":
            _warn(messages.warning(rule))
        elif rule.outcome == "noted":
            self.add_report_section("call", NAME, messages.finding(rule, survey.trace))
        elif rule.outcome == "known":
            pytest.xfail(rule.reason or "known")
        elif not rule.exercised:
            why = messages.why(rule, result)
            if result.judged and rule in result.unmet(settings.required):
                pytest.fail(f"required, but not exercised: {why}", pytrace=False)
            self.skip(why)

    def report_judged(self, survey: Survey, settings: Settings, *, another: Callable[[], bool]) -> None:
        """Fail where the operation could not be judged; skip where `another` one was, unless this one is required."""
        result = survey.result
        if result.judged:
            return
        why = messages.unjudged(result)
        if result.operation not in settings.required and another():
            self.skip(why)
        pytest.fail(why, pytrace=False)

    def skip(self, why: str) -> None:
        """Skip this test for a reason."""
        raise pytest.skip.Exception(why, _use_item_location=True)


def _test(rule: Rule | None, judge: Judge) -> Callable[..., None]:
    def test(request: pytest.FixtureRequest, awscontract_client: Any, awscontract_job_id: str | None) -> None:
        judge(request.node, awscontract_client, awscontract_job_id)

    test.__doc__ = rule.statement if rule else "The operation could be judged."
    return test


def _warn(text: str) -> None:
    try:
        warnings.warn_explicit(text, AwscontractWarning, filename=f"<{NAME}>", lineno=1, module=NAME)
    except AwscontractWarning:  # the user's filters make an error of it
        pytest.fail(text, pytrace=False)
