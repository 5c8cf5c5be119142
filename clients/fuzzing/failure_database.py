"""What broke a client is kept in Hypothesis's database, and tried first the next time."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from ...emulator import Behaviour
from ...emulator.report_rows import Entity, Service, TrackedAction
from ...spec.contract import Contract
from ...spec.operations.in_common import InCommon
from .scenarios.scenario import Refusal, Scenario

__all__ = ["forget", "keep", "kept"]


def keep(client: Callable[..., Any], contract: Contract, scenario: Scenario) -> None:
    """Keep it."""
    if (database := _database()) is not None:
        database.save(_key(client, contract), _written(scenario))


def forget(client: Callable[..., Any], contract: Contract, scenario: Scenario) -> None:
    """It does no harm any more."""
    if (database := _database()) is not None:
        database.delete(_key(client, contract), _written(scenario))


def kept(client: Callable[..., Any], contract: Contract) -> Iterator[Scenario]:
    """All that is kept for this client; what another version has written is left alone."""
    database = _database()
    for data in sorted(database.fetch(_key(client, contract))) if database is not None else ():
        try:
            found = _decoded(json.loads(data))
        except (ValueError, TypeError, KeyError):
            continue
        if isinstance(found, Scenario):
            yield found


def _database() -> Any:
    from hypothesis import settings

    return settings.default.database if settings.default is not None else None


def _key(client: Callable[..., Any], contract: Contract) -> bytes:
    name = getattr(client, "__qualname__", type(client).__qualname__)
    return f"awscontract.fuzz_client {contract.id} {getattr(client, '__module__', '')}.{name}".encode()


def _written(scenario: Scenario) -> bytes:
    return json.dumps(_encoded(scenario), sort_keys=True).encode()


_RECORDS: Mapping[str, Any] = {
    each.__name__: each for each in (Scenario, Behaviour, Refusal, InCommon, Service, Entity, TrackedAction)
}


def _encoded(value: Any) -> Any:
    """A value as JSON: what JSON does not have is a pair of a kind and its content."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "record": type(value).__name__,
            "of": {each.name: _encoded(getattr(value, each.name)) for each in fields(value)},
        }
    if isinstance(value, Mapping):
        return {"record": "map", "of": [[key, _encoded(each)] for key, each in value.items()]}
    if isinstance(value, (tuple, list)):
        return {"record": type(value).__name__, "of": [_encoded(each) for each in value]}
    if isinstance(value, datetime):
        return {"record": "time", "of": value.isoformat()}
    if isinstance(value, bytes):
        return {"record": "bytes", "of": base64.b64encode(value).decode()}
    return value


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, content = value["record"], value["of"]
    if kind in _RECORDS:
        return _RECORDS[kind](**{name: _decoded(each) for name, each in content.items()})
    return _CONTENTS[kind](content)


_CONTENTS: Mapping[str, Callable[[Any], Any]] = {
    "map": lambda content: {key: _decoded(each) for key, each in content},
    "tuple": lambda content: tuple(_decoded(each) for each in content),
    "list": lambda content: [_decoded(each) for each in content],
    "time": datetime.fromisoformat,
    "bytes": base64.b64decode,
}
