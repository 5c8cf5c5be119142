"""AWS Query: a form comes in, XML goes out."""

from __future__ import annotations

from ...spec.http import HttpRequest, HttpResponse
from ...spec.model import service
from . import form
from .base import EmulatedProtocol, Parameters, request_id
from .messages import Output, Responding, ServiceError, XmlElement
from .xml_writer import maker, serialize

__all__ = ["Query"]


class Query(EmulatedProtocol):
    """AWS Query as a service speaks it."""

    #: Whether names of parameters are those of EC2.
    capitalized = False

    def parse(self, request: HttpRequest) -> tuple[str, Parameters]:
        """The Action and its parameters."""
        fields = form.of_request(request)
        action, version = fields.get("Action", ""), fields.get("Version")
        if action and version not in (None, service(self.service).api_version):
            return f"{action} in version {version}", {}
        return action, form.read(fields, self.input_shape(action), capitalized=self.capitalized)

    def document(self, call: Responding, output: Output) -> XmlElement:
        """An output inside its wrapper, or an error inside its envelope."""
        number = XmlElement("RequestId", request_id(call))
        namespace = (("xmlns", str(service(self.service).metadata.get("xmlNamespace", ""))),)
        if isinstance(output, ServiceError):
            kind = "Sender" if output.status < 500 else "Receiver"
            details = XmlElement("Type", kind), XmlElement("Code", output.code), XmlElement("Message", output.message)
            return XmlElement("ErrorResponse", (XmlElement("Error", details), number), namespace)
        shape = self.model(call.operation).output_shape
        wrapper = shape.serialization.get("resultWrapper", f"{call.operation}Result") if shape is not None else ""
        result = maker(shape)(wrapper, output) if shape is not None else ()
        content = *result, XmlElement("ResponseMetadata", (number,))
        return XmlElement(f"{call.operation}Response", content, namespace)

    def write(self, call: Responding, document: XmlElement) -> bytes:
        """The bytes of a document."""
        return serialize(document, indented=call.behaviour.indented)

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around a document."""
        code = output.status if isinstance(output, ServiceError) else 200
        return HttpResponse(code, {"content-type": "text/xml", "x-amzn-requestid": request_id(call)}, body)
