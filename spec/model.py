"""The service model: whatever botocore already knows is read from there and written down nowhere else.

The shapes come straight from the installed botocore's loader, which also reads the folders of AWS_DATA_PATH: no session, no client, no
credentials. botocore is imported when a shape is first needed, because the catalogue is also read by those who never need one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .contract import Contract

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.model import OperationModel, ServiceModel, Shape

__all__ = [
    "Fingerprint",
    "description",
    "endpoint_variable",
    "facts",
    "fingerprint",
    "loader",
    "member_path",
    "operation",
    "output_kinds",
    "service",
    "services",
    "shape_at",
]

#: How many service models are kept in memory. EC2's alone takes 60 MB.
_KEPT = 4
#: How many data files botocore's loader keeps: about ten for each service.
_FILES = 40


class Fingerprint(NamedTuple):
    """Which model a judgement rests on."""

    botocore: str
    sha256: str


def loader() -> Loader:
    """The reader of botocore's data files and of those in AWS_DATA_PATH; as a session's ``data_loader`` it saves reading a model twice."""
    return _loader(os.environ.get("AWS_DATA_PATH", ""))


class _Recent(OrderedDict[Any, Any]):
    """A mapping that forgets what was not asked for lately. A key that was looked up is the newest, and so not the next to go."""

    def __contains__(self, key: object) -> bool:
        known = super().__contains__(key)
        if known:
            self.move_to_end(key)
        return known

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        while len(self) > _FILES:
            self.popitem(last=False)


@cache
def _loader(paths: str) -> Loader:
    from botocore.loaders import create_loader

    made: Any = create_loader(paths or None)
    made._cache = _Recent()  # botocore's own keeps every file that was ever read: hundreds of MB for all services
    recent: Loader = made
    return recent


def endpoint_variable(name: str) -> str:
    """The variable by which SDKs find a service's endpoint, from botocore's service id: ``AWS_ENDPOINT_URL_SFN``."""
    return f"AWS_ENDPOINT_URL_{service(name).service_id.replace(' ', '_').replace('-', '_').upper()}"


def services() -> tuple[str, ...]:
    """The names of all services."""
    return tuple(loader().list_available_services("service-2"))


def description(name: str = "iam") -> Mapping[str, Any]:
    """A service's model file, as the installed botocore has it; a KeyError where there is no such service."""
    return _description(name, os.environ.get("AWS_DATA_PATH", ""))


@lru_cache(maxsize=_KEPT)
def _description(name: str, paths: str) -> Mapping[str, Any]:
    from botocore.exceptions import UnknownServiceError

    try:
        # Not `load_service_model` of a cached Loader, which would keep every model that was ever read.
        loaded: Mapping[str, Any] = loader().load_service_model(name, "service-2")
    except UnknownServiceError:
        raise KeyError(name) from None
    return loaded


def service(name: str = "iam") -> ServiceModel:
    """The same as botocore's own objects; a KeyError where there is no such service."""
    return _service(name, os.environ.get("AWS_DATA_PATH", ""))


@lru_cache(maxsize=_KEPT)
def _service(name: str, paths: str) -> ServiceModel:
    from botocore.model import ServiceModel

    return ServiceModel(description(name), name)


def operation(service_name: str = "GetOrganizationsAccessReport", name: str | None = None) -> OperationModel:
    """One operation of a service: its input and output shapes, its declared errors; a KeyError where there is none."""
    from botocore.model import OperationNotFoundError

    if name is None:
        service_name, name = "iam", service_name
    try:
        return service(service_name).operation_model(name)
    except OperationNotFoundError:
        raise KeyError(f"{service_name}:{name}") from None


def shape_at(contract: Contract, place: str) -> Shape | None:
    """The shape at a place such as ``output.Marker``, ``item.Region``, ``start.input.Arn``; None where the model has no such place."""
    found = _walk(contract, place)
    return found[-1][1] if found else None


def member_path(contract: Contract, place: str) -> str | None:
    """A place as a path in the service model: ``iam/2010-05-08#AccessDetail.Region``. None where the model has no such place."""
    model = service(contract.service)
    prefix = f"{contract.service}/{model.api_version}#"
    if place in ("operation", "start"):
        return prefix + (contract.operations[-1] if place == "start" else contract.operation)
    found = _walk(contract, place)
    if not found:
        return None
    (_, outer), (name, inner) = found[-2:] if len(found) > 1 else (found[0], ("", found[0][1]))
    return f"{prefix}{outer.name}.{name}" if name else prefix + inner.name


def _walk(contract: Contract, place: str) -> list[tuple[str, Shape]]:
    """The shapes on the way to a place, each with the member that leads to it; empty where the model has no such place."""
    side, *path = place.removeprefix("start.").split(".")
    modelled = operation(
        contract.service, contract.operations[-1] if place.startswith("start.") else contract.operation
    )
    if side == "item":
        return _item_walk(contract, modelled, path)
    shape = modelled.input_shape if side == "input" else modelled.output_shape
    return _steps(shape, path)


def _item_walk(contract: Contract, modelled: OperationModel, path: list[str]) -> list[tuple[str, Shape]]:
    found = _steps(modelled.output_shape, contract.listing.main.split(".")) if contract.listing else []
    shape = found[-1][1] if found else None
    return _steps(getattr(shape, "member", None), path)


def _steps(shape: Shape | None, path: list[str]) -> list[tuple[str, Shape]]:
    found = [("", shape)] if shape is not None else []
    for name in path if found else ():
        shape = found[-1][1]
        members = getattr(getattr(shape, "member", shape), "members", {})
        if name not in members:
            return []
        found[-1] = (found[-1][0], getattr(shape, "member", shape))
        found.append((name, members[name]))
    return found


#: What shapes are called whose values look alike on the wire.
_KINDS = {
    "short": "integer",
    "long": "integer",
    "byte": "integer",
    "bigInteger": "integer",
    "double": "float",
    "bigDecimal": "float",
}
#: What bounds a shape may have.
_BOUNDS = {"enum": ("enum",), "pattern": ("pattern",), "bound": ("min", "max")}


@lru_cache(maxsize=256)
def output_kinds(contract: Contract) -> frozenset[str]:
    """What the responses of a contract's operations are made of: types (``float``, ``timestamp``), and ``enum``, ``pattern`` and ``bound``."""
    found: set[str] = set()
    seen: set[str] = set()
    ahead = [operation(contract.service, name).output_shape for name in contract.operations]
    while ahead:
        shape: Any = ahead.pop()
        if shape is None:
            continue
        found.add(_KINDS.get(shape.type_name, shape.type_name))
        found |= {kind for kind, names in _BOUNDS.items() if any(name in shape.metadata for name in names)}
        if shape.name in seen:  # a shape may hold itself
            continue
        seen.add(shape.name)
        inside = getattr(shape, "members", {}).values()
        ahead += [*inside, *(getattr(shape, part, None) for part in ("member", "key", "value"))]
    return frozenset(found)


@lru_cache(maxsize=64)
def _fingerprint(service_name: str, operations: tuple[str, ...], paths: str) -> Fingerprint:
    import botocore

    used = facts(description(service_name), operations)
    canonical = json.dumps(used, sort_keys=True, separators=(",", ":"), default=str)
    return Fingerprint(botocore.__version__, hashlib.sha256(canonical.encode()).hexdigest())


def fingerprint(contract: Contract) -> Fingerprint:
    """The botocore release, and a digest of no more of its model than this contract rests on."""
    return _fingerprint(contract.service, contract.operations, os.environ.get("AWS_DATA_PATH", ""))


def facts(model: Mapping[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    """The named operations and every shape that they reach, without documentation: prose is no constraint."""
    named = {name: model["operations"][name] for name in operations}
    reached: dict[str, Any] = {}
    ahead = [shape for each in named.values() for shape in _references(each)]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached[name] = model["shapes"][name]
            ahead.extend(_references(reached[name]))
    return {"operations": _undocumented(named), "shapes": _undocumented(reached)}


def _references(value: Any) -> Iterator[str]:
    """The names under every ``shape`` key, at any depth."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "shape" and isinstance(each, str):
                yield each
            else:
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _undocumented(value: Any) -> Any:
    """Without its prose; a member that happens to be called ``documentation`` is a mapping, and stays."""
    if isinstance(value, Mapping):
        prose = {key for key, each in value.items() if key == "documentation" and isinstance(each, str)}
        return {key: _undocumented(each) for key, each in value.items() if key not in prose}
    return [_undocumented(each) for each in value] if isinstance(value, list) else value
