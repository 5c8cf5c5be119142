"""Contracts derived from botocore's paginators, where it has none from the shapes of the operation, or from the members that the user names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ...errors import UsageError, unknown
from ..contract import Contract, Errors, Listing, Token
from ..model import loader, operation as modelled, service as service_model
from .by_shapes import LIMIT_NAMES, by_shapes

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape

__all__ = [
    "PROTOCOLS",
    "DoesNotPage",
    "derive",
    "own_id",
    "paged",
    "paginated",
    "paginator",
    "protocol_of",
    "singular",
]

#: The protocols that botocore speaks and that this package judges.
PROTOCOLS = ("ec2", "json", "query", "rest-json", "rest-xml")

#: What --paging names.
PAGING = ("input", "output", "items", "limit", "more")

#: Lists in a response that repeat the items of its first list in another form, or say something else about the page, so that the limit
#: does not count them.
_NOT_ITEMS: Mapping[str, frozenset[str]] = {
    "budgets:DescribeBudgetPerformanceHistory": frozenset({"BudgetPerformanceHistory.Metrics"}),
    "cloudwatch:GetMetricData": frozenset({"Messages"}),
    "cloudwatch:ListMetrics": frozenset({"OwningAccounts"}),
    "ec2:DescribeVpcEndpointServices": frozenset({"ServiceNames"}),
    "kinesis:ListStreams": frozenset({"StreamSummaries"}),
    "logs:FilterLogEvents": frozenset({"searchedLogStreams"}),
    "rekognition:ListCollections": frozenset({"FaceModelVersions"}),
    "resource-groups:ListGroupResources": frozenset({"Resources"}),
    "resource-groups:ListGroups": frozenset({"Groups"}),
}

#: The origin of what the shapes say.
_BY_SHAPES = "shapes of the model"
_TOKEN_ERROR = re.compile(r"token|marker|paginat|cursor|iterator", re.IGNORECASE)
#: Errors about other tokens, and about those that are too old: an altered token is not.
_NOT_TOKEN_ERROR = re.compile(r"authenticat|security|clientrequest|idempoten|expired", re.IGNORECASE)


def paginated(service: str) -> Mapping[str, Mapping[str, Any]]:
    """The paginators of a service by operation; empty where it has none."""
    return _paginated(service, os.environ.get("AWS_DATA_PATH", ""))


@cache
def _paginated(service: str, paths: str) -> Mapping[str, Mapping[str, Any]]:
    from botocore.exceptions import DataNotFoundError, UnknownServiceError

    try:
        found: Mapping[str, Mapping[str, Any]] = loader().load_service_model(service, "paginators-1")["pagination"]
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found


def paginator(service: str, operation: str) -> Mapping[str, Any] | None:
    """The paginator of an operation, if botocore has one."""
    return paginated(service).get(operation)


def paged(service: str) -> tuple[str, ...]:
    """Every operation of a service that pages, by a paginator or by its shapes; empty where there is no such service."""
    return _paged(service, os.environ.get("AWS_DATA_PATH", ""))


@lru_cache(maxsize=64)
def _paged(service: str, paths: str) -> tuple[str, ...]:
    known = paginated(service)
    try:
        model = service_model(service)
    except KeyError:
        return ()
    others = (each for each in model.operation_names if each not in known)
    pages = (each for each, of in known.items() if not _doubt(model.operation_model(each), of))
    return (*pages, *(each for each in others if by_shapes(model.operation_model(each)).paginator))


def _doubt(shapes: OperationModel, found: Mapping[str, Any]) -> str:
    """Why an operation lists nothing in pages although it has a paginator, as a few in Proton and RDS; empty where nothing speaks against it."""
    taken = shapes.input_shape.members if shapes.input_shape is not None else {}
    tokens, items = _several(found["input_token"]), _several(found["result_key"])
    if all(each in taken and taken[each].metadata.get("max") == 0 for each in tokens):
        return f"its model has {tokens[0]} always empty"
    kinds = {getattr(_look_up(shapes, each), "type_name", "list") for each in items}
    return "" if kinds & {"list", "map", "structure"} else f"{items[0]} is neither a list nor a map"


def protocol_of(service: str) -> str:
    """The protocol that botocore speaks to a service.

    :raises UsageError: where it is none of those that this package judges.
    """
    from botocore.exceptions import BotoCoreError

    try:
        found = _spoken(service_model(service))
    except BotoCoreError as error:
        raise UsageError(f"{service}: {error}") from None
    if found not in PROTOCOLS:
        raise UsageError(
            f"{service} speaks {found} alone, which awscontract does not judge: it judges {', '.join(PROTOCOLS)}"
        )
    return found


def _spoken(model: ServiceModel) -> str:
    """The protocol that botocore chooses; before it chose among several, the only one."""
    return str(getattr(model, "resolved_protocol", None) or model.protocol)


def derive(
    service: str,
    operation: str,
    paging: Mapping[str, str] | None = None,
    said_by: str = "--paging",
    shapes: OperationModel | None = None,
    *,
    jobs: bool = False,
) -> Contract:
    """The contract of an operation from its paginator, else from its shapes; `paging` overrides or replaces what they say.

    `said_by` is the origin of what `paging` says. With `shapes`, a client's own model of the operation, any protocol will do, and no model is read.
    With `jobs` the results of a job are a listing too.

    :raises UsageError: where the operation has no paginator, its shapes leave a doubt and `paging` does not say enough, or names members that it does not have.
    """
    if shapes is None:
        protocol, shapes = protocol_of(service), modelled(service, operation)
    else:
        protocol = _spoken(shapes.service_model)
    listing, origins = _listing(shapes, _Sources(shapes, dict(paging or {}), said_by, jobs))
    codes = _token_errors(shapes)
    return Contract(
        service=service,
        operation=operation,
        protocol=protocol,
        documentation=_documentation(shapes),
        kind="derived",
        listing=listing,
        errors=Errors(token=codes),
        origins={
            "protocol": "model",
            "documentation": "model",
            **origins,
            **({"errors.token": "model"} if codes else {}),
        },
    )


class DoesNotPage(UsageError):
    """Neither a paginator nor the shapes say how an operation pages, nor did the caller."""


class _Sources:
    """What is said about paging, and by whom: `paging` before the paginator, and the shapes where there is none."""

    def __init__(self, shapes: OperationModel, paging: dict[str, str], said_by: str, jobs: bool) -> None:
        for name in paging:
            if name not in PAGING:
                raise unknown("name in --paging", name, PAGING)
        self.paging, self._said_by = paging, said_by
        found, self.reason = paginator(str(shapes.service_model.service_name), str(shapes.name)), ""
        self.by_shapes = found is None
        if found is None:
            found, self.reason = by_shapes(shapes, jobs=jobs)
        self._found: Mapping[str, Any] = found or {}
        self.origins: dict[str, str] = {}

    def __call__(self, name: str, key: str) -> tuple[str, ...]:
        """The members for a part of the paging. `name` is what --paging calls it, and `key` what a paginator does."""
        given = _several(self.paging[name].split("+")) if self.paging.get(name) else _several(self._found.get(key))
        if given:
            found = _BY_SHAPES if self.by_shapes else "paginator"
            self.origins[f"listing.{_FIELDS[name]}"] = self._said_by if self.paging.get(name) else found
        return given


def _listing(shapes: OperationModel, said: _Sources) -> tuple[Listing, dict[str, str]]:
    inputs, outputs = said("input", "input_token"), said("output", "output_token")
    items, limits, more = said("items", "result_key"), said("limit", "limit_key"), said("more", "more_results")
    for name, given in (("input", inputs), ("output", outputs), ("items", items)):
        if not given:
            missing = f" ({name} is missing)" if said.paging else ""
            raise DoesNotPage(
                f"{shapes.service_model.service_name}:{shapes.name} does not page: botocore has no paginator for it, and {said.reason}{missing}"
            )
    if len(inputs) != len(outputs):
        raise UsageError(
            f"--paging: {len(inputs)} input and {len(outputs)} output; there must be one output for each input"
        )
    _check(shapes, inputs, outputs, items, limits, more)
    if doubt := _doubt(shapes, {"input_token": inputs, "result_key": items}):
        raise UsageError(f"{shapes.service_model.service_name}:{shapes.name} does not page: {doubt}")
    items = _lists(shapes, items, chosen=bool(said.paging.get("items")))
    origins, of_shapes = said.origins, said.by_shapes and not said.paging.get("input")
    if not limits and not of_shapes and (guess := _limit(shapes)):
        limits, origins["listing.limit"] = (guess,), "model"
    identity = _identity(shapes, items[0])
    if identity:
        origins["listing.identity"] = "model"
    by_key = any("[-1]" in each for each in outputs)
    if by_key:
        origins["listing.exceptions"] = origins["listing.tokens"]
    return Listing(
        items=items,
        tokens=tuple(Token(taken, given) for taken, given in zip(inputs, outputs, strict=True)),
        limit=limits[0] if limits else None,
        more=more[0] if more else None,
        identity=identity,
        exceptions=frozenset({"key-cursor"} if by_key else ()),
        by_shapes=of_shapes,
    ), origins


_FIELDS = {"input": "tokens", "output": "tokens", "items": "items", "limit": "limit", "more": "more"}


def _several(value: Sequence[str] | str | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _check(
    shapes: OperationModel,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    items: tuple[str, ...],
    limits: tuple[str, ...],
    more: tuple[str, ...],
) -> None:
    """Every member is one that the model has; in an expression, its first member."""
    for name in (*inputs, *limits):
        members = shapes.input_shape.members if shapes.input_shape is not None else {}
        if name not in members:
            raise unknown(f"parameter of {shapes.name}", name, members)
    for path in (*outputs, *items, *more):
        _look_up(shapes, path)


def _look_up(shapes: OperationModel, path: str) -> Shape | None:
    """The shape at a path of the output; None for an expression, of which only the first member is checked."""
    simple = re.fullmatch(r"\w+(\.\w+)*", path)
    shape: Any = shapes.output_shape
    for name in path.split(".") if simple else re.findall(r"^\w+", path):
        members = getattr(shape, "members", {})
        if name not in members:
            raise unknown(f"member of the response of {shapes.name}", name, members)
        shape = members[name]
    return shape if simple else None


def _lists(shapes: OperationModel, paths: tuple[str, ...], *, chosen: bool) -> tuple[str, ...]:
    """Those of the paginator's result keys that hold items.

    A structure that holds one list stands for this list. Where no list is among them, a map is one of items too.
    """
    dropped = (
        frozenset() if chosen else _NOT_ITEMS.get(f"{shapes.service_model.service_name}:{shapes.name}", frozenset())
    )
    found: list[str] = []
    for path in paths:
        shape: Any = _look_up(shapes, path)
        if shape is not None and shape.type_name == "structure":
            inside = (f"{path}.{name}" for name, each in shape.members.items() if each.type_name == "list")
            inner = [each for each in inside if each not in dropped]
            found += inner if len(inner) == 1 else []
        elif (shape is None or shape.type_name == "list") and path not in dropped:
            found.append(path)
    return tuple(found) or paths


def _limit(shapes: OperationModel) -> str | None:
    """The parameter for the page size, where the paginator does not name it."""
    members = shapes.input_shape.members if shapes.input_shape is not None else {}
    named = [name for name in members if name.lower() in LIMIT_NAMES]
    return named[0] if len(named) == 1 and members[named[0]].type_name in ("integer", "long") else None


def _identity(shapes: OperationModel, path: str) -> str | None:
    """What identifies an item, as far as the names of its members show: ``@`` for a text, else its own Arn, Id or name."""
    item: Any = getattr(_look_up(shapes, path), "member", None)
    if item is None or item.type_name in ("string", "integer", "long"):
        return "@" if item is not None else None
    if item.type_name != "structure":
        return None
    return own_id(item, path.rpartition(".")[2])


def own_id(item: Any, name: str) -> str | None:
    """The member that is the own Arn, Id or name of what a structure describes, by the names: that of the structure, and what it is called."""
    members: dict[str, str] = {
        each.lower(): each for each, inner in item.members.items() if inner.type_name in ("string", "integer", "long")
    }
    nouns = {singular(name.lower()), singular(item.name.lower())}
    for suffix in ("arn", "id", "identifier", "name", "key"):
        for candidate in (*(noun + suffix for noun in sorted(nouns)), suffix):
            if candidate in members and (candidate not in ("name", "key") or _stands_alone(candidate, members)):
                return members[candidate]
    return None


def _stands_alone(candidate: str, members: Mapping[str, str]) -> bool:
    """Whether a bare name or key is the only member that could identify an item, and not one of several that do so together."""
    return not any(each != candidate and each.endswith(("arn", "id", "identifier", "name", "key")) for each in members)


def singular(noun: str) -> str:
    """A noun out of a name in lower case that stands for several, without words such as ``list`` and ``summaries``."""
    noun = re.sub(r"(list|set|summary|summaries|details?|descriptions?|entry|entries|items?|infos?)$", "", noun) or noun
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun.removesuffix("s")


def _token_errors(shapes: OperationModel) -> tuple[str, ...]:
    """The codes of the errors about tokens that the operation declares."""
    declared: list[Any] = shapes.error_shapes
    codes = [str(each.error_code or each.name) for each in declared]
    return tuple(each for each in codes if _TOKEN_ERROR.search(each) and not _NOT_TOKEN_ERROR.search(each))


def _documentation(shapes: OperationModel) -> str:
    """The operation's page of the API reference, at the address that AWS's SDKs give for it."""
    uid = shapes.service_model.metadata.get("uid")
    if not uid or not re.fullmatch(r"[\w.\-]+", uid):
        return "https://docs.aws.amazon.com/"
    return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{shapes.name}"
