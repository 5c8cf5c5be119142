"""What identifies an item of a listing: the contract's word, else the names of its members."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ...spec.contract import Contract
from ..paths import output_path
from ..served import served
from .items import item_shape, name_of_one
from .values import essential

__all__ = ["essential_members", "identity_path", "listed_shape"]

#: How members that identify an item are called, the surest first.
_IDENTIFYING = re.compile(r"(?i)^(id|arn|name|key|.*(?:id|arn|identifier|name|key))$")
_SUREST = ("id", "arn", "name", "key")


def listed_shape(contract: Contract, path: str | None = None) -> Any:
    """The shape of one item of the main list, or of the list at a path; a map is what it is."""
    assert contract.listing is not None
    shape = item_shape(served(contract).output, output_path(path or contract.listing.main))
    return shape.member if shape.type_name == "list" else shape


def essential_members(contract: Contract) -> frozenset[str]:
    """The members that every drawn item has, also where the model does not require them: without them it says nothing."""
    shape = listed_shape(contract)
    assert contract.listing is not None
    return essential(shape, name_of_one(contract.listing.main)) if shape.type_name == "structure" else frozenset()


@cache
def identity_path(contract: Contract, path: str | None = None) -> str | None:
    """The path from an item to what identifies it; None where nothing does.

    :param path: the list, by default the main one.
    """
    listing = contract.listing
    assert listing is not None
    if listing.identity is not None and "[" not in listing.identity and path in (None, output_path(listing.main)):
        return listing.identity  # one inside a list need not be there
    shape = listed_shape(contract, path)
    if shape.type_name != "structure":
        return "@"
    texts = [name for name, each in shape.members.items() if each.type_name == "string"]
    named = texts if len(shape.members) == 1 else [name for name in texts if _IDENTIFYING.match(name)]
    return min(named, key=lambda name: _rank(shape, name), default=None)


def _rank(shape: Any, name: str) -> tuple[bool, int, int]:
    """Required members before others, plain names before compound ones, earlier ones before later ones."""
    simple = name.lower()
    surest = _SUREST.index(simple) if simple in _SUREST else len(_SUREST)
    return name not in shape.required_members, surest, list(shape.members).index(name)
