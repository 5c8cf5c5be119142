"""One recorded call: what was requested, what came, and where in a listing it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ....emulator import ServiceError
from ....emulator.paths import get
from ....emulator.served import served
from ....spec.contract import Contract

__all__ = ["RecordedCall", "narrowing", "next_tokens", "search", "token_text"]


@dataclass
class RecordedCall:
    """One call: its parameters, its output, and where it stood. Times are those that have passed by pausing alone."""

    contract: Contract
    operation: str
    parameters: Mapping[str, Any]
    output: Mapping[str, Any] | ServiceError
    asked_at: float
    answered_at: float
    #: Where a page starts: its index in the listing, and how many empty pages are between; None for an unknown token.
    start: tuple[int, int] | None = None
    #: Whether the client learned something by it.
    new: bool = True
    #: The items of a page of a report as the client got them, before it could change them; None where nobody looked.
    rows: list[Any] | None = None

    # What follows from the parameters and the output.

    #: Whether it requests a page of the listing.
    reads: bool = field(init=False)
    #: The error of the service.
    error: ServiceError | None = field(init=False)
    #: The parameters besides tokens and limit. A sort key that is left out counts as the default one.
    others: Mapping[str, Any] = field(init=False)
    #: The same as a text: calls of one scope read one listing.
    scope: str = field(init=False)
    #: The token that was sent, as a text.
    token: str | None = field(init=False)
    #: The token that came, where the listing goes on.
    next: str | None = field(init=False)
    #: The same by the parameters that request the page after this one.
    next_parameters: Mapping[str, Any] = field(init=False)
    #: How many items came.
    items: int = field(init=False)

    def __post_init__(self) -> None:
        listing, sort, given = self.contract.listing, self.contract.sort, self.parameters
        assert listing is not None
        known = served(self.contract)
        self.reads = self.operation == self.contract.operation
        self.error = self.output if isinstance(self.output, ServiceError) else None
        self.others = {name: value for name, value in given.items() if name not in known.paging}
        if sort is not None and self.reads:
            self.others.setdefault(sort.parameter, sort.default)
        self.scope = repr(sorted(self.others.items()))
        sent = {each.input: given[each.input] for each in listing.tokens if each.input in given}
        if known.empty_token_starts and not any(sent.values()):
            sent = {}
        self.token = token_text(sent)
        self.next, self.next_parameters, self.items = None, {}, 0
        if self.reads and not isinstance(self.output, ServiceError):
            self.next_parameters = next_tokens(self.contract, self.output, given)
            self.next = token_text(self.next_parameters)
            found = (search(path, self.output) for path in listing.items)
            self.items = sum(len(each) for each in found if isinstance(each, (list, tuple, Mapping)))

    @property
    def is_foreign(self) -> bool:
        """Whether it is a call of an operation that is not served here."""
        return self.operation not in self.contract.operations

    @property
    def starts(self) -> bool:
        """Whether it starts a job."""
        return self.contract.job is not None and self.operation == self.contract.job.start.operation

    @property
    def status(self) -> str:
        """Of the job, also by another operation that reads it; empty where there is none, or the call failed or started one."""
        if isinstance(self.output, ServiceError) or self.contract.job is None:
            return ""
        return str(self.output.get(self.contract.job.status, ""))

    @property
    def job(self) -> str:
        """The id of the job that is read."""
        return str(self.parameters.get(self.contract.job.id_in, "")) if self.contract.job is not None else ""

    @property
    def succeeded(self) -> bool:
        """Whether it got a page of the listing."""
        if not self.reads or self.error is not None:
            return False
        return self.contract.job is None or self.status in self.contract.job.succeeded


#: Parameters that botocore sends by itself.
_OF_BOTOCORE = frozenset({"EncodingType"})


def narrowing(calls: Sequence[RecordedCall]) -> frozenset[str]:
    """The optional parameters of these calls, besides those for paging: they may leave only a part of the listing."""
    return frozenset(
        name
        for each in calls
        if each.reads
        for name, value in each.others.items()
        if value not in (None, "", [], {})
        and name not in _OF_BOTOCORE | served(each.contract).required_parameters.keys()
    )


def next_tokens(contract: Contract, output: Mapping[str, Any], sent: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The parameters that request the page after this one; empty where the listing ends with it."""
    listing = contract.listing
    assert listing is not None
    if listing.more is not None and not search(listing.more, output):
        return {}
    found = {each.input: search(each.output, output) for each in listing.tokens}
    tokens = {name: value for name, value in found.items() if value not in (None, "", {}, [])}
    if listing.more is None and "end-by-same-token" in listing.exceptions and tokens.items() <= dict(sent).items():
        return {}
    return tokens


_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def token_text(tokens: Mapping[str, Any]) -> str | None:
    """Tokens as one text: the token itself where there is one and it is text."""
    if not tokens:
        return None
    [*values] = tokens.values()
    return values[0] if len(values) == 1 and isinstance(values[0], str) else _ENCODER.encode(tokens)


def search(expression: str, output: Mapping[str, Any]) -> Any:
    """What a JMESPath expression finds; most are the name of a member, or of one in another."""
    if expression.isidentifier():
        return output.get(expression)
    if all(map(str.isidentifier, expression.split("."))):
        return get(output, expression)
    return _compiled(expression).search(_with_lists(output))


def _with_lists(value: Any) -> Any:
    """The members with lists as JMESPath knows them."""
    if isinstance(value, Mapping):
        return {name: _with_lists(each) for name, each in value.items()}
    return list(value) if isinstance(value, tuple) else value


@cache
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)
