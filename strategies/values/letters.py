"""Texts that shrink to simple ones.

Hypothesis takes ``0`` for the simplest character, so texts are drawn from a block of characters that stand for an alphabet of ours,
the simplest first, and are translated: one draw a text.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..drawing import Drawer

__all__ = ["letters", "texts"]

_BLOCK = 0x4E00  # any block without an ASCII character: Hypothesis finds its first character the simplest


@cache
def letters(alphabet: str, low: int, high: int) -> Drawer[str]:
    """Texts of so many characters of an alphabet, which has the simplest ones first."""
    last = _BLOCK + len(alphabet) - 1
    table = {_BLOCK + place: each for place, each in enumerate(alphabet)}
    block = st.text(st.characters(min_codepoint=_BLOCK, max_codepoint=last), min_size=low, max_size=high)

    def text(draw: DrawFn) -> str:
        return draw(block).translate(table)

    return text


@cache
def texts() -> Drawer[str]:
    """Anything that XML can hold, but for control characters and the planes above the one with the emoji."""
    found = st.text(_xml(), max_size=40)

    def text(draw: DrawFn) -> str:
        return draw(found)

    return text


def _xml() -> SearchStrategy[str]:
    """In few ranges, because each character is looked up in all of them whenever an example is made out of another one."""
    return st.characters(
        max_codepoint=0x1FFFD,
        exclude_categories=("Cs", "Cc"),
        exclude_characters="\ufffe\uffff",
        include_characters="\t\n\r",
    )
