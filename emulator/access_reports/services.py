"""What a report holds: the default one looks like a real organization's, and no two runs differ.

The names and namespaces are data (``services.json``), in an order of which every prefix is a fair sample. About a
tenth of the services were accessed; some at the same instant, from several Regions, by several accounts or principals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from ..report_rows import Service, TrackedAction

__all__ = ["Service", "TrackedAction", "default_report", "service_names", "with_actions"]

_FILE = Path(__file__).with_name("services.json")

_REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2", "eu-central-1", "sa-east-1")

#: One service in so many was accessed.
_SPARSITY = 10

#: One service in so many has tracked actions, in a report at the level of actions.
_TRACKED = 5

#: Three accessed services share two instants, so that every other instant is a tie.
_PER_TIE, _TIED = 2, 3

#: Multiplying by a number coprime to the modulus scatters the instants: neither file nor namespace order is time order.
_SCATTER, _INSTANTS = 37, 101


@cache
def service_names() -> tuple[tuple[str, str], ...]:
    """(namespace, display name) of real services, in the order in which reports of a given size take them."""
    return tuple((key, name) for key, name in json.loads(_FILE.read_text(encoding="utf-8")))


def default_report(services: int, entities: Sequence[str], created: datetime) -> tuple[Service, ...]:
    """A report of so many services, accessed by these accounts or principals, all before the job was created."""
    return tuple(_service(index, entities, created) for index in range(services))


def with_actions(services: Sequence[Service]) -> tuple[Service, ...]:
    """The same services with tracked actions: some of them accessed, the last one never; not every service has any."""
    return tuple(
        replace(each, actions=_actions(each)) if each.accessed or not index % _TRACKED else each
        for index, each in enumerate(services)
    )


def _service(index: int, entities: Sequence[str], created: datetime) -> Service:
    key, name = _name(index)
    if index % _SPARSITY or not entities:
        return Service(name, key)
    nth = index // _SPARSITY
    instant = (nth * _PER_TIE // _TIED) * _SCATTER % _INSTANTS
    return Service(
        name,
        key,
        region=_REGIONS[nth % len(_REGIONS)],
        entity=entities[nth % len(entities)],
        time=created.replace(microsecond=0) - timedelta(hours=4 + 83 * instant, seconds=61 * instant),
        total=1 + nth % len(entities),
    )


def _actions(service: Service) -> tuple[TrackedAction, ...]:
    if service.time is None:
        return (TrackedAction("ListThings"),)
    earlier = service.time - timedelta(minutes=7)
    return (
        TrackedAction("GetThing", service.entity, service.region, service.time),
        TrackedAction("ListThings", service.entity, service.region, earlier),
        TrackedAction("DeleteThing"),
    )


def _name(index: int) -> tuple[str, str]:
    """Reports longer than the list of real services go on with services that nobody has heard of."""
    known = service_names()
    if index < len(known):
        return known[index]
    number = index + 1
    return f"unheard-of-{number}", f"Unheard-of Service {number}"
