"""XML as a small tree that keeps what lenient parsers throw away: the prefix of a name and the order of elements.

Document types are refused by defusedxml's parser, and with them every entity but the five of XML itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax import SAXException, handler
from xml.sax.xmlreader import InputSource

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from ...errors import one_line, shorten
from .notes import DEPTH, MAX_ELEMENTS, OverLimit

__all__ = ["Element", "MarkupError", "parse"]


class MarkupError(ValueError):
    """The bytes are not well-formed XML, or have a document type declaration."""


@dataclass(slots=True)
class Element:
    """An element: its local `name`, `namespace` URI, `prefix` and `text` (all character data right inside it).

    `attributes` are named as written, with their prefix.
    """

    name: str
    namespace: str = ""
    prefix: str = ""
    text: str = ""
    children: "list[Element]" = field(default_factory=list)
    attributes: Mapping[str, str] | None = None
    #: Of a root: whether any element of its document has a prefix.
    prefixes: bool = False

    def find(self, name: str) -> "Element | None":
        """The first child of that local name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "Sequence[Element]":
        """Every child of that local name."""
        return [child for child in self.children if child.name == name]


class _Parser(DefusedExpatParser):
    """defusedxml's parser, building the tree from expat's own names: the SAX layer in between drops the prefix."""

    _parser: Any

    def __init__(self, most: int) -> None:
        super().__init__(1, forbid_dtd=True)
        self.left = self.most = most
        self.document = Element("")
        self.open = [self.document]
        #: The pieces of each open element's text: joined one by one they would be copied each time.
        self.texts: list[list[str]] = [[]]
        self.setContentHandler(handler.ContentHandler())

    def start_element_ns(self, name: str, attrs: Any) -> None:
        if len(self.open) > DEPTH:
            raise OverLimit(f"its elements are nested more than {DEPTH} deep")
        self.left -= 1
        if self.left < 0:
            raise OverLimit(f"it has more than {self.most:,} elements")
        element = Element(*_name(name))
        if element.prefix:
            self.document.prefixes = True
        if attrs:
            element.attributes = {_qualified(each): value for each, value in attrs.items()}
        self.open[-1].children.append(element)
        self.open.append(element)
        self.texts.append([])

    def end_element_ns(self, name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def reset(self) -> None:
        super().reset()
        self._parser.CharacterDataHandler = self.characters
        self._parser.buffer_text = True  # or a text full of character references would come letter by letter
        self._parser.buffer_size = 1 << 16

    def characters(self, text: str) -> None:
        self.texts[-1].append(text)


@lru_cache(maxsize=1024)  # a response has a dozen names and thousands of elements
def _name(triplet: str) -> tuple[str, str, str]:
    """Local name, namespace and prefix out of expat's "namespace name prefix", which leaves out what is not there."""
    parts = triplet.split(" ")
    namespace = parts[0] if len(parts) > 1 else ""
    return parts[min(len(parts) - 1, 1)], namespace, parts[2] if len(parts) > 2 else ""


def _qualified(triplet: str) -> str:
    name, _, prefix = _name(triplet)
    return f"{prefix}:{name}" if prefix else name


def parse(body: bytes, max_elements: int = MAX_ELEMENTS) -> Element:
    """The root element of `body`.

    :raises OverLimit: where the document may be well-formed and is too large or nested too deep to be read.
    :raises MarkupError: with the reason in one line, for anything else that is not an XML document.
    """
    parser = _Parser(max_elements)
    source = InputSource()
    source.setByteStream(BytesIO(body))
    try:
        parser.parse(source)
    except OverLimit:
        raise
    except DefusedXmlException:
        raise MarkupError("it has a document type declaration") from None
    except SAXException as error:
        raise MarkupError(shorten(one_line(" ".join(error.getMessage().split())))) from None
    except (ValueError, LookupError, UnicodeError) as error:  # an unknown encoding
        raise MarkupError(shorten(one_line(str(error)))) from None
    [root] = parser.document.children
    root.prefixes = parser.document.prefixes
    return root
