"""Texts that shrink to simple ones.

Hypothesis takes ``0`` for the simplest character, so texts are drawn from a block of characters that stand for an alphabet of ours,
the simplest first, and are translated: one draw a text.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

__all__ = ["letters", "texts"]

_BLOCK = 0x4E00  # any block without an ASCII character: Hypothesis finds its first character the simplest


def letters(alphabet: str, low: int, high: int) -> SearchStrategy[str]:
    """Texts of so many characters of an alphabet, which has the simplest ones first."""
    last = _BLOCK + len(alphabet) - 1
    table = {_BLOCK + place: each for place, each in enumerate(alphabet)}
    block = st.characters(min_codepoint=_BLOCK, max_codepoint=last)
    return st.text(block, min_size=low, max_size=high).map(lambda text: text.translate(table))


@cache
def texts() -> SearchStrategy[str]:
    """Anything that XML can hold."""
    return st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r"), max_size=40)
