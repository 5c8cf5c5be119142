"""The judge of lists on a server that shares no code with it, over three protocols: variants conform, faults are caught by their rule."""

from __future__ import annotations

import itertools
from typing import Any

import botocore.session
import pytest

from awscontract import check
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

from servers import direct, lists

CASES = [(name, kind) for name, fault in lists.FAULTS.items() for kind in fault.kinds]
#: One protocol for each fault and each variant in every run, in turn; all of them nightly.
TURN = [(name, kinds[place % len(kinds)]) for place, (name, (_, kinds)) in enumerate(lists.FAULTS.items())]
VALID = [(name, kinds[place % len(kinds)]) for place, (name, kinds) in enumerate(lists.VARIANTS.items())]
REST = [pytest.param(*each, marks=pytest.mark.nightly) for each in CASES if each not in TURN]
VALID_REST = [
    pytest.param(name, kind, marks=pytest.mark.nightly)
    for name, kinds in lists.VARIANTS.items()
    for kind in kinds
    if (name, kind) not in VALID
]
COMPLAINT = {"must": "failed", "should": "warned", "may": "noted"}


#: Of the three lists.
Clients = dict[str, Any]


@pytest.fixture(scope="module")
def clients() -> Clients:
    session = botocore.session.Session()
    services = {kind.operation.partition(":")[0] for kind in lists.KINDS.values()}
    return {each: direct.client_of(session, each) for each in services}


def judge(clients: Clients, kind: str, fault: str = "", variant: str = "", items: int = 0, **options: Any) -> Any:
    """The result of judging one of the three lists."""
    operation = lists.KINDS[kind].operation
    with direct.answering(lists.handler(fault, variant, items), *clients.values()):
        return check(
            clients[operation.partition(":")[0]],
            operation=operation,
            clients=clients.__getitem__,
            explore=0,
            timeout=20,
            read_timeout=2,
            poll_interval=0.05,
            **options,
        )


def complaints(result: Any) -> dict[str, Any]:
    return {rule.id: rule.violations for rule in result.rules if rule.outcome in ("failed", "warned")}


@pytest.mark.parametrize(("name", "kind"), [*VALID, *VALID_REST])
def test_a_variant_conforms(name: str, kind: str, clients: Clients) -> None:
    """A valid service conforms without a warning, whatever it chose."""
    result = judge(clients, kind, variant=name)

    gone = {"protocol.no-server-error"} if name == "unavailable-once" else set()
    assert complaints(result).keys() == gone
    assert result.verdict == "conforms", result.reason
    assert result.summary["indeterminate"] == 0
    assert result.setup.left == ()


@pytest.mark.smoke
@pytest.mark.parametrize("kind", lists.KINDS)
def test_a_plain_list_exercises_what_it_can(kind: str, clients: Clients) -> None:
    """Seven items of a plain service are enough to exercise every must and should that the operation has a chance to break."""
    result = judge(clients, kind)

    idle = {rule.id for rule in result.rules if rule.outcome == "not-exercised" and rule.level != "may"}
    forms = {"protocol.boolean-format", "protocol.integer-format", "protocol.float-format", "protocol.timestamp-format"}
    assert idle <= forms | {"shape.enum", "shape.pattern"}
    assert result.calls <= 30 + 2 * 7 + 4


@pytest.mark.parametrize(("name", "kind"), [*TURN, *REST])
def test_a_fault_is_caught(name: str, kind: str, clients: Clients) -> None:
    """One of the rules that the fault breaks is broken, at its own level, and nothing is left behind."""
    fault = lists.FAULTS[name]
    others = 12 if name.startswith("filter") else 0  # a filter that is lost shows only what others have
    result = judge(clients, kind, fault=name, items=others)

    levels = {rule.id: rule.level for rule in rule_set(load(lists.KINDS[kind].operation))}
    outcomes = {rule.id: rule.outcome for rule in result.rules}
    caught = [each for each in fault.rules if each in levels and outcomes[each] == COMPLAINT[levels[each]]]
    assert caught, (complaints(result), result.verdict, result.reason)


def test_what_others_have_is_not_lost_either(clients: Clients) -> None:
    """Here only an item that the recipe did not make stands at the end of the list."""
    result = judge(clients, "users", fault="single-last-item-lost", variant="newest-first")

    assert set(complaints(result)) == {"pagination.complete"}


def test_parameters_may_keep_out_what_was_made(clients: Clients) -> None:
    """What the user's own parameters leave out of the list is not lost."""
    result = judge(clients, "users", parameters={"PathPrefix": "/somewhere/else/"})

    assert not complaints(result)
    assert result.verdict == "conforms" and result.setup.items == 7


def test_there_are_enough_of_them() -> None:
    """At least forty faults and twenty variants, over three protocols."""
    assert len(lists.FAULTS) >= 40 and len(lists.VARIANTS) >= 20
    assert {kind for _, kind in itertools.chain(TURN, VALID)} == set(lists.KINDS)
