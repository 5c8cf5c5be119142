"""What protocols write: the members of an output or an error, and the elements of XML documents."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

__all__ = ["Members", "Output", "Responding", "ServiceError", "Styled", "XmlElement"]

#: The members of a structure by their names in the model. A time may be text: its written form is a choice.
Members = dict[str, Any]


class ServiceError(Exception):
    """A refusal: its code, HTTP status and message. It is sent as any other output is."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(code, status, message)
        self.code = code
        self.status = status
        self.message = message


#: What an operation gives: its members, or an error.
Output = Members | ServiceError


class XmlElement(NamedTuple):
    """An XML element: text, or elements inside it."""

    tag: str
    content: str | tuple[XmlElement, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


class Styled(Protocol):
    """The part of a behaviour that decides how a document is written."""

    @property
    def indented(self) -> bool:
        """Whether XML has line breaks between elements."""


class Responding(Protocol):
    """What a protocol knows of the call that it writes the response to."""

    @property
    def operation(self) -> str:
        """The operation."""

    @property
    def number(self) -> int:
        """The number of the call, of which its request id is made."""

    @property
    def behaviour(self) -> Styled:
        """How the service behaves."""
