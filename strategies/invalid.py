"""Invalid answers: a valid one of which one thing was changed, with the id of the one rule that this breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import ServiceError
from ..emulator.records import Element, Members
from .errors import Refusal, errors
from .mutations import BYTES, DOCUMENT, MEMBERS, PARSED, REFUSAL, WRITTEN, Breach
from .responses import Answer, parsed, told
from .shapes import Protocol
from .writing import Writing, document, serialize, write, writings

__all__ = ["breakable", "invalid_responses"]


def breakable(protocol: Protocol = "parsed") -> tuple[str, ...]:
    """The ids of the rules that a single answer can break, as it is seen in this protocol."""
    return tuple(sorted({rule for table, _ in _TABLES[protocol] for rule in table}))


@overload
def invalid_responses(
    protocol: Literal["parsed"] = ..., *, rule: str | None = ...
) -> SearchStrategy[tuple[str, dict[str, Any]]]: ...
@overload
def invalid_responses(protocol: Literal["xml"], *, rule: str | None = ...) -> SearchStrategy[tuple[str, bytes]]: ...
def invalid_responses(protocol: Protocol = "parsed", *, rule: str | None = None) -> SearchStrategy[tuple[str, Any]]:
    """Answers that break exactly one rule, each with the rule's id; with `rule`, that rule and no other.

    ``"xml"`` has all of them; ``"parsed"`` those that are left when boto3 has read an answer.
    """
    if protocol not in _TABLES:
        raise ValueError(f"protocol is parsed or xml, not {protocol!r}")
    known = breakable(protocol)
    if rule is not None and rule not in known:
        raise ValueError(f"{rule} is none of the rules that a single answer breaks as {protocol}: {', '.join(known)}")
    return st.one_of([_invalid(protocol, each) for each in (known if rule is None else (rule,))])


@cache
def _invalid(protocol: Protocol, rule: str) -> SearchStrategy[tuple[str, Any]]:
    made = [make(each) for table, make in _TABLES[protocol] for each in table.get(rule, ())]
    return st.tuples(st.just(rule), st.one_of(made))


def _as_parsed(breach: Breach) -> SearchStrategy[dict[str, Any]]:
    return breach.base().map(lambda answer: parsed(_changed(answer, breach)))


def _as_written(breach: Breach) -> SearchStrategy[bytes]:
    return st.builds(lambda answer, how: write(_texts(_changed(answer, breach)), how), breach.base(), _writings())


def _as_document(breach: Breach) -> SearchStrategy[bytes]:
    def made(answer: Answer, how: Writing) -> bytes:
        return serialize(breach.change(document(_texts(answer.members), how)), how)

    return st.builds(made, breach.base(), _writings())


def _as_refusal(change: Callable[[Element], Element]) -> SearchStrategy[bytes]:
    def made(error: Refusal, how: Writing) -> bytes:
        return serialize(change(document(ServiceError(error.code, error.status, error.message), how)), how)

    return st.builds(made, errors(), _writings())


def _as_bytes(breach: Breach) -> SearchStrategy[bytes]:
    return st.builds(lambda answer, how: breach.change(answer.xml(how)), breach.base(), _writings())


def _writings() -> SearchStrategy[Writing]:
    """A member that nobody knows would be a finding of its own."""
    return writings(unissued=False)


def _changed(answer: Answer, breach: Breach) -> Members:
    members: Members = told(answer.members, lambda moment: moment)  # a copy, since the change is made in place
    breach.change(members)
    return members


def _texts(members: Members) -> Members:
    written: Members = told(members, lambda moment: moment.text)
    return written


#: The protocol -> the tables of breaches that show in it, and what makes an answer of each.
_TABLES: Mapping[Protocol, tuple[tuple[Mapping[str, Any], Callable[[Any], SearchStrategy[Any]]], ...]] = {
    "parsed": ((MEMBERS, _as_parsed), (PARSED, _as_parsed)),
    "xml": (
        (MEMBERS, _as_written),
        (WRITTEN, _as_written),
        (DOCUMENT, _as_document),
        (REFUSAL, _as_refusal),
        (BYTES, _as_bytes),
    ),
}
