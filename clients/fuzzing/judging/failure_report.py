"""A finding in ten lines at most: the service, the calls, what went wrong, what was expected, how to reproduce it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ....errors import counted, cut
from ....spec.catalogue import client_rule_set
from ....spec.contract import Contract
from ..scenarios.description import described
from ..scenarios.scenario import Scenario
from .call import RecordedCall, search
from .formatting import short
from .run import ClientFinding, ClientRun

if TYPE_CHECKING:
    from ....emulator import Behaviour

__all__ = ["ClientContractViolation", "report"]

#: Lines of calls.
_MOST = 4


class ClientContractViolation(AssertionError):
    """A client breaks a rule. Its text says how, step by step."""

    def __init__(self, finding: ClientFinding, scenario: Scenario, text: str) -> None:
        super().__init__(text)
        #: The rule's id.
        self.rule = finding.rule
        #: The smallest behaviour of the service that breaks the client.
        self.behaviour: Behaviour = scenario.behaviour
        self.text = text


#: Where its users import it from, and what pytest's summary calls it.
ClientContractViolation.__module__ = "awscontract"


def report(run: ClientRun, finding: ClientFinding, again: str) -> str:
    """The lines."""
    rule = next(each for each in client_rule_set(run.contract) if each.id == finding.rule)
    lines = [f"{finding.rule}: {rule.statement}"]
    lines += [f"service     {described(run.contract, run.scenario)}"]
    heading = "client      "
    for line in _calls(run.contract, run.calls, finding.call):
        lines.append(heading + line)
        heading = " " * len(heading)
    lines += [
        f"problem     {finding.what}",
        f"expected    {finding.should}",
        f"reproduce   {again}",
        f"source      {rule.source}",
    ]
    return "\n".join(lines)


def _calls(contract: Contract, calls: Sequence[RecordedCall], wrong: int | None) -> Iterator[str]:
    """Each call with its response; the same again and again is one line, and the middle of many is left out."""
    names: dict[str, str] = {}
    groups: list[tuple[int, int, str]] = []
    for index, each in enumerate(calls):
        text = f"{_request(contract, each, names)} -> {_response(contract, each, names)}"
        if groups and groups[-1][2] == text:
            groups[-1] = (groups[-1][0], index, text)
        else:
            groups.append((index, index, text))
    if not groups:
        yield "sends no request"
    wanted = [each for each in groups if wrong is None or each[0] <= wrong]
    shown = wanted if len(wanted) <= _MOST else [*wanted[: _MOST - 2], None, wanted[-1]]
    for group in shown:
        if group is None:
            number = wanted[-1][0] - wanted[_MOST - 3][1] - 1
            yield f"… {counted(number, 'more call')} …"
            continue
        first, last, text = group
        yield f"{first + 1} {text}" if first == last else f"{first + 1} to {last + 1} {text}"


def _request(contract: Contract, each: RecordedCall, names: dict[str, str]) -> str:
    listing, job, sort = contract.listing, contract.job, contract.sort
    assert listing is not None
    if job is not None and each.starts:
        return f"generate({each.parameters.get(job.start.subject, '')})"
    if not each.reads:
        return f"{each.operation}()"
    shown = []
    if each.token is not None:
        shown.append(f"{listing.token.input}={names.get(each.token) or short(each.token)}")
    wanted: list[str | None] = [listing.limit, sort.parameter if sort is not None else None]
    wanted += [
        name for name in each.parameters if job is None and name not in {token.input for token in listing.tokens}
    ]
    present = [name for name in dict.fromkeys(wanted) if name is not None and name in each.parameters]
    shown += [f"{name}={cut(str(each.parameters[name]), 40)}" for name in present]
    return f"{'get' if job is not None else contract.operation}({', '.join(shown)})"


def _response(contract: Contract, each: RecordedCall, names: dict[str, str]) -> str:
    listing, job = contract.listing, contract.job
    assert listing is not None
    if each.error is not None:
        return f"{each.error.code}, HTTP {each.error.status}"
    if not each.reads:
        return "a JobId" if each.starts else "a response"
    members = each.output
    assert not isinstance(members, Exception)
    shown = [each.status] if each.status else []
    if each.succeeded:
        items = counted(each.items, listing.noun, listing.nouns)
        shown.append(f"no {listing.main}" if search(listing.main, members) is None else items)
        if listing.more is not None:
            truncated = search(listing.more, members)
            shown.append(f"no {listing.more}" if truncated is None else f"{listing.more} {str(truncated).lower()}")
    if each.next is not None:
        names.setdefault(
            each.next, f"{listing.token.name[:1]}{len(names) + 1}" if each.next.strip() else repr(each.next)
        )
        shown.append(f"{listing.token.name} {names[each.next]}")
    elif job is not None and each.status in job.failed:
        shown.append(str(members.get(job.error, {}).get(job.error_code)))
    return ", ".join(shown)
