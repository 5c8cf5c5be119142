"""Every violation that the emulator can commit, one file for each family, each with the rule that must catch it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ...spec.contract import Contract
from . import job, job_dates, order, report, shape, siblings, sort, validation
from .fault import Fault
from .paging import bounds, endings, lists, pages, tokens
from .wire import documents, elements, errors, http, json, values

__all__ = ["FAULTS", "Fault", "faults_for"]

_FAMILIES = (
    http, documents, elements, values, json, errors, shape, job_dates, job, report, siblings,
    pages, endings, tokens, lists, bounds, sort, order, validation,
)  # fmt: skip

#: Every fault by its id, in the catalogue's order of families, before it is bound to a contract.
FAULTS: Mapping[str, Fault] = {each.id: each for family in _FAMILIES for each in family.FAULTS}


@lru_cache(maxsize=256)
def faults_for(contract: Contract) -> Mapping[str, Fault]:
    """The faults that an operation can have, each with the rule that catches it there."""
    return {
        each.id: found
        for each in (*FAULTS.values(), *validation.generated(contract))
        if (found := each.bound(contract))
    }
