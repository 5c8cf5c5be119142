"""What a list is read with where nothing is created for it: parameters that the operation requires and nobody gave."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ...errors import UsageError
from ...spec.contract import Contract
from ...spec.model import operation
from ..survey.plan import Plan
from ..trace.exchange import Parameters, Run

__all__ = ["complete", "without_set_up"]


def complete(contract: Contract, given: Parameters, *, make_up: bool) -> dict[str, Any]:
    """The parameters, with made-up values for those that are missing where the target takes any.

    :raises UsageError: where it does not.
    """
    shape = operation(contract.service, contract.operation).input_shape
    if shape is None or contract.listing is None:
        return dict(given)
    paging = {contract.listing.limit, *(each.input for each in contract.listing.tokens)}
    missing = [name for name in shape.required_members if name not in given and name not in paging]
    if not missing:
        return dict(given)
    if not make_up:
        names = ", ".join(missing)
        raise UsageError(f"{contract.id} requires {names}: give them with --parameters, or a recipe that does")
    return {**_made_up(contract, missing), **given}


def _made_up(contract: Contract, names: Iterable[str]) -> dict[str, Any]:
    """Valid values of these parameters."""
    from ...emulator.lists.values import value

    shape = operation(contract.service, contract.operation).input_shape
    members = shape.members if shape is not None else {}
    return {name: value(members[name], 0, name) for name in names if name in members}


def without_set_up(
    contract: Contract, plan: Plan, run: Run, made: Sequence[str] | None, *, own: bool
) -> tuple[Plan, Run]:
    """The plan for what the target lists anyway. Our `own` emulator takes any value of a parameter, and has items that a filter keeps out."""
    known = complete(contract, plan.parameters, make_up=own)
    plan, run = replace(plan, parameters=known), replace(run, parameters=known)
    if own and contract.recipe is not None and contract.recipe.filter:
        from ...emulator import Emulator

        items = tuple(Emulator(contract).made[contract.id] if made is None else made)
        plan = replace(plan, made=items, filter=_made_up(contract, contract.recipe.filter))
        run = replace(run, made=items)
    return plan, run
