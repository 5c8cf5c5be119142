"""EC2's dialect of AWS Query: lists without a name for their items, outputs right under the root, errors in a list."""

from __future__ import annotations

from ...spec.http import HttpResponse
from ...spec.model import service
from .base import request_id
from .messages import Output, Responding, ServiceError, XmlElement
from .query import Query
from .xml_writer import maker

__all__ = ["Ec2"]


class Ec2(Query):
    """The EC2 query protocol as a service speaks it."""

    capitalized = True

    def document(self, call: Responding, output: Output) -> XmlElement:
        """An output right under the root, or an error in its list."""
        if isinstance(output, ServiceError):
            error = XmlElement("Error", (XmlElement("Code", output.code), XmlElement("Message", output.message)))
            return XmlElement("Response", (XmlElement("Errors", (error,)), XmlElement("RequestID", request_id(call))))
        namespace = (("xmlns", str(service(self.service).metadata.get("xmlNamespace", ""))),)
        [root] = maker(self.model(call.operation).output_shape)(f"{call.operation}Response", output)
        content = root.content if isinstance(root.content, tuple) else ()
        return XmlElement(root.tag, (XmlElement("requestId", request_id(call)), *content), namespace)

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around a document."""
        code = output.status if isinstance(output, ServiceError) else 200
        headers = {"content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": request_id(call)}
        return HttpResponse(code, headers, body)
