"""`validate`: responses that somebody saved, without their requests.

Three forms are read: what the AWS CLI prints, what ``json.dumps(response, default=str)`` makes of a boto3 response, and the body off the
wire. JSON shows little of the protocol, so its rules are not exercised there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...spec.contract import Contract
from ...spec.http import HttpRequest
from ...spec.model import operation
from ..evidence.evidence import Evidence
from ..evidence.paths import find
from ..evidence.tokens import paging_members
from ..protocols import protocol_for
from ..protocols.base import CurlArguments, Protocol, Reading, Remembering
from ..protocols.notes import pointer
from ..protocols.timestamps import read_instant, read_rfc3339
from ..results.result import Result, RuleResult, Target
from ..trace.exchange import Exchange, Run, Trace
from ..trace.steps import Outcome
from .evaluate import conclude
from .judge import judge
from .recognition import METADATA, NoResponse, error_in, is_xml, member_names, operation_of

__all__ = ["NoResponse", "Saved", "validate"]


def validate(files: Sequence[tuple[str, bytes]], contract: Contract, pages: bool = False) -> Result:
    """Judge saved responses: `files` are names and contents.

    :param pages: the responses are the pages of one listing, in this order, from its first page on.
    :raises NoResponse: with one line that names the file.
    """
    protocol = Remembering(Saved(contract))
    exchanges = []
    for index, (name, content) in enumerate(files):
        try:
            named = operation_of(content, contract)
        except NoResponse as error:
            raise NoResponse(f"{name}: {error}") from None
        exchanges.append(Exchange(index, named, None, sent=float(index), received=float(index), body=content))
    evidence = Evidence(Trace(tuple(exchanges), contract.id, Run("file")), protocol, contract, joined=pages)
    rules = judge(evidence)
    if len(files) > 1:
        rules = tuple(_named(each, [name for name, _ in files]) for each in rules)
    return conclude(contract, rules, Outcome(), Target("file"))


def _named(rule: RuleResult, names: Sequence[str]) -> RuleResult:
    """The same, with the files that each violation was found in."""
    violations = []
    for each in rule.violations:
        where = ", ".join(names[index] for index in each.exchanges)
        violations.append(replace(each, message=f"{where}: {each.message}") if where else each)
    return replace(rule, violations=tuple(violations))


class Saved:
    """The protocol object of saved responses: XML is the operation's own protocol, JSON is what a tool made of it."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._protocol: Protocol = protocol_for(contract)

    @property
    def rules(self) -> frozenset[str]:
        """Those of the operation's protocol."""
        return self._protocol.rules

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """As the operation's protocol does."""
        return self._protocol.encode(operation, parameters)

    def curl_arguments(self, request: HttpRequest) -> CurlArguments:
        """As the operation's protocol does."""
        return self._protocol.curl_arguments(request)

    def sed(self, operation: str, path: str) -> str | None:
        """As the operation's protocol does."""
        return self._protocol.sed(operation, path)

    def read(self, exchange: Exchange) -> Reading:
        """Read one response. JSON was looked at before (`operation_of`), so that it is an object here."""
        if is_xml(exchange.body):
            return self._protocol.read(exchange)
        saved = json.loads(exchange.body)
        document = {name: value for name, value in saved.items() if name != METADATA}
        if (error := error_in(document, self._contract)) is not None:
            return Reading(exchange, "error", error=error, reason=f"{error.code}: {error.message or ''}".rstrip(": "))
        shape = operation(self._contract.service, exchange.operation).output_shape
        walk = _Walk(numeric_times=self._contract.protocol in ("json", "rest-json"))
        members = walk.structure(document, shape, "") if shape is not None else {}
        left_out = frozenset(_left_out(self._contract, shape, members)) if METADATA not in saved else frozenset[str]()
        return Reading(exchange, "result", members, unknown=tuple(walk.unknown), left_out=left_out)


def _left_out(contract: Contract, shape: Any, members: Mapping[str, Any]) -> Iterator[str]:
    """What is beside the items, where none of it is for paging: the AWS CLI joins all pages and shows little but their items."""
    listing = contract.listing
    if listing is None or contract.job is not None:
        return
    if any(find(members, each) is not None for each in paging_members(contract)):
        return
    for path in listing.items:
        inner, where = shape, ""
        for step in path.split("."):
            beside = {} if inner is None or inner.type_name != "structure" else inner.members
            yield from (pointer(where, name) for name in beside if name != step)
            inner, where = beside.get(step), pointer(where, step)


class _Walk:
    """Leaves out what is null, and writes times as the judge reads them: a tool's way of printing them is not the service's."""

    def __init__(self, *, numeric_times: bool) -> None:
        self.unknown: list[str] = []
        #: Whether a number is a valid time: the bodies of some protocols have them as seconds since 1970.
        self._numeric_times = numeric_times

    def structure(self, value: Mapping[str, Any], shape: Any, path: str) -> dict[str, Any]:
        members: dict[str, Any] = {}
        names = member_names(shape)
        for written, each in value.items():
            name = names.get(written)
            if name is None:
                self.unknown.append(pointer(path, written))
            elif each is not None:
                members[name] = self.value(each, shape.members[name], pointer(path, name))
        return members

    def value(self, value: Any, shape: Any, path: str) -> Any:
        if shape.type_name == "structure" and isinstance(value, dict):
            return value if getattr(shape, "is_document_type", False) else self.structure(value, shape, path)
        if shape.type_name == "list" and isinstance(value, list):
            return [self.value(each, shape.member, pointer(path, place)) for place, each in enumerate(value)]
        if shape.type_name == "map" and isinstance(value, dict):
            return {key: self.value(each, shape.value, pointer(path, key)) for key, each in value.items()}
        if shape.type_name == "timestamp" and not isinstance(value, bool | dict | list):
            if self._numeric_times and isinstance(value, int | float):
                with suppress(ValueError, OverflowError, OSError):
                    return _timestamp(str(datetime.fromtimestamp(value, UTC)))
            return _timestamp(str(value))
        return value


def _timestamp(text: str) -> str:
    """``2019-09-30 06:53:36.187000+00:00``, as Python prints it, in the form of the wire. Other texts stay what they are."""
    wire = text.replace(" ", "T", 1)
    return wire if read_rfc3339(wire) and read_instant(text) else text
