"""What a service of a scenario does, in a line for the author of the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from ....emulator import Behaviour
from ....errors import counted, cut, times
from ....spec.contract import Contract
from .mutations import MUTATIONS
from .scenario import Refusal, Scenario

__all__ = ["described"]


def described(contract: Contract, scenario: Scenario) -> str:
    """How many items it lists, and what else differs from a service that does nothing special."""
    behaviour = scenario.behaviour
    said = [_listed(contract, behaviour)]
    if contract.job is not None:
        said.append(_job(scenario))
    for each in fields(Behaviour):
        value = getattr(behaviour, each.name)
        if each.name in _PHRASES and value != each.default:
            said.append(_PHRASES[each.name](contract, value))
    if scenario.in_common is not None:
        said.append(f"all with the same {' and '.join(scenario.in_common.members)}")
    if scenario.refusal is not None:
        said.append(_refused(scenario.refusal))
    if scenario.mutation is not None:
        said.append(f"it breaks the contract: {MUTATIONS[scenario.mutation].statement}")
    return "; ".join(said)


def _listed(contract: Contract, behaviour: Behaviour) -> str:
    if behaviour.report is not None:
        number = len(behaviour.report)
    elif isinstance(behaviour.given, Mapping):
        return " and ".join(f"{len(items)} {name}" for name, items in behaviour.given.items())
    elif behaviour.given is not None:
        number = len(behaviour.given)
    else:
        number = behaviour.items if contract.job is None else behaviour.services
    return _items(contract, number)


def _items(contract: Contract, number: int) -> str:
    assert contract.listing is not None
    return counted(number, contract.listing.noun, contract.listing.nouns)


def _job(scenario: Scenario) -> str:
    if scenario.endless:
        return "the job is IN_PROGRESS for ever"
    behaviour = scenario.behaviour
    end = behaviour.outcome.upper()
    if behaviour.outcome == "failed" and behaviour.failure is not None:
        end += f" with {behaviour.failure}"
    if not behaviour.polls:
        return f"the job is {end} at once"
    return f"the job is IN_PROGRESS {times(behaviour.polls)}, then {end}"


def _refused(refusal: Refusal) -> str:
    where = f"from page {refusal.page + 1} on" if refusal.page else "on every read"
    where = f"after {refusal.after} reads" if refusal.after else where
    often = f", {times(refusal.times)}" if refusal.times else ""
    return f"{refusal.code} {where}{often}"


def _absent(field: str, where: str) -> Callable[[Contract, Any], str]:
    """The phrase for a member that may be absent. `field` is the field of `Listing` with the member's name."""
    return lambda contract, _: f"{getattr(contract.listing, field)} is absent {where}"


def _lengths(contract: Contract, pages: Sequence[int]) -> str:
    *others, last = pages
    if not others:
        return f"the first page holds {_items(contract, last)}"
    assert contract.listing is not None
    return f"the first pages hold {', '.join(map(str, others))} and {last} {contract.listing.nouns}"


#: Fields of a behaviour that a client can notice, but for what is listed and how its job ends, and what a value of theirs means.
_PHRASES: Mapping[str, Callable[[Contract, Any], str]] = {
    "page_cap": lambda _, most: f"at most {most} on a page",
    "page_plan": _lengths,
    "empty_last_page": lambda *_: "an empty last page",
    "empty_token_at_end": lambda *_: "the last page has an empty token",
    "token_form": lambda _, form: f"tokens have the form {cut(repr(form), 300)}",
    "fresh_tokens": lambda *_: "the same place has a new token each time",
    "nulls": lambda _, where: f"services without an access sort {where}",
    "job_ids": lambda _, form: f"JobIds have the form {form!r}",
    "job_times": lambda _, precision: f"the job's dates have {precision}",
    "service_times": lambda _, precision: f"dates of accesses have {precision}",
    "omit_more_when_false": _absent("more", "where it would be false"),
    "omit_items_when_empty": _absent("main", "where it would be empty"),
    "omit_total_when_zero": lambda *_: "the total is absent where it would be 0",
    "region_of_unused_iam": lambda *_: "iam has a Region without an access",
    "indented": lambda *_: "the XML is not indented",
    "same_request_same_job": lambda *_: "the same request starts another job",
    "throttle_every": lambda _, nth: f"one request in {nth} is throttled",
}
