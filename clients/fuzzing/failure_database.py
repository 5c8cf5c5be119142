"""What broke a client is kept in Hypothesis's database, and tried first the next time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ...emulator import Behaviour, Service
from .scenarios import Refusal, Scenario

__all__ = ["forget", "keep", "kept"]


def keep(client: Callable[..., Any], scenario: Scenario) -> None:
    """Keep it."""
    if (database := _database()) is not None:
        database.save(_key(client), _written(scenario))


def forget(client: Callable[..., Any], scenario: Scenario) -> None:
    """It does no harm any more."""
    if (database := _database()) is not None:
        database.delete(_key(client), _written(scenario))


def kept(client: Callable[..., Any]) -> Iterator[Scenario]:
    """All that is kept for this client; what another version has written is left alone."""
    database = _database()
    for data in sorted(database.fetch(_key(client))) if database is not None else ():
        try:
            yield _read(data)
        except (ValueError, TypeError, KeyError):
            continue


def _database() -> Any:
    from hypothesis import settings

    return settings.default.database if settings.default is not None else None


def _key(client: Callable[..., Any]) -> bytes:
    name = getattr(client, "__qualname__", type(client).__qualname__)
    return f"awscontract.fuzz_client {getattr(client, '__module__', '')}.{name}".encode()


def _written(scenario: Scenario) -> bytes:
    return json.dumps(asdict(scenario), default=lambda time: time.isoformat(), sort_keys=True).encode()


def _read(data: bytes) -> Scenario:
    found = json.loads(data)
    dials, refusal = found["behaviour"], found["refusal"]
    dials["page_plan"] = tuple(dials["page_plan"])
    if dials["report"] is not None:
        dials["report"] = tuple(map(_service, dials["report"]))
    return Scenario(Behaviour(**dials), refusal and Refusal(**refusal), found["breach"], found["name"])


def _service(members: dict[str, Any]) -> Service:
    time = members.pop("time")
    return Service(**members, time=time and datetime.fromisoformat(time))
