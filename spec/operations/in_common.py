"""What several items of a listing may have in common, as data: members that look as if they identified an item, and do not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..contract import Contract
from ..toml_file import read_toml

__all__ = ["InCommon", "identifying", "in_common", "known"]

_FILE = Path(__file__).parents[1] / "in_common.toml"


@dataclass(frozen=True)
class InCommon:
    """Members that several items may have in common, while something else tells them apart.

    `identity` are the members that identify an item together, where one alone does not. `values` are those that members in common, or others, then
    have, where they cannot be any. `source` is where it is said.
    """

    members: tuple[str, ...]
    identity: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    source: str = ""

    def is_left_open_by(self, parameters: Collection[str]) -> bool:
        """Whether items of a listing that is narrowed by these parameters may have the members in common.

        A parameter that is called like one of several members which identify an item leaves the others to tell items apart; what
        another parameter leaves, nobody can say.
        """
        return set(parameters) <= set(self.identity) & set(self.members)


@cache
def in_common(contract: Contract) -> tuple[InCommon, ...]:
    """What items of this operation may have in common, one way after the other; empty where nothing is known.

    Of members that identify an item together all but one are the same at a time, so that a part of them is never enough.
    """
    found = _data().get(contract.service, {}).get(contract.operation)
    if found is None:
        return ()
    together, same = tuple(found.get("together", ())), found.get("same", {})
    parts = [tuple(each for each in together if each != name) for name in together]
    groups = [*parts, *((name,) for name in found.get("repeat", ()))]
    named = {name for each in groups for name in each}
    source = found.get("source", contract.documentation)
    return tuple(
        InCommon(each, together, {name: same[name] for name in same if name in each or name not in named}, source)
        for each in groups
    )


def known() -> tuple[str, ...]:
    """The operations of which something is known."""
    return tuple(f"{service}:{each}" for service, table in _data().items() for each in table)


@cache
def identifying(contract: Contract) -> tuple[str, ...]:
    """The members that identify an item only together, and that every item has; empty where one does, or nothing is known."""
    found = _data().get(contract.service, {}).get(contract.operation, {})
    return tuple(each for each in found.get("together", ()) if each not in found.get("optional", ()))


@cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    return read_toml(_FILE)
