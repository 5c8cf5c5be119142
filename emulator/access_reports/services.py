"""What a report holds: the default one looks like a real organization's, and no two runs differ.

The names and namespaces are data (``services.json``), in an order of which every prefix is a fair sample. About a
tenth of the services were accessed; some at the same instant, from several Regions, out of several accounts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

__all__ = ["Service", "default_report", "service_names"]


_FILE = Path(__file__).with_name("services.json")


@dataclass(frozen=True, slots=True)
class Service:
    """One line of a report. Never accessed: no region, no entity, no time, total 0."""

    name: str
    key: str
    region: str | None = None
    entity: str | None = None
    time: datetime | None = None
    total: int = 0

    @property
    def accessed(self) -> bool:
        """Whether anybody tried."""
        return self.time is not None


_REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2", "eu-central-1", "sa-east-1")

#: One service in so many was accessed.
_SPARSITY = 10

#: Three accessed services share two instants, so that every other instant is a tie.
_PER_TIE, _TIED = 2, 3

#: Multiplying by a number coprime to the modulus scatters the instants: neither file nor namespace order is time order.
_SCATTER, _INSTANTS = 37, 101


@cache
def service_names() -> tuple[tuple[str, str], ...]:
    """(namespace, display name) of real services, in the order in which reports of a given size take them."""
    return tuple((key, name) for key, name in json.loads(_FILE.read_text(encoding="utf-8")))


def default_report(services: int, accounts: Sequence[str], created: datetime) -> tuple[Service, ...]:
    """A report of so many services, accessed from these accounts, all before the job was created."""
    return tuple(_service(index, accounts, created) for index in range(services))


def _service(index: int, accounts: Sequence[str], created: datetime) -> Service:
    key, name = _name(index)
    if index % _SPARSITY or not accounts:
        return Service(name, key)
    nth = index // _SPARSITY
    instant = (nth * _PER_TIE // _TIED) * _SCATTER % _INSTANTS
    return Service(
        name,
        key,
        region=_REGIONS[nth % len(_REGIONS)],
        entity=accounts[nth % len(accounts)],
        time=created.replace(microsecond=0) - timedelta(hours=4 + 83 * instant, seconds=61 * instant),
        total=1 + nth % len(accounts),
    )


def _name(index: int) -> tuple[str, str]:
    """Reports longer than the list of real services go on with services that nobody has heard of."""
    known = service_names()
    if index < len(known):
        return known[index]
    number = index + 1
    return f"unheard-of-{number}", f"Unheard-of Service {number}"
