"""Every variation that contracts allow, as named variants of the emulator. No rule may punish one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ...spec.contract import Contract
from . import jobs, lists, reports, wire
from .variant import Variant, combined, compatible

__all__ = ["VARIANTS", "Variant", "combined", "compatible", "variants_for"]

_FAMILIES = (reports, jobs, lists, wire)

#: Every variant by its id, before it is bound to a contract.
VARIANTS: Mapping[str, Variant] = {each.id: each for family in _FAMILIES for each in family.VARIANTS}


@lru_cache(maxsize=256)
def variants_for(contract: Contract) -> Mapping[str, Variant]:
    """The variants that are valid for an operation."""
    return {each.id: found for each in VARIANTS.values() if (found := each.bound(contract))}
