"""Mutations: what no service may do, to harden clients; each is a change of the emulator's stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ....emulator import ServiceError, Stages
from ....emulator.paths import without
from ....emulator.records import Call, Cursor, Members, Read, Row, ServedPage, StartedJob
from ....emulator.stages import jobs, listings, responses
from ....spec.contract import Contract, has

__all__ = ["MUTATIONS", "ServiceMutation", "mutations_for"]


@dataclass(frozen=True)
class ServiceMutation:
    """One thing that breaks the contract. `requires` are traits of operations that can do it."""

    statement: str
    change: Callable[[Stages], Stages]
    requires: tuple[str, ...] = ()


def mutations_for(contract: Contract) -> tuple[str, ...]:
    """Those that services of this operation can commit."""
    token = contract.listing.token if contract.listing is not None else None
    if token is None or not token.output.isidentifier():
        return ()
    return tuple(name for name, each in MUTATIONS.items() if all(has(contract, trait) for trait in each.requires))


def _issued(text: str) -> Callable[[Stages], Stages]:
    return lambda made: replace(made, issue_token=lambda read, cursor: text)


def _round(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The first two pages for ever."""
    page = listings.paginate(read, rows)
    if not read.cursor.page or page.next is None:
        return page
    first: Cursor = read.cursor._replace(start=0, page=0, last="")
    return page._replace(next=first)


def _without_token(read: Read, items: tuple[Any, ...], token: str | None) -> Members:
    assert read.contract.listing is not None
    found = responses.members(read, items, token)
    return without(found, *(each.output for each in read.contract.listing.tokens)) if token is not None else found


def _unknown(call: Call, job: StartedJob) -> str:
    return "SUSPENDED"


def _limited(call: Call, known: Mapping[str, StartedJob]) -> StartedJob:
    if call.number:
        raise ServiceError("ReportGenerationLimitExceeded", 409, "Another report is still being generated.")
    return jobs.start(call, known)


MUTATIONS: Mapping[str, ServiceMutation] = {
    "empty-token": ServiceMutation(
        "a page that announces another one, with an empty token", _issued(""), ("listing.more",)
    ),
    "missing-token": ServiceMutation(
        "a page that announces another one, without a token",
        lambda made: replace(made, members=_without_token),
        ("listing.more",),
    ),
    "blank-token": ServiceMutation("tokens of spaces only", _issued("   "), ("job",)),
    "repeated-token": ServiceMutation("tokens that lead in a circle", lambda made: replace(made, paginate=_round)),
    "unknown-status": ServiceMutation(
        "a status that the model does not list", lambda made: replace(made, status=_unknown), ("job",)
    ),
    "generation-limit": ServiceMutation(
        "another report said to be running", lambda made: replace(made, start=_limited), ("job.start.busy",)
    ),
}
