"""The elements around results and errors in XML: whether a response is an error, and notes on its root and its envelope."""

import re

from botocore.model import ListShape, OperationModel

from ...errors import shorten
from ..trace.exchange import Exchange
from .documents.xml_walk import is_flat
from .notes import Notes, excerpt
from .xml import Element

__all__ = ["envelope", "is_error", "prefixed", "root_element", "text_of", "xml_sed"]


def text_of(element: Element | None) -> str | None:
    """The text of an element without the white space around it; None where there is no element."""
    return None if element is None else element.text.strip()


def is_error(root: Element) -> bool:
    """Whether the document is an error: by its element names, whatever its HTTP status says."""
    if root.name in ("ErrorResponse", "Error", "Errors"):
        return True
    return root.name == "Response" and (root.find("Errors") or root.find("Error")) is not None


def prefixed(root: Element, notes: Notes) -> None:
    """Whether elements carry a namespace prefix, under which some SDKs find nothing."""
    found = _first_prefix(root) if root.prefixes else None
    notes.check(
        "protocol.unprefixed",
        found is None,
        "an element's namespace is given by a prefix",
        expected="a default namespace (xmlns=…)",
        actual=f"<{found}>",
    )


def _first_prefix(root: Element) -> str | None:
    stack = [root]
    while stack:
        element = stack.pop()
        if element.prefix:
            return f"{element.prefix}:{element.name}"
        stack.extend(reversed(element.children))
    return None


def root_element(root: Element, expected: str, notes: Notes) -> None:
    """Whether the root element of a result has its name."""
    notes.check(
        "protocol.root-element",
        root.name == expected,
        "the root element has another name",
        expected=expected,
        actual=root.name,
    )


def envelope(problems: list[str], form: str, exchange: Exchange, notes: Notes) -> None:
    """Whether an error is in the envelope of the protocol."""
    if problems:
        message = "; ".join(shorten(each, 160) for each in problems)
        notes.broken("protocol.error-envelope", message, form, excerpt(exchange.body))
    else:
        notes.kept("protocol.error-envelope")


def xml_sed(model: OperationModel, path: str) -> str | None:
    """A sed script for the text of an element, found by the names of the model along a path of names."""
    shape = model.output_shape
    written = ""
    for name in path.split("."):
        members = getattr(shape, "members", None)
        if not re.fullmatch(r"\w+", name, re.ASCII) or not members or name not in members:
            return None
        shape = members[name]
        if isinstance(shape, ListShape) and is_flat(shape):
            return None
        written = str(shape.serialization.get("name", name))
    return rf"s:.*<{written}>\(.*\)</{written}>.*:\1:p"
