"""What a listing is of: the items of a list, the rows of a report, the entities that accessed a service."""

from __future__ import annotations

from ..access_reports.subjects import rows_about
from ..records import Read, Row

__all__ = ["rows"]


def rows(read: Read) -> tuple[Row, ...]:
    """All rows of the listing, in no order. A list whose recipe has a filter also has items that the filter does not let through."""
    if read.contract.job is not None:
        return rows_about(read.call, read.job)
    served, recipe, behaviour = read.call.served, read.contract.recipe, read.call.behaviour
    filtered = recipe is None or all(name in read.call.parameters for name in recipe.filter)
    found = served.items(behaviour) if filtered else served.items(behaviour) + served.foreign_items(behaviour)
    first = read.call.text(recipe.start_after) if recipe is not None and recipe.start_after else None
    if not first:
        return found
    keys = [each.key for each in found]
    if first in keys and behaviour.given is not None and read.contract.order is None:
        return found[keys.index(first) + 1 :]  # they come in the order in which they are given
    return tuple(each for each in found if each.key > first)
