"""Invalid responses: a valid one of which one thing was changed, with the id of the one rule that this breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, overload

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..emulator import ServiceError
from ..emulator.records import XmlElement
from ..spec.contract import Contract
from ..spec.operations import DEFAULT, load
from .access_reports.document_mutations import byte_mutations, document_mutations
from .access_reports.form_mutations import parsed_mutations, written_mutations
from .access_reports.mutations import member_mutations
from .brief import brief
from .drawing import Drawer, one_of, pick
from .lists.mutations import list_mutations
from .mutation import Members, Mutation
from .shapes import Protocol
from .values.moments import copied, rendered, with_times
from .wire.errors import errors_of
from .wire.mutations import error_changes
from .wire.writing import Writing, document, serialize, write, writings

__all__ = ["breakable", "invalid_responses", "invalid_responses_of"]


def breakable(contract: Contract, protocol: Protocol = "parsed") -> tuple[str, ...]:
    """The ids of the rules that a single response of the operation can break, as it is seen in this protocol."""
    return tuple(sorted({rule for table, _ in _tables(contract, protocol) for rule in table}))


@overload
def invalid_responses(
    *, operation: str = ..., protocol: Literal["parsed"] = ..., rule: str | None = ...
) -> SearchStrategy[tuple[str, dict[str, Any]]]: ...
@overload
def invalid_responses(
    *, operation: str = ..., protocol: Literal["wire"], rule: str | None = ...
) -> SearchStrategy[tuple[str, bytes]]: ...
def invalid_responses(
    *, operation: str = DEFAULT, protocol: Protocol = "parsed", rule: str | None = None
) -> SearchStrategy[tuple[str, Any]]:
    """Responses that break exactly one rule, each with the rule's id: ``(rule_id, response)``.

    :param operation: ``SERVICE:OPERATION``.
    :param protocol: ``"wire"`` has all rules that one response can break; ``"parsed"`` those that are left when boto3 has read it.
    :param rule: this rule and no other.
    """
    contract = load(operation, advice="")
    shown = {"operation": contract.id, "protocol": protocol, "rule": rule}
    return brief(invalid_responses_of(contract, protocol, rule), "invalid_responses", **shown)


@cache
def invalid_responses_of(
    contract: Contract, protocol: Protocol = "parsed", rule: str | None = None
) -> Drawer[tuple[str, Any]]:
    """Draws the same for a contract."""
    if protocol not in ("parsed", "wire"):
        raise ValueError(f'protocol must be "parsed" or "wire", not {protocol!r}')
    known = breakable(contract, protocol)
    if rule is not None and rule not in known:
        raise ValueError(
            f"{rule} is not a rule that one {protocol} response of {contract.id} can break; these are: {', '.join(known)}"
        )
    rules = st.sampled_from(known if rule is None else (rule,))

    def invalid(draw: DrawFn) -> tuple[str, Any]:
        broken = draw(rules)
        return broken, one_of(draw, _breaking(contract, protocol, broken))

    return invalid


@cache
def _breaking(contract: Contract, protocol: Protocol, rule: str) -> SearchStrategy[Any]:
    """One of what draws responses that break this rule."""
    return pick(*(make(contract, each) for table, make in _tables(contract, protocol) for each in table.get(rule, ())))


def _as_parsed(contract: Contract, mutation: Mutation) -> Drawer[dict[str, Any]]:
    base = mutation.base()
    return lambda draw: rendered(_changed(base(draw), mutation))


def _as_written(contract: Contract, mutation: Mutation) -> Drawer[bytes]:
    base, writing = mutation.base(), _writings()
    return lambda draw: write(contract, _texts(_changed(base(draw), mutation)), writing(draw))


def _as_document(contract: Contract, mutation: Mutation) -> Drawer[bytes]:
    base, writing = mutation.base(), _writings()

    def made(draw: DrawFn) -> bytes:
        members, how = base(draw), writing(draw)
        return serialize(contract, mutation.change(document(contract, _texts(members), how)), how)

    return made


def _as_error(contract: Contract, change: Callable[[XmlElement], XmlElement]) -> Drawer[bytes]:
    error, writing = errors_of(contract), _writings()

    def made(draw: DrawFn) -> bytes:
        found, how = error(draw), writing(draw)
        whole = document(contract, ServiceError(found.code, found.status, found.message), how)
        return serialize(contract, change(whole), how)

    return made


def _as_bytes(contract: Contract, mutation: Mutation) -> Drawer[bytes]:
    base, writing = mutation.base(), _writings()

    def made(draw: DrawFn) -> bytes:
        changed: bytes = mutation.change(write(contract, _texts(base(draw)), writing(draw)))
        return changed

    return made


def _writings() -> Drawer[Writing]:
    """A member that nobody knows would be a finding of its own."""
    return writings(unknown_member=False)


def _changed(members: Members, mutation: Mutation) -> Members:
    found: Members = copied(members)  # since the change is made in place
    mutation.change(found)
    return found


def _texts(members: Members) -> Members:
    written: Members = with_times(members, lambda moment: moment.text)
    return written


_Tables = tuple[tuple[Mapping[str, Any], Callable[[Contract, Any], Drawer[Any]]], ...]


@cache
def _tables(contract: Contract, protocol: Protocol) -> _Tables:
    """The tables of mutations that show in a protocol, and what makes a response of each."""
    if contract.job is None:
        return ((list_mutations(contract), _as_parsed if protocol == "parsed" else _as_written),)
    if protocol == "parsed":
        return (member_mutations(contract), _as_parsed), (parsed_mutations(contract), _as_parsed)
    return (
        (member_mutations(contract), _as_written),
        (written_mutations(contract), _as_written),
        (document_mutations(contract), _as_document),
        (error_changes(), _as_error),
        (byte_mutations(contract), _as_bytes),
    )
