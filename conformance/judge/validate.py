"""`validate`: responses that somebody saved, without their requests.

Three forms are read: what the AWS CLI prints, what ``json.dumps(response, default=str)`` makes of a boto3 response, and the body off the
wire. JSON shows little of the protocol, so its rules are not exercised there.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...errors import UsageError, shorten
from ...spec.contract import Contract
from ...spec.http import HttpRequest
from ...spec.model import operation, service
from ...spec.operations import access_reports
from ..evidence.evidence import Evidence
from ..protocols import protocol_for
from ..protocols.base import CurlArguments, Protocol, Reading, Remembering, ServiceError
from ..protocols.notes import DEPTH, OverLimit, pointer
from ..protocols.timestamps import read_instant, read_rfc3339
from ..protocols.xml import MarkupError, parse
from ..results.result import Result, RuleResult, Target
from ..trace.exchange import Exchange, Run, Trace, check_depth
from ..trace.steps import Outcome
from .evaluate import conclude
from .judge import judge

__all__ = ["NoResponse", "Saved", "validate"]


class NoResponse(UsageError):
    """The file does not hold a response of the operation, in any form that is read."""


def validate(files: Sequence[tuple[str, bytes]], contract: Contract, pages: bool = False) -> Result:
    """Judge saved responses: `files` are names and contents.

    :param pages: the responses are the pages of one listing, in this order, from its first page on.
    :raises NoResponse: with one line that names the file.
    """
    protocol = Remembering(Saved(contract))
    exchanges = []
    for index, (name, content) in enumerate(files):
        try:
            named = _operation(content, contract)
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
        """Read one response. JSON was looked at before (`_operation`), so that it is an object here."""
        if _is_xml(exchange.body):
            return self._protocol.read(exchange)
        document = {name: value for name, value in json.loads(exchange.body).items() if name != "ResponseMetadata"}
        if (error := _error(document, self._contract)) is not None:
            return Reading(exchange, "error", error=error, reason=f"{error.code}: {error.message or ''}".rstrip(": "))
        shape = operation(self._contract.service, exchange.operation).output_shape
        walk = _Walk(numeric_times=self._contract.protocol in ("json", "rest-json"))
        members = walk.structure(document, shape, "") if shape is not None else {}
        return Reading(exchange, "result", members, unknown=tuple(walk.unknown))


def _error(document: Mapping[str, Any], contract: Contract) -> ServiceError | None:
    """The error that a JSON document is: what botocore makes of one, or the body of one of a JSON protocol."""
    shape = operation(contract.service, contract.operation).output_shape
    known = set(shape.members) if shape is not None else set()
    error = document.get("Error")
    if isinstance(error, Mapping) and "Code" in error and not set(document) & (known - {"Error"}):
        said = {name: str(error[name]) for name in ("Code", "Message", "Type") if error.get(name) is not None}
        return ServiceError(said.get("Code", ""), said.get("Message"), said.get("Type"))
    if isinstance(code := document.get("__type"), str) and not set(document) & known:
        message = document.get("message", document.get("Message"))
        return ServiceError(code.rpartition("#")[2], message if isinstance(message, str) else None)
    return None


class _Walk:
    """Leaves out what is null, and writes times as the judge reads them: a tool's way of printing them is not the service's."""

    def __init__(self, *, numeric_times: bool) -> None:
        self.unknown: list[str] = []
        #: Whether a number is a valid time: the bodies of some protocols have them as seconds since 1970.
        self._numeric_times = numeric_times

    def structure(self, value: Mapping[str, Any], shape: Any, path: str) -> dict[str, Any]:
        members: dict[str, Any] = {}
        names = _names(shape)
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


def _names(shape: Any) -> Mapping[str, str]:
    """A structure's members by their names in botocore and on the wire."""
    return {
        written: name
        for name, each in shape.members.items()
        for written in (each.serialization.get("name", name), name)
    }


def _timestamp(text: str) -> str:
    """``2019-09-30 06:53:36.187000+00:00``, as Python prints it, in the form of the wire. Other texts stay what they are."""
    wire = text.replace(" ", "T", 1)
    return wire if read_rfc3339(wire) and read_instant(text) else text


def _is_xml(content: bytes) -> bool:
    """Whether the first thing in there is a tag, in an encoding of one or of two bytes."""
    return content.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0").startswith(b"<")


def _operation(content: bytes, contract: Contract) -> str:
    """Which of the contract's operations a saved response is of.

    :raises NoResponse: where it is of none.
    """
    if not content.strip():
        raise NoResponse("the file is empty")
    if _is_xml(content):
        return _of_xml(content, contract)
    try:
        document = json.loads(content)
    except ValueError as error:
        raise NoResponse(f"neither JSON nor XML ({type(error).__name__}: {error})") from None
    except RecursionError:
        raise NoResponse(f"nested more than {DEPTH} levels deep") from None
    if not isinstance(document, dict):
        raise NoResponse(f"a JSON {type(document).__name__}, where a response is an object")
    try:
        check_depth(document, DEPTH)
    except ValueError as error:
        raise NoResponse(str(error)) from None
    if (other := _other_report(document, contract)) is not None:
        raise NoResponse(f"a response of {other}, where one of {contract.operation} is judged; use --operation {other}")
    for name in contract.operations:
        shape = operation(contract.service, name).output_shape
        if shape is not None and set(document) & set(_names(shape)):
            return name
    if _error(document, contract) is not None:
        return contract.operation
    shape = operation(contract.service, contract.operation).output_shape
    if contract.job is None and not document:
        return contract.operation  # an empty list
    members = ", ".join([] if shape is None else list(shape.members)[:2])
    hint = "; --operation says whose response it is"
    raise NoResponse(f"not a response of {contract.operation}: it has none of its members ({members}, …){hint}")


def _other_report(document: Mapping[str, Any], contract: Contract) -> str | None:
    """The access report that a JSON document is of, where only another one than the contract's has all of its members."""
    if contract.job is None or _error(document, contract) is not None:
        return None
    written = document.keys() - {"ResponseMetadata"}

    def fits(service_name: str, name: str) -> bool:
        shape = operation(service_name, name).output_shape
        return shape is not None and written <= set(_names(shape))

    if any(fits(contract.service, each) for each in contract.operations):
        return None
    return next((each for each in access_reports() if fits(*each.split(":"))), None)


def _of_xml(content: bytes, contract: Contract) -> str:
    try:
        root = parse(content)
    except (MarkupError, OverLimit):
        return contract.operation  # malformed XML is a response all the same: the judge says what is wrong with it
    named = root.name.removesuffix("Response")
    if named in contract.operations:
        return named
    other = named in service(contract.service).operation_names
    if other and (root.find(f"{named}Result") or root.name == f"{named}Response"):
        known = f"; use --operation {contract.service}:{named}" if len(named) < 80 else ""
        raise NoResponse(f"a response of {shorten(named, 80)}, where one of {contract.operation} is judged{known}")
    return contract.operation
