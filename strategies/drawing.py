"""Functions that draw values from a few simple strategies, which costs less than strategies inside strategies.

Hypothesis opens, labels and closes a span for each strategy that is drawn from, and does most of it again for each example
that it makes out of an earlier one. A strategy of strategies of strategies therefore costs several times its choices. What is
drawn here is drawn by plain functions, which call one another and draw from simple strategies that were made before: a span
for each choice, and one for each item of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice, product
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["Drawer", "composed", "one_of", "pick", "several", "together"]

T = TypeVar("T")

#: Draws one value.
Drawer: TypeAlias = Callable[[DrawFn], T]


def composed(drawer: Drawer[T], name: str, **shown: Any) -> SearchStrategy[T]:
    """The strategy of what a function draws, shown as a call of that name with those arguments."""

    def definition(draw: DrawFn, /, **arguments: Any) -> T:
        return drawer(draw)

    definition.__name__ = definition.__qualname__ = name
    made: SearchStrategy[T] = st.composite(definition)(**shown)
    return made


def pick(*options: Any) -> SearchStrategy[Any]:
    """Any of these values or, where a function is among them, what it draws, by `one_of`. The first ones are the simplest.

    A value takes one choice and what is drawn takes more, which Hypothesis finds less simple whatever the order is.
    """
    return st.sampled_from(options)


def one_of(draw: DrawFn, options: SearchStrategy[Any]) -> Any:
    """Draw one of what `pick` was given."""
    found = draw(options)
    return found(draw) if callable(found) else found


def together(*facts: Sequence[Any]) -> SearchStrategy[tuple[Any, ...]]:
    """One of each of these, in one choice; the simplest ones are first.

    The shrinker counts down, and clears the highest bits. So each fact but the first takes a number of bits for itself: it becomes
    the simplest one whether those after it matter or those before it.
    """
    first, *others = facts
    return st.sampled_from([*product(first, *map(_filled_up, others))])


def _filled_up(values: Sequence[Any]) -> list[Any]:
    """To a power of two, with the simplest ones once more."""
    return [*islice(cycle(values), 1 << (len(values) - 1).bit_length())]


def several(each: Drawer[T], name: str, most: int, *, least: int = 0) -> Drawer[list[T]]:
    """Draws lists of so many values.

    One choice says how many, where ``lists`` has one after each value. The shrinker knows such numbers, and finds the values that can
    be left out, since each has a span.
    """
    sizes, value = st.sampled_from(range(least, most + 1)), composed(each, name)
    return lambda draw: [draw(value) for _ in range(draw(sizes))]
