"""One successful response, by the names that the contract gives its members.

Rules see `Response` with fixed attributes, so that another operation needs another contract and no other rule. A member that is absent,
or whose value could not be read as its type, is None here; `Response.has` says whether it is present. Everything is computed from the
reading when it is first wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...spec.contract import Contract
from ..protocols.base import OfReading, Reading
from ..protocols.timestamps import Instant
from .items import Item, items_of
from .paths import as_instant, as_integer, as_text, canonical, find
from .tokens import given_tokens, joined, scope_of, token_of

__all__ = [
    "Page",
    "Response",
    "next_parameters",
    "view",
]


@dataclass(frozen=True, eq=False)
class Response(OfReading):
    """One successful response of the operation, with the request that it answers.

    `job_id` is the request's, or a stand-in where the request is not known; empty where the operation has no job.
    """

    reading: Reading
    contract: Contract
    job_id: str = ""

    # -- the request

    @property
    def asked(self) -> bool:
        """Whether the request is known at all."""
        return self.exchange.parameters is not None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The request's parameters; none where it is not known."""
        return self.exchange.parameters or {}

    @cached_property
    def limit(self) -> int | None:
        """The page size that was asked for."""
        listing = self.contract.listing
        return as_integer(self.parameters.get(listing.limit)) if listing and listing.limit else None

    @cached_property
    def token(self) -> str | None:
        """The token that was sent; all of them together as one text where the operation has several."""
        return token_of(self.parameters, self.contract)

    @cached_property
    def sort_key(self) -> str | None:
        """The value of the sort parameter as it was sent."""
        return None if self.contract.sort is None else as_text(self.parameters.get(self.contract.sort.parameter))

    @cached_property
    def scope(self) -> str:
        """What else was asked for, as one text: responses of one job and one scope are of the same collection."""
        return scope_of(self.parameters, self.contract)

    # -- the job

    @cached_property
    def status(self) -> str | None:
        """The job's status as it was written."""
        return None if self.contract.job is None else as_text(find(self.reading.members, self.contract.job.status))

    @cached_property
    def state(self) -> str:
        """`pending`, `succeeded`, `failed`, or empty for a status that the contract does not know. Without a job, `succeeded`."""
        job = self.contract.job
        if job is None:
            return "succeeded"
        states = {"pending": job.pending, "succeeded": job.succeeded, "failed": job.failed}
        return next((state for state, values in states.items() if self.status in values), "")

    @property
    def finished(self) -> bool:
        """Whether the job is in a final state."""
        return self.state in ("succeeded", "failed")

    @cached_property
    def created(self) -> Instant | None:
        """When the job was created."""
        return None if self.contract.job is None else as_instant(find(self.reading.members, self.contract.job.created))

    @cached_property
    def completed(self) -> Instant | None:
        """When the job was completed."""
        return (
            None if self.contract.job is None else as_instant(find(self.reading.members, self.contract.job.completed))
        )

    @cached_property
    def job_type(self) -> str | None:
        """The job's type as the response repeats it."""
        return None if self.contract.job is None else as_text(find(self.reading.members, self.contract.job.type))

    # -- the listing

    @cached_property
    def counts(self) -> Mapping[str, int | None]:
        """What each count member says, by what it counts (`items`, `not-accessed`)."""
        return {each.of: as_integer(find(self.reading.members, each.member)) for each in self.contract.counts}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items of every list, the main list's first."""
        worked_out = self.reading.worked_out
        known = worked_out.get("items")
        if known is None or known[0] is not self.contract:
            known = worked_out["items"] = self.contract, tuple(items_of(self.reading, self.contract))
        found: tuple[Item, ...] = known[1]
        return found

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """What identifies the items, in the response's order; an item that nothing identifies is left out."""
        return tuple(item.identity for item in self.items if item.identity is not None)

    @cached_property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """The identities of each list that has items; how the items of several lists stand among each other is not known."""
        found: dict[str, list[str]] = {}
        for item in self.items:
            if item.identity is not None:
                found.setdefault(item.path.rpartition("/")[0], []).append(item.identity)
        return {path: tuple(each) for path, each in found.items()}

    @cached_property
    def shares_identities(self) -> bool:
        """Whether two items that differ have what identifies an item in common."""
        return len(self.identities) > len(set(self.identities)) < len(self.contents)

    @cached_property
    def contents(self) -> frozenset[str]:
        """The items that something identifies, each whole, as JSON."""
        return frozenset(canonical(item.value) for item in self.items if item.identity is not None)

    @cached_property
    def truncated(self) -> bool | None:
        """The member that says that more follows, None where it is absent or there is no such member."""
        listing = self.contract.listing
        value = find(self.reading.members, listing.more) if listing and listing.more else None
        return value if isinstance(value, bool) else None

    @cached_property
    def next(self) -> str | None:
        """The token to the next page, None where it is absent or empty."""
        return joined(next_parameters(self), self.contract)

    @cached_property
    def goes_on(self) -> bool:
        """Whether the response says that more follows: by its member for that, else by a token."""
        listing = self.contract.listing
        if listing is None:
            return False
        if listing.more is not None:
            return self.truncated is True
        if "end-by-same-token" in listing.exceptions and self.next == self.token:
            return False
        return self.next is not None

    @cached_property
    def present(self) -> frozenset[str]:
        """The roles of the members that are present, even if empty; a count by its member's name."""
        job, listing = self.contract.job, self.contract.listing
        roles: dict[str, str | None] = {each.member: each.member for each in self.contract.counts}
        if job is not None:
            roles |= {"status": job.status, "created": job.created, "completed": job.completed}
            roles |= {"error": job.error, "type": job.type}
        if listing is not None:
            roles |= {"items": listing.main, "more": listing.more}
            roles |= {f"next {number}": each.output for number, each in enumerate(listing.tokens)}
        there = {role.partition(" ")[0] for role, path in roles.items() if find(self.reading.members, path) is not None}
        return frozenset(there)

    def has(self, role: str) -> bool:
        """Whether the member of that role is there, even empty: status, created, completed, error, type, items, more, next."""
        return role in self.present


@dataclass(frozen=True, eq=False)
class Page(Response):
    """A response with a part of a listing: any response of a list, or one about a job that succeeded."""


def view(reading: Reading, contract: Contract, job_id: str | None = None) -> Response:
    """The response that a result's reading holds; a `Page` where it has a part of a listing.

    `job_id` stands in for the request's where that is not known.
    """
    if job_id is None:
        job_id = "" if contract.job is None else str((reading.exchange.parameters or {}).get(contract.job.id_in, ""))
    response = Response(reading, contract, job_id)
    return Page(reading, contract, job_id) if response.state == "succeeded" else response


def next_parameters(response: Response) -> Mapping[str, Any]:
    """The request parameters that lead to the next page, with the values that the response gives; none where it gives none."""
    return given_tokens(response.reading.members, response.contract)
