"""Request parameters that an operation requires and nobody gave."""

from collections.abc import Iterable
from typing import Any

from ...errors import UsageError
from ...spec.contract import Contract
from ...spec.model import operation
from ..trace.exchange import Parameters

__all__ = ["complete", "made_up"]


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
    return {**made_up(contract, missing), **given}


def made_up(contract: Contract, names: Iterable[str]) -> dict[str, Any]:
    """Valid values of these parameters."""
    from ...emulator.lists.values import value

    shape = operation(contract.service, contract.operation).input_shape
    members = shape.members if shape is not None else {}
    return {name: value(members[name], 0, name) for name in names if name in members}
