"""What the protocol objects of all protocols share: the service model, limits, and how a response that is not theirs is read."""

from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, OperationNotFoundError

from ...errors import one_line, shorten
from ...spec.http import HttpRequest
from ...spec.model import service
from ..trace.exchange import Exchange
from .base import CurlArguments, Reading, ServiceError
from .notes import MAX_ELEMENTS, Notes, OverLimit, compression, excerpt, is_html

__all__ = ["COMMON", "ServiceProtocol", "page", "reason_of", "service_error"]

#: The rules about bytes that every protocol has.
COMMON = frozenset(
    f"protocol.{slug}"
    for slug in (
        "well-formed",
        "content-type",
        "status",
        "error-envelope",
        "error-details",
        "member-once",
        "timestamp-format",
        "boolean-format",
        "integer-format",
        "float-format",
    )
)

#: The most characters of an error's code and message that are kept.
_CODE, _MESSAGE = 200, 2_000


class ServiceProtocol:
    """A protocol as one service speaks it."""

    #: What a well-formed body is, as messages say it.
    language = "XML"
    well_formed = "well-formed XML without a document type declaration"
    media_types: tuple[str, ...] = ("text/xml", "application/xml")
    #: Whether operations may have a status of their own for results.
    has_own_status = False

    def __init__(self, service_name: str, rules: frozenset[str] = COMMON, max_elements: int = MAX_ELEMENTS) -> None:
        self.service_name = service_name
        self.rules = rules
        self.max_elements = max_elements

    def model(self, operation: str) -> OperationModel:
        """The operation in the service model."""
        return service(self.service_name).operation_model(operation)

    def read(self, exchange: Exchange) -> Reading:
        """Read one exchange; total over all bytes."""
        if exchange.failure:
            return Reading(exchange, "none", reason=exchange.failure.message)
        try:
            self.model(exchange.operation)
        except OperationNotFoundError:
            return Reading(exchange, "unreadable", reason=f"{self.service_name} has no operation {exchange.operation}")
        notes = Notes(self.rules)
        self._content_type(exchange, notes)
        try:
            return self._read(exchange, notes)
        except (OverLimit, RecursionError) as error:
            why = str(error) if isinstance(error, OverLimit) else "it is nested too deep"
            problem = f"the body is too large to be judged: {why}"
            return Reading(exchange, "unreadable", reason=problem, wire=Notes(()).wire(problem, over_limit=True))

    def _read(self, exchange: Exchange, notes: Notes) -> Reading:
        raise NotImplementedError

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """The request that carries exactly these parameters, however wrong they are."""
        raise NotImplementedError

    def curl_arguments(self, request: HttpRequest) -> CurlArguments:
        """What curl needs to send the request."""
        options = [] if request.method == ("POST" if request.body else "GET") else [("-X", request.method)]
        options += [("-H", f"{_title(name)}: {value}") for name, value in request.headers.items()]
        if request.body:
            options.append(("--data-binary", request.body.decode("utf-8", "replace")))
        return _target(request), tuple(options)

    def sed(self, operation: str, path: str) -> str | None:
        """A sed script that prints the text of an output member out of a response; None where a script cannot find it."""
        return None

    def _content_type(self, exchange: Exchange, notes: Notes) -> None:
        if exchange.status is None:
            return
        written = exchange.headers.get("content-type", "")
        notes.check(
            "protocol.content-type",
            written.partition(";")[0].strip().lower() in self.media_types,
            f"the media type is not that of {self.language}",
            expected=" or ".join(self.media_types),
            actual=written or "no Content-Type",
        )

    def not_readable(self, exchange: Exchange, notes: Notes, problem: str, form: str = "") -> Reading:
        """The reading of bytes that are not a document of the protocol at all. `form` is what they should have been."""
        html = is_html(exchange)
        form = form or self.language
        if packed := compression(exchange):
            problem = f"it is compressed ({packed}), which the request did not accept"
        reason = page(exchange) if html else f"the body is not {form}: {problem}"
        problem = "it is an HTML page" if html else problem
        notes.broken(
            "protocol.well-formed",
            f"the body is not {form}: {problem}",
            self.well_formed,
            excerpt(exchange.body),
        )
        return Reading(exchange, "unreadable", reason=reason, wire=notes.wire(problem), html=html)

    def result(self, exchange: Exchange, members: Mapping[str, Any], notes: Notes) -> Reading:
        """The reading of a result."""
        return Reading(
            exchange,
            "result",
            members,
            unparsed=frozenset(notes.unparsed),
            unknown=tuple(notes.unknown),
            wire=notes.wire(),
        )

    def result_status(self, exchange: Exchange, notes: Notes) -> None:
        """Whether a result came under the HTTP status of one: 200, or any 2xx where operations may have their own."""
        if exchange.status is None:
            return
        own = self.has_own_status
        notes.check(
            "protocol.status",
            exchange.status // 100 == 2 if own else exchange.status == 200,
            "a result came with another status",
            expected="HTTP 2xx" if own else "HTTP 200",
            actual=f"HTTP {exchange.status}",
        )

    def error_status(self, exchange: Exchange, notes: Notes) -> None:
        """Whether an error came under the HTTP status of one: 4xx or 5xx, or any but 2xx where operations may have their own."""
        if exchange.status is None:
            return
        own = self.has_own_status
        notes.check(
            "protocol.status",
            exchange.status // 100 != 2 if own else exchange.status // 100 in (4, 5),
            "an error came with another status",
            expected="another status than HTTP 2xx" if own else "HTTP 4xx or HTTP 5xx",
            actual=f"HTTP {exchange.status}",
        )

    def error_details(self, error: ServiceError, names: Mapping[str, str | None], notes: Notes) -> None:
        """Whether the error has everything that SDKs pass on."""
        missing = [f"no {name}" for name, value in names.items() if not value]
        if error.type not in ("Sender", "Receiver", None, "") and "Type" in names:
            missing.append(f"Type is {error.type!r}")
        notes.check(
            "protocol.error-details",
            not missing,
            "the error lacks something that SDKs pass on",
            expected=", ".join(names),
            actual=", ".join(missing),
        )


def service_error(
    code: Any,
    message: Any = None,
    kind: Any = None,
    request_id: Any = None,
    query_code: Any = None,
) -> ServiceError:
    """An error whose texts have a readable length; whatever is not text counts as absent."""
    texts = (
        _cut(code, _CODE),
        _cut(message, _MESSAGE),
        *(_cut(each, _CODE) for each in (kind, request_id, query_code)),
    )
    return ServiceError(texts[0] or "", *texts[1:])


def _cut(text: Any, limit: int) -> str | None:
    return shorten(text, limit) if isinstance(text, str) else None


def reason_of(error: ServiceError) -> str:
    """The error in one line."""
    return one_line(f"{error.code or 'an error without a code'}: {shorten(error.message or '')}".rstrip(": "))


def page(exchange: Exchange) -> str:
    status = "" if exchange.status is None else f" (HTTP {exchange.status})"
    return f"a web server sent an HTML page{status}"


def _title(name: str) -> str:
    return "-".join(each.capitalize() for each in name.split("-"))


def _target(request: HttpRequest) -> str:
    return request.path + ("?" + request.query if request.query else "")
