"""AWS Query as the judge reads it: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

The walk follows the service model's shapes. It finds a result where SDKs find it (``{Operation}Result`` under the root) and, failing
that, where a careless service puts it; the `Wire` notes which. Nothing here decides whether a form is valid: the rules do.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from ...spec import operation as operation_model
from ..trace.exchange import Exchange, Parameters
from .base import Lexeme, ListForm, Reading, ServiceError, Wire
from .timestamps import read_instant, read_rfc3339
from .xml import Element, MarkupError, TooDeep, parse

__all__ = ["Query", "pointer", "well_written"]

#: What the boolean spellings of the field's languages mean, so that a wrong one still says something.
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def pointer(base: str, *names: str | int) -> str:
    """A JSON pointer (RFC 6901) to a member below `base`."""
    return base + "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def well_written(kind: str, text: str) -> bool:
    """Whether the text is a scalar of that kind as the protocol writes it."""
    return _WRITTEN[kind](text)


class Query:
    """The protocol object of AWS Query."""

    def encode(self, operation: str, parameters: Parameters) -> dict[str, str]:
        """The form fields of a request; botocore quotes and signs them when it sends."""
        model = operation_model(operation)
        version = str(model.service_model.api_version)
        return {"Action": operation, "Version": version} | {name: str(value) for name, value in parameters.items()}

    def read(self, exchange: Exchange) -> Reading:
        """Read one exchange; total over all bytes."""
        if exchange.failure:
            return Reading(exchange, "none", reason=exchange.failure.message)
        try:
            root = parse(exchange.body)
        except MarkupError as error:
            wire = Wire(problem=str(error), too_deep=isinstance(error, TooDeep))
            return Reading(exchange, "unreadable", reason=f"the body is no XML document: {error}", wire=wire)
        if _is_error(root, exchange):
            return _read_error(exchange, root)
        return _read_result(exchange, root, operation_model(exchange.operation))


def _is_error(root: Element, exchange: Exchange) -> bool:
    """Whether the answer refuses: by its element names, whatever its HTTP status says."""
    if root.name in ("ErrorResponse", "Error", "Errors"):
        return True
    return root.name == "Response" and (root.find("Errors") or root.find("Error")) is not None


def _common(root: Element) -> dict[str, Any]:
    return {"root": root.name, "namespace": root.namespace, "prefixed": _first_prefix(root)}


def _first_prefix(root: Element) -> str | None:
    stack = [root]
    while stack:
        element = stack.pop()
        if element.prefix:
            return f"{element.prefix}:{element.name}"
        stack.extend(reversed(element.children))
    return None


def _text(element: Element | None) -> str | None:
    return None if element is None else element.text.strip()


def _read_error(exchange: Exchange, root: Element) -> Reading:
    """``ErrorResponse`` holding one ``Error`` and, beside it, the RequestId; or what stands in for it."""
    faults = []
    if root.name != "ErrorResponse":
        faults.append(f"the root element is {root.name}, not ErrorResponse")
    holder = root.find("Errors") or root
    errors = [root] if root.name == "Error" else holder.all("Error")
    if len(errors) != 1 or holder is not root:
        faults.append(
            f"{len(errors)} Error elements stand right under the root, not one"
            if holder is root
            else "Error stands below Errors"
        )
    error = errors[0] if errors else Element("Error")
    code = _text(error.find("Code"))
    if not code:
        faults.append("Error has no Code")
    request_id = _text(root.find("RequestId")) or _text(
        (root.find("ResponseMetadata") or Element("")).find("RequestId")
    )
    wire = Wire(**_common(root), envelope=tuple(faults), request_id=request_id)
    told = ServiceError(code or "", _text(error.find("Message")), _text(error.find("Type")), request_id)
    return Reading(
        exchange,
        "error",
        error=told,
        wire=wire,
        reason=f"{code or 'an error without a code'}: {told.message or ''}".rstrip(": "),
    )


def _read_result(exchange: Exchange, root: Element, model: OperationModel) -> Reading:
    wrapper = next((place for place, child in enumerate(root.children) if child.name == f"{model.name}Result"), None)
    shape = model.output_shape
    known = set(shape.members) if shape else set()
    output = root.children[wrapper] if wrapper is not None else _stray_output(root, known)
    request_id = _text((root.find("ResponseMetadata") or Element("")).find("RequestId"))
    base = _common(root) | {"wrapper": wrapper, "request_id": request_id}
    if output is None:
        return Reading(
            exchange,
            "unreadable",
            wire=Wire(**base),
            reason=f"its root element is {root.name}, and no member of the result is in it",
        )
    walk = _Walk()
    members = walk.structure(output, shape, "") if shape else {}
    if wrapper is None:  # members that stand right under the root have its metadata beside them
        walk.unknown = [path for path in walk.unknown if path != "/ResponseMetadata"]
    wire = Wire(
        **base,
        lexemes=tuple(walk.lexemes),
        lists=tuple(walk.lists),
        repeated=tuple(walk.repeated),
        structures=walk.structures,
    )
    return Reading(
        exchange, "result", members, condemned=frozenset(walk.condemned), unknown=tuple(walk.unknown), wire=wire
    )


def _stray_output(root: Element, known: set[str]) -> Element | None:
    """Where the members are when the result wrapper is missing or has another name."""
    for candidate in (root, *root.children):
        if any(child.name in known for child in candidate.children):
            return candidate
    if root.name.endswith(("Response", "Result")) and (not root.children or root.find("ResponseMetadata")):
        return root
    return None


class _Walk:
    """One walk over a result's tree along the model's shapes, and what it noted on the way."""

    def __init__(self) -> None:
        self.lexemes: list[Lexeme] = []
        self.lists: list[ListForm] = []
        self.repeated: list[str] = []
        self.unknown: list[str] = []
        self.condemned: list[str] = []
        self.structures = 0

    def value(self, element: Element, shape: Shape, path: str) -> Any:
        if isinstance(shape, StructureShape):
            if not element.children and element.text.strip():
                return element.text
            return self.structure(element, shape, path)
        if isinstance(shape, ListShape):
            return self.items(element, shape, path)
        if element.children:  # a structure where a scalar belongs: handed on as one, for the schema to refuse
            return {child.name: child.text for child in element.children}
        return self.scalar(element.text, shape.type_name, path)

    def structure(self, element: Element, shape: StructureShape, path: str) -> dict[str, Any]:
        self.structures += 1
        found: dict[str, list[Element]] = {}
        for child in element.children:
            found.setdefault(_member_name(child, shape), []).append(child)
        members: dict[str, Any] = {}
        for name, elements in found.items():
            member = shape.members.get(name)
            if member is None:
                self.unknown.append(pointer(path, name))
            elif isinstance(member, ListShape) and _flattened(elements, member):
                self.lists.append(ListForm(f"{path}/{name}", True, ()))
                members[name] = [
                    self.value(each, member.member, f"{path}/{name}/{i}") for i, each in enumerate(elements)
                ]
            else:
                element = elements[0]
                if len(elements) > 1:
                    self.repeated.append(f"{path}/{name}")
                    if isinstance(member, ListShape):  # nothing of a list written in two parts shall be lost
                        element = Element(name, children=[child for each in elements for child in each.children])
                members[name] = self.value(element, member, f"{path}/{name}")  # the model's names need no escape
        return members

    def items(self, element: Element, shape: ListShape, path: str) -> Any:
        if not element.children and element.text.strip():
            return element.text
        named: list[Element] = []
        for child in element.children:
            if child.name == "member" or _looks_like(child, shape.member):
                named.append(child)
            else:
                self.unknown.append(pointer(path, child.name))
        self.lists.append(ListForm(path, False, tuple(dict.fromkeys(child.name for child in named))))
        return [self.value(each, shape.member, f"{path}/{i}") for i, each in enumerate(named)]

    def scalar(self, text: str, kind: str, path: str) -> Any:
        if kind == "string":
            return text
        if kind not in ("timestamp", "boolean", "integer"):
            return text
        self.lexemes.append(Lexeme(kind, path, text))  # type: ignore[arg-type]  # narrowed by the line above
        value = _SCALARS[kind](text)
        if not well_written(kind, text) and (value is None or kind == "timestamp"):
            self.condemned.append(path)
        return text if value is None else value


def _member_name(child: Element, shape: StructureShape) -> str:
    """The member that an element is of: its own name, unless it is a list's item that lost the list's element around it."""
    if child.name == "member" and "member" not in shape.members:
        for name, member in shape.members.items():
            if isinstance(member, ListShape) and _looks_like(child, member.member):
                return str(name)
    return child.name


def _flattened(elements: list[Element], shape: ListShape) -> bool:
    """Whether these elements are a list's items themselves, without `member` elements inside one element."""
    return all(_looks_like(element, shape.member) for element in elements)


def _looks_like(element: Element, shape: Shape) -> bool:
    """Whether the element holds a member of that structure, whatever it is called."""
    members: Mapping[str, Shape] = shape.members if isinstance(shape, StructureShape) else {}
    return any(child.name in members for child in element.children)


def _integer(text: str) -> int | None:
    """The plain meaning of a number's text. Longer ones than any 64-bit integer are left as text."""
    digits = text.strip()
    if len(digits) > 20:
        return None
    try:
        number = float(digits.replace(",", ""))
        return int(digits) if number.is_integer() and digits.lstrip("+-").isdecimal() else int(number)
    except (ValueError, OverflowError):
        return None


_SCALARS: Mapping[str, Any] = {
    "integer": _integer,
    "boolean": lambda text: _BOOLEANS.get(text.strip().lower()),
    "timestamp": lambda text: text if read_instant(text) else None,
}

#: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and, for timestamps, RFC 3339
_WRITTEN: Mapping[str, Callable[[str], bool]] = {
    "integer": lambda text: re.fullmatch(r"-?[0-9]+", text) is not None,
    "boolean": lambda text: text in ("true", "false"),
    "timestamp": lambda text: read_rfc3339(text) is not None,
}
