"""Changes of XML documents as elements."""

from __future__ import annotations

from collections.abc import Callable

from ...emulator.records import XmlElement

__all__ = ["anywhere", "children", "duplicated", "emptied", "removed", "renamed", "with_text", "without_wrapper"]

Change = Callable[[XmlElement], XmlElement]


def children(element: XmlElement) -> tuple[XmlElement, ...]:
    """The elements inside an element."""
    return () if isinstance(element.content, str) else element.content


def anywhere(element: XmlElement, tag: str, change: Callable[[XmlElement], tuple[XmlElement, ...]]) -> XmlElement:
    """The tree with every element of that name replaced by what `change` makes of it."""
    if isinstance(element.content, str):
        return element
    inner = [anywhere(each, tag, change) for each in element.content]
    return element._replace(
        content=tuple(new for each in inner for new in (change(each) if each.tag == tag else (each,)))
    )


def renamed(tag: str, to: str) -> Change:
    """Give elements another name."""
    return lambda root: anywhere(root, tag, lambda each: (each._replace(tag=to),))


def duplicated(tag: str) -> Change:
    """Have elements twice."""
    return lambda root: anywhere(root, tag, lambda each: (each, each))


def removed(tag: str) -> Change:
    """Leave elements out."""
    return lambda root: anywhere(root, tag, lambda each: ())


def emptied(tag: str) -> Change:
    """Leave out what is in elements."""
    return lambda root: anywhere(root, tag, lambda each: (each._replace(content=""),))


def with_text(tag: str, text: str) -> Change:
    """Put a text into elements."""
    return lambda root: anywhere(root, tag, lambda each: (each._replace(content=text),))


def without_wrapper(tag: str) -> Change:
    """Put what is in elements in their place."""
    return lambda root: anywhere(root, tag, children)
