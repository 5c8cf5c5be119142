"""Changes of documents and bytes that break the rules of AWS Query, for any operation that speaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from ...emulator.records import XmlElement
from ...spec.contract import Contract
from .elements import anywhere, children, duplicated, emptied, removed, renamed, with_text, without_wrapper

__all__ = ["byte_changes", "document_changes", "error_changes", "flattened"]

Change = Callable[[XmlElement], XmlElement]


@cache
def document_changes(contract: Contract) -> Mapping[str, tuple[Change, ...]]:
    """By rule: changes of any response's document."""
    result = f"{contract.operation}Result"
    roots = ("Response", result, contract.operation, f"{contract.operation}response")
    namespaces = (
        (),
        (("xmlns", "https://iam.amazonaws.com/doc/2010-05-01/"),),
        (("xmlns", "http://example.com/"),),
    )
    return {
        "protocol.root-element": tuple(_called(each) for each in roots),
        "protocol.namespace": tuple(_within(*each) for each in namespaces),
        "protocol.unprefixed": (_prefixed,),
        "protocol.result-wrapper": (renamed(result, "Result"), without_wrapper(result)),
        "protocol.result-first": (_reversed,),
        "protocol.request-id": (removed("ResponseMetadata"), removed("RequestId"), emptied("RequestId")),
    }


def error_changes() -> Mapping[str, tuple[Change, ...]]:
    """By rule: changes of any service error's document."""
    return {
        "protocol.error-envelope": (
            removed("Code"),
            emptied("Code"),
            duplicated("Error"),
            removed("Error"),
            lambda root: root._replace(
                tag="Response",
                content=tuple(
                    XmlElement("Errors", (each,)) if each.tag == "Error" else each for each in children(root)
                ),
            ),
        ),
        "protocol.error-details": (
            removed("Type"),
            removed("Message"),
            removed("RequestId"),
            with_text("Type", "Client"),
        ),
    }


@cache
def byte_changes(contract: Contract) -> tuple[Callable[[bytes], bytes], ...]:
    """Changes that leave no document that could be read."""
    end, root = f"</{contract.operation}Result>".encode(), f"<{contract.operation}Response".encode()
    return (
        lambda body: body[:-1],
        lambda body: body.replace(end, b" & more" + end),
        lambda body: body.replace(end, end.lower()),
        lambda body: body.replace(root, b"<!DOCTYPE report>" + root, 1),
        lambda body: body + b"<another/>",
    )


def _called(name: str) -> Change:
    return lambda root: root._replace(tag=name)


def _within(*namespace: tuple[str, str]) -> Change:
    return lambda root: root._replace(attributes=namespace)


def _prefixed(element: XmlElement) -> XmlElement:
    content = element.content if isinstance(element.content, str) else tuple(map(_prefixed, element.content))
    attributes = tuple((name.replace("xmlns", "xmlns:iam"), value) for name, value in element.attributes)
    return XmlElement(f"iam:{element.tag}", content, attributes)


def _reversed(root: XmlElement) -> XmlElement:
    return root._replace(content=children(root)[::-1])


def flattened(tag: str) -> Change:
    """A list whose items stand where the list should."""
    return lambda root: anywhere(root, tag, lambda each: tuple(item._replace(tag=tag) for item in children(each)))
