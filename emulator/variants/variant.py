"""A variant: an emulator that does something else that its contract allows.

A variant sets fields of the behaviour, or wraps stages, or both. Since a stage is wrapped and never replaced, variants that set
different fields go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Literal

from ...spec.contract import Contract
from ...spec.traits import fill, has
from ..behaviour import Behaviour
from ..paths import steps
from ..served import served
from ..stages.pipeline import Stages

__all__ = ["Variant", "combined", "compatible", "has_opaque_token", "main_list_is_optional"]


@dataclass(frozen=True)
class Variant:
    """One thing, or several, that a valid service may do. `settings` are fields of `Behaviour`.

    It is valid where the contract has all traits in `requires`, speaks one of `protocols` (any, where there are none), is of the kind `on`,
    names `exception` among those of its listing, and `fits`. `statement` is a template over the contract until it is `bound`.
    """

    id: str
    statement: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    wrap: Callable[[Stages], Stages] = lambda stages: stages
    requires: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    on: Literal["reports", "lists"] | None = None
    exception: str | None = None
    #: Whether pages without items come, which some listings must not have.
    empties: bool = False
    fits: Callable[[Contract], bool] = lambda contract: True

    @property
    def behaviour(self) -> Behaviour:
        """The behaviour with its fields set."""
        return Behaviour(**self.settings)

    @property
    def stages(self) -> Stages:
        """The stages, wrapped."""
        return self.wrap(Stages())

    def bound(self, contract: Contract) -> Variant | None:
        """The variant as it is for this contract; None where it is not valid."""
        exceptions = contract.listing.exceptions if contract.listing else frozenset()
        if self.on is not None and (self.on == "reports") != (contract.kind == "access-report"):
            return None
        if self.protocols and contract.protocol not in self.protocols:
            return None
        if self.exception is not None and self.exception not in exceptions:
            return None
        if self.empties and ("no-empty-page" in exceptions or not _can_be_empty(contract)):
            return None
        if not all(has(contract, each) for each in self.requires) or not self.fits(contract):
            return None
        statement = fill(self.statement, contract)
        return None if statement is None else replace(self, statement=statement)


def compatible(one: Variant, other: Variant) -> bool:
    """Whether both can be had at once: no field of the behaviour has two values."""
    return not _set(one) & _set(other)


def combined(variants: Iterable[Variant]) -> Variant:
    """All of them at once."""
    chosen = tuple(variants)
    settings = {name: value for each in chosen for name, value in each.settings.items()}
    statement = "; ".join(each.statement for each in chosen)
    return Variant(
        "+".join(each.id for each in chosen), statement, settings, lambda stages: reduce(_wrapped, chosen, stages)
    )


def has_opaque_token(contract: Contract) -> bool:
    """Whether the token is one text of its own, that no item has as its key and any text of the alphabet will do for."""
    forms = served(contract).tokens if contract.listing else ()
    return len(forms) == 1 and forms[0].is_free and forms[0].type == "string" and forms[0].by_item is None


def main_list_is_optional(contract: Contract) -> bool:
    """Whether the model lets a response be without the main list."""
    shape, listing = served(contract).output, contract.listing
    for step in steps(listing.main) if listing is not None else ():
        if shape is None or shape.type_name != "structure" or step in shape.required_members:
            return False
        shape = shape.members.get(step)
    return True


def _can_be_empty(contract: Contract) -> bool:
    """Where tokens are the keys of items, an empty page would have the token of the page before it."""
    return all(each.by_item is None for each in served(contract).tokens) if contract.listing else False


def _wrapped(stages: Stages, by: Variant) -> Stages:
    return by.wrap(stages)


def _set(variant: Variant) -> set[str]:
    names = set(variant.settings)
    return names | {"services", "report"} if names & {"services", "report"} else names
