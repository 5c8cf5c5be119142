"""`validate`: answers that somebody saved, without their requests.

Three forms are read: what the AWS CLI prints, what ``json.dumps(answer, default=str)`` makes of a boto3 answer, and XML off the wire.
JSON shows nothing of the protocol, so its rules are not exercised there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import UsageError
from ...spec import operation, service
from ...spec.legacy import contract
from ..evidence.evidence import Evidence
from ..protocols.base import Reading, Remembering, ServiceError
from ..protocols.query import Query, pointer
from ..protocols.timestamps import read_instant, read_rfc3339
from ..protocols.xml import MarkupError, parse
from ..results.result import Result, RuleResult, Target
from ..survey.refusals import Outcome
from ..trace.exchange import Exchange, Parameters, Trace
from .evaluate import conclude
from .judge import judge

__all__ = ["NoAnswer", "Saved", "validate"]


class NoAnswer(UsageError):
    """The file holds no answer of the operation, in any form that is read."""


def validate(files: Sequence[tuple[str, bytes]], pages: bool = False) -> Result:
    """Judge saved answers: `files` are names and contents.

    :param pages: the answers are the pages of one listing, in this order, from its first page on.
    :raises NoAnswer: with one line that names the file.
    """
    protocol = Remembering(Saved())
    exchanges = []
    for index, (name, content) in enumerate(files):
        try:
            exchanges.append(
                Exchange(index, _operation(content), None, sent=float(index), received=float(index), body=content)
            )
        except NoAnswer as error:
            raise NoAnswer(f"{name}: {error}") from None
    evidence = Evidence(Trace(tuple(exchanges)), protocol, contract(), joined=pages)
    rules = judge(evidence)
    if len(files) > 1:
        rules = tuple(_named(each, [name for name, _ in files]) for each in rules)
    return conclude(rules, Outcome(), Target("file"))


def _named(rule: RuleResult, names: Sequence[str]) -> RuleResult:
    """The same, with the files that each breach was found in."""
    told = []
    for each in rule.violations:
        where = ", ".join(names[index] for index in each.exchanges)
        told.append(replace(each, message=f"{where}: {each.message}") if where else each)
    return replace(rule, violations=tuple(told))


class Saved:
    """The protocol object of saved answers: XML is AWS Query's, JSON is what a tool made of it."""

    def __init__(self) -> None:
        self._query = Query()

    def encode(self, operation: str, parameters: Parameters) -> Any:
        """Nothing is asked."""
        raise NotImplementedError("saved answers have no requests")

    def read(self, exchange: Exchange) -> Reading:
        """Read one answer. JSON was looked at before (`_operation`), so that it is an object here."""
        if _is_xml(exchange.body):
            return self._query.read(exchange)
        answer = {name: value for name, value in _json(exchange.body).items() if name != "ResponseMetadata"}
        if isinstance(error := answer.get("Error"), Mapping) and "JobStatus" not in answer:
            told = {name: str(error[name]) for name in ("Code", "Message", "Type") if error.get(name) is not None}
            return Reading(
                exchange, "error", error=ServiceError(told.get("Code", ""), told.get("Message"), told.get("Type"))
            )
        shape = operation(exchange.operation).output_shape
        walk = _Walk()
        members = walk.structure(answer, shape, "")
        return Reading(exchange, "result", members, unknown=tuple(walk.unknown))


class _Walk:
    """Leaves out what is null, and writes times as the wire does: a tool's way of printing them is not the service's."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def structure(self, value: Mapping[str, Any], shape: Any, path: str) -> dict[str, Any]:
        members = {}
        for name, each in value.items():
            if name not in shape.members:
                self.unknown.append(pointer(path, name))
            elif each is not None:
                members[name] = self.value(each, shape.members[name], pointer(path, name))
        return members

    def value(self, value: Any, shape: Any, path: str) -> Any:
        if shape.type_name == "structure" and isinstance(value, dict):
            return self.structure(value, shape, path)
        if shape.type_name == "list" and isinstance(value, list):
            return [self.value(each, shape.member, pointer(path, place)) for place, each in enumerate(value)]
        if shape.type_name == "timestamp" and isinstance(value, str):
            return _timestamp(value)
        return value


def _timestamp(text: str) -> str:
    """``2019-09-30 06:53:36.187000+00:00``, as Python prints it, in the form of the wire. Other texts stay what they are."""
    wire = text.replace(" ", "T", 1)
    return wire if read_rfc3339(wire) and read_instant(text) else text


def _is_xml(content: bytes) -> bool:
    """Whether the first thing in there is a tag, in an encoding of one or of two bytes."""
    return content.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0").startswith(b"<")


def _json(content: bytes) -> Any:
    return json.loads(content)


def _operation(content: bytes) -> str:
    """Which operation a saved answer is of.

    :raises NoAnswer: where it is of none.
    """
    law = contract()
    if not content.strip():
        raise NoAnswer("the file is empty")
    if _is_xml(content):
        try:
            root = parse(content)
        except MarkupError:
            return law.operation  # malformed XML is an answer all the same: the judge says what is wrong with it
        named = root.name.removesuffix("Response")
        if (
            root.find(f"{named}Result")
            and named not in (law.operation, law.start.operation)
            and named in service().operation_names
        ):
            raise NoAnswer(f"an answer of {named}, where one of {law.operation} is judged")
        return law.start.operation if root.name.startswith(law.start.operation) else law.operation
    try:
        answer = _json(content)
    except (ValueError, RecursionError) as error:
        raise NoAnswer(f"neither JSON nor XML ({type(error).__name__}: {error})") from None
    if not isinstance(answer, dict):
        raise NoAnswer(f"a JSON {type(answer).__name__}, where an answer is an object")
    for name in (law.operation, law.start.operation):
        shape = operation(name).output_shape
        if shape and set(answer) & set(shape.members):
            return name
    if isinstance(answer.get("Error"), dict) and "Code" in answer["Error"]:
        return law.operation
    raise NoAnswer(f"no answer of {law.operation}: it has none of its members ({law.job.status}, {law.job.created}, …)")
