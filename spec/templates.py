"""Statements of rules as templates over a contract."""

from __future__ import annotations

import re
from typing import Any

from .contract import Contract, Token, look_up

__all__ = ["fill"]

_FIELD = re.compile(r"\{([\w.\-]+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def fill(template: str, contract: Contract) -> str | None:
    """The template with each ``{listing.more}`` replaced by what the contract has there; None where it has nothing there.

    A part in [square brackets] is left out where the contract has nothing for one of its fields.
    """
    return _fields(_OPTIONAL.sub(lambda part: _fields(part[1], contract) or "", template), contract)


def _fields(text: str, contract: Contract) -> str | None:
    values = {name: look_up(contract, name) for name in _FIELD.findall(text)}
    if None in values.values():
        return None
    return _FIELD.sub(lambda name: _shown(values[name[1]]), text)


def _shown(value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    words = [each.name if isinstance(each, Token) else str(each) for each in value]
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {'and' if _are_members(words) else 'or'} {words[-1]}"
    )


def _are_members(words: list[str]) -> bool:
    """Whether these are members of a response, which come together, and not values or codes, of which there is one."""
    return all(re.fullmatch(r"NumberOf\w+", each) for each in words)
