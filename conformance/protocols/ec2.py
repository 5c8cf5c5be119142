"""EC2's dialect of AWS Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html

Outputs stand right under the root, errors in a list, and the id of a request has two spellings: requestId and RequestID.
"""

from ..trace.exchange import Exchange
from .base import Reading
from .documents.xml_walk import XmlWalk, wire_names
from .notes import Notes, excerpt
from .query import QUERY_RULES, Query
from .service import reason_of, service_error
from .xml import Element
from .xml_envelope import envelope, root_element, text_of

__all__ = ["EC2_RULES", "Ec2"]

EC2_RULES = QUERY_RULES - {"protocol.result-first"}


class Ec2(Query):
    """The protocol object of EC2."""

    error_form = "Response with Errors with one Error with a Code"
    capitalized = True
    namespaces = ("http://ec2.amazonaws.com/doc/2016-11-15/",)  # EC2's own ends with a slash, its model's does not

    def _read_error(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        """``Response`` with ``Errors`` with one ``Error``, and beside them the RequestID; or what stands in for it."""
        notes.kept("protocol.well-formed")
        problems = []
        if root.name != "Response":
            problems.append(f"the root element is {root.name}, not Response")
        holder = root.find("Errors")
        if holder is None and root.name != "Errors":
            problems.append("there is no Errors element right under the root")
        errors = [root] if root.name == "Error" else (holder or root).all("Error")
        if len(errors) != 1:
            problems.append(f"{len(errors)} Error elements, not one")
        found = errors[0] if errors else Element("Error")
        code = text_of(found.find("Code"))
        if not code:
            problems.append("Error has no Code")
        request_id = text_of(root.find("RequestID")) or text_of(root.find("RequestId"))
        error = service_error(code, text_of(found.find("Message")), None, request_id)
        envelope(problems, self.error_form, exchange, notes)
        self.error_status(exchange, notes)
        self.error_details(error, {"Message": error.message, "RequestID": request_id}, notes)
        return Reading(exchange, "error", error=error, wire=notes.wire(), reason=reason_of(error))

    def _read_result(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        notes.kept("protocol.well-formed")
        shape = self.model(exchange.operation).output_shape
        names = wire_names(shape) if shape else {}
        bare = any(child.name in names for child in root.children) or root.name.endswith("Response")
        inside = next((child for child in root.children if any(each.name in names for each in child.children)), None)
        output = root if bare and (inside is None or inside.name in names) else inside
        if (exchange.status or 200) < 400:
            self._under_root(exchange, root, output is root or output is None, notes)
        if output is None:
            return self._no_result(exchange, root, notes)
        self._root(root, notes)
        self.result_status(exchange, notes)
        beside = ("requestId", "RequestId", "ResponseMetadata")
        members = XmlWalk(notes).structure(output, shape, "", beside) if shape else {}
        return self.result(exchange, members, notes)

    def _under_root(self, exchange: Exchange, root: Element, bare: bool, notes: Notes) -> None:
        """Notes on the elements around a result: there are none but the root."""
        root_element(root, f"{exchange.operation}Response", notes)
        notes.check(
            "protocol.result-wrapper",
            bare,
            "the output is wrapped",
            expected="members right under the root",
            actual=excerpt(exchange.body),
        )
        notes.check(
            "protocol.request-id",
            bool(text_of(root.find("requestId"))),
            "the result does not have its request's id",
            expected="a requestId that is not empty",
            actual="none",
        )
