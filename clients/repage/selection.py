"""The operations that the user names, to re-page these only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import UnknownOperation, unknown
from ...spec.model import operation as modelled, service as service_model, services
from ...spec.operations import of_client
from ...spec.operations.names import canonical

__all__ = ["selected"]


def selected(names: Iterable[str] | None) -> frozenset[str] | None:
    """The operations that these names stand for, SERVICE for every one of a service; None for all that page.

    :raises UnknownOperation: for a name that stands for none, with the nearest one, and for an operation that does not page.
    """
    if not names:
        return None
    return frozenset(each for name in names for each in _named(name.strip()))


def _named(name: str) -> Iterator[str]:
    if ":" not in name:
        if name.lower() not in services():
            raise unknown("service", name, services())
        yield from (f"{name.lower()}:{each}" for each in service_model(name.lower()).operation_names)
        return
    found = canonical(name)
    service, _, operation = found.partition(":")
    if of_client(modelled(service, operation)) is None:
        raise UnknownOperation(f"{found} does not page by its paginator or its shapes, so it is never cut")
    yield found
