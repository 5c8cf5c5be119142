"""Every breach that the emulator can be told to make, a file a family, each with the rule that must catch it."""

from __future__ import annotations

from collections.abc import Mapping

from . import job, pagination, protocol, report, shape, sort, validation
from .fault import Fault

__all__ = ["FAULTS", "Fault"]

_FAMILIES = (protocol, shape, job, report, pagination, sort, validation)

#: Every fault by its id, in the catalogue's order of families.
FAULTS: Mapping[str, Fault] = {each.id: each for family in _FAMILIES for each in family.FAULTS}
