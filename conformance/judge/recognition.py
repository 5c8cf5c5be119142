"""What a saved file holds: which of a contract's operations it is a response of, or why it is none of them.

Whatever is not read is refused by one line that says what is: a recording of whole exchanges, a list of responses, JSON lines, or
the response of another operation must not be judged as if it were a response.
"""

import json
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Set as AbstractSet
from typing import Any

from ...errors import UsageError, shorten
from ...spec.contract import Contract
from ...spec.model import operation, service
from ...spec.operations import access_reports
from ..evidence.tokens import paging_members
from ..protocols.base import ServiceError
from ..protocols.documents.json_document import kind_of
from ..protocols.json_errors import short_code
from ..protocols.notes import DEPTH, OverLimit, pointer
from ..protocols.xml import MarkupError, parse
from ..trace.exchange import check_depth

__all__ = ["METADATA", "NoResponse", "error_in", "is_xml", "member_names", "operation_of"]


class NoResponse(UsageError):
    """The file does not hold a response of the operation, in any form that is read."""


#: What botocore adds to a response.
METADATA = "ResponseMetadata"

_READ = "; expected is JSON of the AWS CLI or of json.dumps(response, default=str) in Python, or the body of a response"

_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}

#: How many values inside of a file are looked at for a response.
_MOST = 5_000


def operation_of(content: bytes, contract: Contract) -> str:
    """Which of the contract's operations a saved response is of.

    :raises NoResponse: where it is of none.
    """
    if not content.strip():
        raise NoResponse("the file is empty")
    if is_xml(content):
        return _of_xml(content, contract)
    document = _json(content)
    if isinstance(document, dict | list):
        try:
            check_depth(document, DEPTH)
        except ValueError as error:
            raise NoResponse(str(error)) from None
    if isinstance(document, dict):
        return _of_object(document, contract)
    raise NoResponse(f"{kind_of(document)}, where a response is a JSON object{_inside(document, contract) or _READ}")


def is_xml(content: bytes) -> bool:
    """Whether the first thing in there is a tag, in an encoding of one or of two bytes."""
    return content.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0").startswith(b"<")


def error_in(document: Mapping[str, Any], contract: Contract) -> ServiceError | None:
    """The error that a JSON document is: what botocore makes of one, or the body of one of a JSON protocol."""
    shape = operation(contract.service, contract.operation).output_shape
    known = set(shape.members) if shape is not None else set()
    error = document.get("Error")
    if isinstance(error, Mapping) and "Code" in error and not set(document) & (known - {"Error"}):
        said = {name: str(error[name]) for name in ("Code", "Message", "Type") if error.get(name) is not None}
        return ServiceError(said.get("Code", ""), said.get("Message"), said.get("Type"))
    if isinstance(code := document.get("__type"), str) and not set(document) & known:
        message = document.get("message", document.get("Message"))
        return ServiceError(short_code(code) or "", message if isinstance(message, str) else None)
    return None


def member_names(shape: Any) -> Mapping[str, str]:
    """A structure's members by their names in botocore and on the wire."""
    return {
        written: name
        for name, each in shape.members.items()
        for written in (each.serialization.get("name", name), name)
    }


def _json(content: bytes) -> Any:
    """:raises NoResponse: where it is not one JSON value."""
    try:
        return json.loads(content)
    except RecursionError:
        raise NoResponse(f"nested more than {DEPTH} levels deep") from None
    except ValueError as error:
        raise NoResponse(_unreadable(content, error) + _READ) from None


def _unreadable(content: bytes, error: ValueError) -> str:
    """Why a file is neither JSON nor XML, in words."""
    for magic, name in _COMPRESSED.items():
        if content.startswith(magic):
            return f"compressed with {name}: decompress it first"
    if b'"awscontract-trace"' in content[:100]:
        return "a recorded trace, for `awscontract replay`"
    if content.startswith(b"HTTP/"):
        return "HTTP headers stand before the body: remove them"
    if isinstance(error, UnicodeDecodeError):
        return f"neither JSON nor XML: byte {error.start} is not {error.encoding.upper()}"
    if isinstance(error, json.JSONDecodeError):
        if error.msg == "Extra data":
            return f"more than one JSON value, from line {error.lineno} on, where each response is a file of its own"
        return f"neither JSON nor XML ({error.msg}: line {error.lineno} column {error.colno})"
    return f"not JSON that can be read ({shorten(str(error).partition(';')[0], 100)})"


def _of_object(document: dict[str, Any], contract: Contract) -> str:
    written = document.keys() - {METADATA}
    if not written and contract.job is None and not _required(contract):
        return contract.operation  # an empty list
    is_error = error_in(document, contract) is not None
    if not is_error and (other := _other_report(written, contract)) is not None:
        raise NoResponse(f"a response of {other}, where one of {contract.operation} is judged; use --operation {other}")
    for name in contract.operations:
        if _fits(written, contract, name):
            return name
    if is_error:
        return contract.operation
    if (inside := _inside(document, contract)) is not None:
        raise NoResponse(f"not a response of {contract.operation} by itself{inside}")
    if (other := _of_the_same_service(written, contract)) is not None:
        raise NoResponse(
            f"not a response of {contract.operation}, but one of {other}, or of one like it; use --operation {other}"
        )
    shape = operation(contract.service, contract.operation).output_shape
    members = ", ".join([] if shape is None else list(shape.members)[:2])
    raise NoResponse(
        f"not a response of {contract.operation}: it has none of its own members ({members}, …); --operation says whose response it is"
    )


def _required(contract: Contract) -> Collection[str]:
    shape = operation(contract.service, contract.operation).output_shape
    return () if shape is None else shape.required_members


def _fits(written: Collection[str], contract: Contract, name: str) -> bool:
    """Whether a response may be of this operation: it has one of its members, and not only those for paging, which many share."""
    names = _output_names(contract.service, name)
    known = {names[each] for each in written if each in names}
    lower = {each.lower() for each in names}
    return bool(known) and (all(each.lower() in lower for each in written) or not known <= paging_members(contract))


def _output_names(service_name: str, name: str) -> Mapping[str, str]:
    """The names of an operation's output members; none where it has no output."""
    shape = operation(service_name, name).output_shape
    return {} if shape is None else member_names(shape)


def _of_the_same_service(written: AbstractSet[str], contract: Contract) -> str | None:
    """The operation of the service that has all of these members, and few others."""
    model, found = service(contract.service), list[tuple[int, str]]()
    for name in model.operation_names if written else ():
        shape = model.operation_model(name).output_shape
        if shape is not None and written <= member_names(shape).keys():
            found.append((len(shape.members), name))
    return f"{contract.service}:{min(found)[1]}" if found else None


def _other_report(written: AbstractSet[str], contract: Contract) -> str | None:
    """The access report that has all of these members, where none of the contract's operations has."""
    if contract.job is None or any(
        written <= _output_names(contract.service, each).keys() for each in contract.operations
    ):
        return None
    return next((each for each in access_reports() if written <= _output_names(*each.split(":")).keys()), None)


def _inside(document: Any, contract: Contract) -> str | None:
    """Where in a recording, a snapshot or a list the responses are, in words; None where there are none."""
    found = [path for path, value in _values(document) if path and _is_response(value, contract)]
    if not found:
        return None
    several = f"; it holds {len(found)} of them, the first" if len(found) > 1 else "; it holds one"
    return f"{several} at {shorten(found[0], 100)}: save each in a file of its own"


def _values(document: Any) -> Iterator[tuple[str, Any]]:
    """The values of a document with their JSON pointers, the outer ones first."""
    waiting, left = deque([("", document)]), _MOST
    while waiting and left:
        path, value = waiting.popleft()
        left -= 1
        yield path, value
        if isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((pointer(path, name), each) for name, each in inner)


def _is_response(value: Any, contract: Contract) -> bool:
    """Whether a value inside of another one is a response, as members or as the text of a body."""
    if isinstance(value, str):
        text = value.lstrip("\ufeff \t\r\n")[:2_000]
        return any(f"<{each}Response" in text for each in contract.operations) if text.startswith("<") else False
    if not isinstance(value, dict):
        return False
    names = _output_names(contract.service, contract.operation)
    return value.keys() - {METADATA} <= names.keys() and _fits(value.keys(), contract, contract.operation)


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
