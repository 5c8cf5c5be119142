"""The tests of the contract: one a rule, each turning its rule's outcome into what pytest reports.

They are functions of a module that is no file, so that fixtures, parametrizing, ordering and reports are pytest's own work.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from ..conformance.results.result import Result, RuleResult
from ..errors import one_line
from ..spec import Rule, service_rules
from . import messages as pytest_text
from .plugin import AwscontractWarning
from .settings import Settings
from .shared_survey import Survey

__all__ = ["NAME", "Contract", "ContractItem", "speakers"]

#: The module's node id, which every test's begins with.
NAME = "awscontract"

#: Verdicts of a run that judged nothing, though there was something to judge.
_UNJUDGED = frozenset({"indeterminate", "unreachable", "refused"})


class Contract(pytest.Module):
    """The module that the tests are in. Its path is the rootdir, whose conftest.py therefore holds for it.

    `judge` is what a test does: it is given the test, the client and the JobId.
    """

    def __init__(self, *, judge: Judge, **node: Any) -> None:
        super().__init__(**node)
        self.judge = judge
        self.add_marker(NAME)

    def _getobj(self) -> ModuleType:
        module = ModuleType(NAME)
        for rule in service_rules():
            setattr(module, rule.id, _test(rule, self.judge))
        return module

    def collect(self) -> Iterator[ContractItem]:
        """A test for each rule, and for each parameter of the client, in the catalogue's order."""
        for rule in service_rules():
            for each in self._genfunctions(rule.id, getattr(self.obj, rule.id)):
                yield ContractItem.from_parent(
                    self,
                    name=each.name,
                    originalname=rule.id,
                    callspec=getattr(each, "callspec", None),
                    fixtureinfo=each._fixtureinfo,
                    rule=rule,
                )


class ContractItem(pytest.Function):
    """The test of one rule against one client."""

    def __init__(self, *, rule: Rule, **function: Any) -> None:
        super().__init__(**function)
        self.rule = rule
        self.user_properties += [("level", rule.level), ("basis", rule.basis), ("source", rule.source)]

    @property
    def parameter(self) -> str:
        """The client's parameter, empty where it has none. Each parameter has a survey of its own."""
        callspec = getattr(self, "callspec", None)
        return callspec.id if callspec else ""

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where pytest's reports say that the test is, which is in no file, and the title of its failure."""
        return self.config.rootpath / NAME, 0, f"{self.name} ({self.rule.level})"

    def judge(self, survey: Survey, settings: Settings) -> None:
        """Pass, warn, fail or skip, as the survey found the rule."""
        rule = survey.result.rule(self.rule.id)
        for each in survey.result.known_problems:
            if each.rule == rule.id:
                broken = f"\n{pytest_text.finding(rule, survey.trace)}" if rule.violations else ""
                pytest.fail(f"{each.problem}: {one_line(each.message)}{broken}", pytrace=False)
        if rule.outcome == "failed" or (rule.outcome == "warned" and settings.strict):
            pytest.fail(pytest_text.finding(rule, survey.trace), pytrace=False)
        if rule.outcome == "warned":
            _warn(pytest_text.finding(rule, survey.trace))
        elif rule.outcome == "noted":
            self.add_report_section("call", NAME, pytest_text.finding(rule, survey.trace))
        elif rule.outcome == "known":
            pytest.xfail(rule.reason or "known")
        elif not rule.exercised:
            self._explain(rule, survey.result, settings)

    def _explain(self, rule: RuleResult, result: Result, settings: Settings) -> None:
        reason = pytest_text.reason(rule, result)
        if rule in result.unmet(settings.require):
            pytest.fail(f"required, but not exercised: {reason}", pytrace=False)
        peers = {
            each.rule.id
            for each in self.session.items
            if isinstance(each, ContractItem) and each.parameter == self.parameter
        }
        speaker = speakers(result, peers).get(rule.id)
        if speaker == rule.id:
            pytest.fail(pytest_text.unjudged(rule, result), pytrace=False)
        see = f"; see {NAME}::{speaker}" if speaker else ""
        raise pytest.skip.Exception(reason + see, _use_item_location=True)


def speakers(result: Result, selected: Collection[str]) -> Mapping[str, str]:
    """For each selected rule that should have been judged and was not, the one whose test fails for it.

    A run that judged nothing is not green, and a dead target is one failure and not one a rule. Only an operation that is not
    implemented is no failure: there is nothing to judge.
    """
    silent = [rule for rule in result.rules if rule.id in selected and not rule.exercised]
    stuck = [
        rule
        for rule in silent
        if rule.outcome == "indeterminate" and rule.level == "must" and rule.because not in selected
    ]
    if result.verdict in _UNJUDGED and not stuck:
        return {rule.id: silent[0].id for rule in silent}
    first: dict[str | None, str] = {}
    return {rule.id: first.setdefault(rule.because or rule.reason, rule.id) for rule in stuck}


def _test(rule: Rule, judge: Judge) -> Callable[..., None]:
    def test(request: pytest.FixtureRequest, awscontract_client: Any, awscontract_job_id: str | None) -> None:
        judge(request.node, awscontract_client, awscontract_job_id)

    test.__doc__ = rule.statement
    return test


def _warn(text: str) -> None:
    try:
        warnings.warn_explicit(text, AwscontractWarning, filename=f"<{NAME}>", lineno=1, module=NAME)
    except AwscontractWarning:  # the user's filters make an error of it
        pytest.fail(text, pytrace=False)


Judge: TypeAlias = Callable[[ContractItem, Any, "str | None"], None]
