"""A finding told in ten lines at most: the service, the calls, where it went wrong, what should have been, how to see it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...spec import rule
from ...spec.legacy import contract
from .client_rules import Finding, Run
from .recorder import Asked
from .scenarios import Scenario, told

if TYPE_CHECKING:
    from ...emulator import Behaviour

__all__ = ["ClientContractViolation", "tell"]

#: Lines of calls.
_MOST = 4


class ClientContractViolation(AssertionError):
    """A client breaks a rule. Its text is the story."""

    def __init__(self, finding: Finding, scenario: Scenario, story: str) -> None:
        super().__init__(story)
        #: The rule's id.
        self.rule = finding.rule
        #: The smallest behaviour of the service that breaks the client.
        self.behaviour: Behaviour = scenario.behaviour
        self.story = story


#: Where its users import it from, and what pytest's summary calls it.
ClientContractViolation.__module__ = "awscontract"


def tell(run: Run, finding: Finding, again: str) -> str:
    """The story."""
    lines = [f"{finding.rule}: {rule(finding.rule).statement}"]
    lines += [f"the service   {told(run.scenario)}"]
    heading = "the client    "
    for line in _calls(run.calls, finding.call):
        lines.append(heading + line)
        heading = " " * len(heading)
    lines += [
        f"went wrong    {finding.what}",
        f"right         {finding.should}",
        f"see again     {again}",
        f"source        {rule(finding.rule).source}",
    ]
    return "\n".join(lines)


def _calls(calls: Sequence[Asked], wrong: int | None) -> Iterator[str]:
    """Each call with its answer; the same again and again is one line, and the middle of many is left out."""
    names: dict[str, str] = {}
    groups: list[tuple[int, int, str]] = []
    for index, each in enumerate(calls):
        text = f"{_asked(each, names)} -> {_answered(each, names)}"
        if groups and groups[-1][2] == text:
            groups[-1] = (groups[-1][0], index, text)
        else:
            groups.append((index, index, text))
    if not groups:
        yield "asks nothing"
    wanted = [each for each in groups if wrong is None or each[0] <= wrong]
    shown = wanted if len(wanted) <= _MOST else [*wanted[: _MOST - 2], None, wanted[-1]]
    for group in shown:
        if group is None:
            yield f"… {wanted[-1][0] - wanted[_MOST - 3][1] - 1} more calls …"
            continue
        first, last, text = group
        yield f"{first + 1} {text}" if first == last else f"{first + 1} to {last + 1} {text}"


def _asked(each: Asked, names: dict[str, str]) -> str:
    page = contract().page
    if not each.reads:
        return "generate(" + each.parameters.get(contract().start.entity, "") + ")"
    shown = []
    if each.marker is not None:
        shown.append(f"Marker={names.get(each.marker, repr(each.marker)[:40])}")
    shown += [f"{name}={each.parameters[name]}" for name in (page.limit, page.sort_key) if name in each.parameters]
    return f"get({', '.join(shown)})"


def _answered(each: Asked, names: dict[str, str]) -> str:
    if each.error is not None:
        return f"{each.error.code}, HTTP {each.error.status}"
    if not each.reads:
        return "a JobId"
    law, members = contract(), each.answer
    assert not isinstance(members, Exception)
    shown = [each.status]
    if each.status in law.job.succeeded:
        plural = "" if each.services == 1 else "s"
        shown.append(f"{each.services} service{plural}" if law.report.items in members else "no AccessDetails")
        truncated = members.get(law.page.truncated)
        shown.append("no IsTruncated" if truncated is None else f"IsTruncated {str(truncated).lower()}")
    if each.next is not None:
        names.setdefault(each.next, f"M{len(names) + 1}" if each.next.strip() else repr(each.next))
        shown.append(f"Marker {names[each.next]}")
    elif each.status in law.job.failed:
        shown.append(str(members.get(law.job.error, {}).get(law.job.error_code)))
    return ", ".join(shown)
