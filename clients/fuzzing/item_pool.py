"""The items of a listing: of the user's own strategy, or drawn from the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...emulator import Behaviour
from ...emulator.served import served
from ...errors import UsageError
from ...spec.contract import Contract
from ...strategies.lists.items import identity

__all__ = ["drawn_pool", "with_drawn_items"]

#: Items that are drawn for one run.
_ENOUGH = 130


def drawn_pool(contract: Contract, items: Any, seed: int) -> dict[str, tuple[Any, ...]]:
    """Distinct items by the path of their list."""
    assert contract.listing is not None
    strategies = items if isinstance(items, Mapping) else {contract.listing.main: items}
    for path in strategies:
        if path not in contract.listing.items:
            raise ValueError(f"items: {contract.id} has no list {path!r}; it has {', '.join(contract.listing.items)}")
    return {path: _drawn(contract, path, each, seed) for path, each in strategies.items()}


def _drawn(contract: Contract, path: str, strategy: Any, seed: int) -> tuple[Any, ...]:
    import hypothesis

    found: dict[Any, Any] = {}

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=4 * _ENOUGH,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(item: Any) -> None:
        if len(found) < _ENOUGH:
            found.setdefault(identity(contract, item, None if path == contract.listing.main else path), item)  # type: ignore[union-attr]

    collect()
    if len(found) < 2:
        raise UsageError(
            f"items: the strategy draws only {len(found)} distinct item; what identifies an item must vary"
        )
    return tuple(found.values())


def with_drawn_items(contract: Contract, behaviour: Behaviour) -> Behaviour:
    """The behaviour with the emulator's own items as given ones, so that it lists no items of other people."""
    if contract.job is not None or behaviour.given is not None:
        return behaviour
    return replace(behaviour, given=tuple([each.value for each in served(contract).items(behaviour)]))
