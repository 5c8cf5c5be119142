"""The operations that the user names, to re-page these only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import UnknownOperation, unknown
from ...spec.model import services
from ...spec.operations.names import canonical
from ...spec.operations.paginators import paginated

__all__ = ["selected"]


def selected(names: Iterable[str] | None) -> frozenset[str] | None:
    """The paginated operations that these names stand for, SERVICE for every one of a service; None for all there are.

    :raises UnknownOperation: for a name that stands for none, with the nearest one, and for an operation that botocore has no paginator for.
    """
    if not names:
        return None
    return frozenset(each for name in names for each in _named(name.strip()))


def _named(name: str) -> Iterator[str]:
    if ":" not in name:
        if name.lower() not in services():
            raise unknown("service", name, services())
        yield from (f"{name.lower()}:{each}" for each in paginated(name.lower()))
        return
    found = canonical(name)
    service, _, operation = found.partition(":")
    if operation not in paginated(service):
        raise UnknownOperation(f"{found} has no paginator in botocore, so it is never cut")
    yield found
