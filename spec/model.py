"""The service model: whatever botocore already knows is read from there and written down nowhere else.

The shapes come straight from the installed botocore's loader: no session, no client, no credentials. botocore is
imported when a shape is first asked for, because the catalogue is also read by those who never ask for one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .legacy import OPERATION, contract

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.model import OperationModel, ServiceModel

__all__ = ["Fingerprint", "description", "facts", "fingerprint", "loader", "operation", "service"]


class Fingerprint(NamedTuple):
    """Which model a judgement rests on."""

    botocore: str
    sha256: str


@cache
def loader() -> Loader:
    """The one reader of botocore's data files: given to a session as its ``data_loader``, it saves reading a model twice."""
    from botocore.loaders import Loader

    return Loader()


@cache
def description(name: str = "iam") -> Mapping[str, Any]:
    """A service's model file, as the installed botocore has it."""
    loaded: Mapping[str, Any] = loader().load_service_model(name, "service-2")
    return loaded


@cache
def service(name: str = "iam") -> ServiceModel:
    """The same as botocore's own objects."""
    from botocore.model import ServiceModel

    return ServiceModel(description(name), name)


@cache
def operation(name: str = OPERATION) -> OperationModel:
    """One operation of IAM: its input and output shapes, its declared errors."""
    return service().operation_model(name)


@cache
def fingerprint(name: str = OPERATION) -> Fingerprint:
    """The botocore release, and a digest of no more of its model than this contract rests on."""
    import botocore

    law = contract(name)
    used = facts(description(law.service), (law.operation, law.start.operation))
    canonical = json.dumps(used, sort_keys=True, separators=(",", ":"))
    return Fingerprint(botocore.__version__, hashlib.sha256(canonical.encode()).hexdigest())


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
