"""Errors in JSON: where their code is, and whether a response is an error at all."""

from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel

from ..trace.exchange import Exchange
from .base import ServiceError
from .service import service_error

__all__ = ["error_in", "is_error", "short_code"]

#: From this HTTP status on SDKs take a response for an error.
_FAILURE = 300

_BODY_CODES = ("__type", "code", "Code")


def short_code(code: Any) -> str | None:
    """The name of an error without its namespace and without what stands behind a colon."""
    return code.partition(":")[0].rpartition("#")[2].strip() if isinstance(code, str) else None


def is_error(exchange: Exchange, body: Any, model: OperationModel) -> bool:
    """Whether the response is an error: by its status; under that of a result by its code."""
    if exchange.status is not None and exchange.status >= _FAILURE:
        return True
    if exchange.headers.get("x-amzn-errortype"):
        return True
    if not isinstance(body, dict) or not isinstance(body.get("__type"), str):
        return False
    members = model.output_shape.members if model.output_shape is not None else {}
    names = {str(each.serialization.get("name", name)) for name, each in members.items()}
    code = short_code(body["__type"]) or ""
    shapes: Any = model.error_shapes
    declared = {each.name for each in shapes} | {each.error_code for each in shapes}
    return code in declared or names.isdisjoint(body)


def error_in(exchange: Exchange, body: Mapping[str, Any]) -> ServiceError:
    """The error of a response: its code out of the header or the body, and the code that it had in AWS Query."""
    header = exchange.headers.get("x-amzn-errortype")
    code = next((found for each in (header, *map(body.get, _BODY_CODES)) if (found := short_code(each))), None)
    query_code, _, kind = exchange.headers.get("x-amzn-query-error", "").partition(";")
    message = next((body[name] for name in ("message", "Message", "errorMessage") if name in body), None)
    return service_error(
        code, message, kind or None, exchange.headers.get("x-amzn-requestid"), query_code if kind else None
    )
