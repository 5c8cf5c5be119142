"""AWS Query as the judge reads it: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

A result is found where SDKs find it (``{Operation}Result`` under the root) and, failing that, where a careless service puts it; the
notes say which.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.model import OperationModel

from ...errors import one_line, shorten
from ...spec.http import HttpRequest
from ...spec.model import service
from ..trace.exchange import Exchange
from .base import CurlArguments, Reading
from .documents.xml_walk import XmlWalk, wire_names
from .encoding.values import form_fields
from .notes import MAX_ELEMENTS, Notes, excerpt
from .service import COMMON, ServiceProtocol, page, reason_of, service_error
from .xml import Element, MarkupError, parse
from .xml_envelope import envelope, is_error, prefixed, root_element, text_of, xml_sed

__all__ = ["QUERY_RULES", "Query"]

FORM = "application/x-www-form-urlencoded; charset=utf-8"

#: The rules about bytes of AWS Query; those of XML protocols and those of the envelope.
QUERY_RULES = COMMON | {
    f"protocol.{slug}"
    for slug in (
        "root-element",
        "namespace",
        "unprefixed",
        "result-wrapper",
        "result-first",
        "request-id",
        "list-members",
        "timestamp-utc",
        "timestamp-precision",
    )
}


class Query(ServiceProtocol):
    """The protocol object of AWS Query."""

    #: How an error is enveloped, in words.
    error_form = "ErrorResponse with one Error with a Code"
    #: Whether names of parameters are those of EC2: capitalized, and lists without a name for their items.
    capitalized = False
    #: What the root's namespace may be besides the model's.
    namespaces: tuple[str, ...] = ()

    def __init__(
        self, service_name: str = "iam", rules: frozenset[str] = QUERY_RULES, max_elements: int = MAX_ELEMENTS
    ) -> None:
        super().__init__(service_name, rules, max_elements)

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """A form in the body."""
        model = self.model(operation)
        fields = {"Action": operation, "Version": str(model.service_model.api_version)}
        fields |= form_fields(parameters, model.input_shape, capitalized=self.capitalized)
        return HttpRequest("POST", "/", "", {"content-type": FORM}, urlencode(fields, errors="replace").encode())

    def curl_arguments(self, request: HttpRequest) -> CurlArguments:
        """Each field of the form as an option, encoded by curl."""
        fields = parse_qsl(request.body.decode(), keep_blank_values=True)
        return request.path, tuple(("--data-urlencode", f"{name}={value}") for name, value in fields)

    def sed(self, operation: str, path: str) -> str | None:
        """The text between the tags of the member."""
        return xml_sed(self.model(operation), path)

    def _read(self, exchange: Exchange, notes: Notes) -> Reading:
        try:
            root = parse(exchange.body, self.max_elements)
        except MarkupError as error:
            return self.not_readable(exchange, notes, str(error))
        if is_error(root):
            return self._read_error(exchange, root, notes)
        return self._read_result(exchange, root, notes)

    def _root(self, root: Element, notes: Notes) -> None:
        """Notes on the root element of whatever is of the protocol."""
        expected = str(service(self.service_name).metadata.get("xmlNamespace", ""))
        notes.check(
            "protocol.namespace",
            root.namespace in (expected, *self.namespaces),
            "the root is in another namespace",
            expected=expected,
            actual=root.namespace or "no namespace",
        )
        prefixed(root, notes)

    def _read_error(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        """``ErrorResponse`` with one ``Error`` and, beside it, the RequestId; or what stands in for it."""
        notes.kept("protocol.well-formed")
        self._root(root, notes)
        problems = []
        if root.name != "ErrorResponse":
            problems.append(f"the root element is {root.name}, not ErrorResponse")
        holder = root.find("Errors") or root
        errors = [root] if root.name == "Error" else holder.all("Error")
        if len(errors) != 1 or holder is not root:
            beside = f"{len(errors)} Error elements right under the root, not one"
            problems.append(beside if holder is root else "Error is inside Errors")
        found = errors[0] if errors else Element("Error")
        code = text_of(found.find("Code"))
        if not code:
            problems.append("Error has no Code")
        request_id = text_of(root.find("RequestId")) or _metadata_id(root)
        error = service_error(code, text_of(found.find("Message")), text_of(found.find("Type")), request_id)
        envelope(problems, self.error_form, exchange, notes)
        self._typed_status(exchange, error.type, notes)
        details = {"Type": error.type, "Message": error.message, "RequestId": request_id}
        self.error_details(error, details, notes)
        return Reading(exchange, "error", error=error, wire=notes.wire(), reason=reason_of(error))

    def _typed_status(self, exchange: Exchange, kind: str | None, notes: Notes) -> None:
        """An error's status goes with its Type."""
        if exchange.status is None:
            return
        kind = kind or "neither Sender nor Receiver"
        first = {"Sender": (4,), "Receiver": (5,)}.get(kind, (4, 5))
        notes.check(
            "protocol.status",
            exchange.status // 100 in first,
            f"an error whose Type is {kind}",
            expected=" or ".join(f"HTTP {each}xx" for each in first),
            actual=f"HTTP {exchange.status}",
        )

    def _read_result(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        notes.kept("protocol.well-formed")
        model = self.model(exchange.operation)
        wrapper_name = self.wrapper_name(model)
        wrapper = next((place for place, child in enumerate(root.children) if child.name == wrapper_name), None)
        shape = model.output_shape
        output = root.children[wrapper] if wrapper is not None else _stray_output(root, model)
        if (exchange.status or 200) < 400:
            self._envelope(exchange, root, wrapper, notes)
        if output is None:
            return self._no_result(exchange, root, notes)
        self._root(root, notes)
        self.result_status(exchange, notes)
        # Members right under the root have its metadata beside them.
        beside = ("ResponseMetadata",) if wrapper is None else ()
        members = XmlWalk(notes).structure(output, shape, "", beside) if shape else {}
        return self.result(exchange, members, notes)

    def wrapper_name(self, model: OperationModel) -> str:
        """The element that wraps the output."""
        shape = model.output_shape
        return str((shape.serialization if shape else {}).get("resultWrapper", f"{model.name}Result"))

    def _envelope(self, exchange: Exchange, root: Element, wrapper: int | None, notes: Notes) -> None:
        """Notes on the elements around a result."""
        root_element(root, f"{exchange.operation}Response", notes)
        expected = self.wrapper_name(self.model(exchange.operation))
        if wrapper is None:
            wanted = f"<{expected}> under the root"
            notes.broken("protocol.result-wrapper", "the output is not wrapped", wanted, excerpt(exchange.body))
        else:
            notes.kept("protocol.result-wrapper")
            notes.check(
                "protocol.result-first",
                wrapper == 0,
                "the result is not the root's first child element",
                expected="first",
                actual=f"child number {wrapper + 1}",
            )
        notes.check(
            "protocol.request-id",
            bool(_metadata_id(root)),
            "the result does not have its request's id",
            expected="a ResponseMetadata/RequestId that is not empty",
            actual="none",
        )

    def _no_result(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        """XML that is neither a result nor an error of the protocol."""
        html = root.name.lower() == "html"
        if (exchange.status or 0) >= 400:
            actual = "the error is an HTML page" if html else f"an error's root element is {root.name}"
            envelope([actual], self.error_form, exchange, notes)
        reason = f"its root element is {one_line(shorten(root.name, 80))}, and no member of the result is in it"
        return Reading(exchange, "unreadable", reason=page(exchange) if html else reason, wire=notes.wire(), html=html)


def _metadata_id(root: Element) -> str | None:
    return text_of((root.find("ResponseMetadata") or Element("")).find("RequestId"))


def _stray_output(root: Element, model: OperationModel) -> Element | None:
    """Where the members are when the result wrapper is missing or has another name."""
    names = wire_names(model.output_shape) if model.output_shape else {}
    for candidate in (root, *root.children):
        if any(child.name in names for child in candidate.children):
            return candidate
    if root.name.endswith(("Response", "Result")) and (not root.children or root.find("ResponseMetadata")):
        return root
    return None
