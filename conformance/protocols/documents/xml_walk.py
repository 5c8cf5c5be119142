"""A walk over an XML document along the model's shapes, which yields JSON values and notes how everything is written.

Names are those of the service model. A list without the element around it, or with one that does not belong there, and items with
another name still have a plain meaning: they are read with it, and the form is noted. Whether a form is valid is the rules' business.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from ....errors import shorten
from ..notes import Notes, pointer
from ..xml import Element
from .formats import text_scalar

__all__ = ["XmlWalk", "wire_names"]

#: Where members of REST protocols are that are not in the body.
_ELSEWHERE = ("header", "headers", "statusCode")

_KEPT = "_awscontract_wire_names"

#: The types whose values are elements of their own; by far the most values are of another.
_NESTED = frozenset({"structure", "list", "map"})

#: The usual names of items.
_ITEM_NAMES = ("member", "item")

#: The most characters of a name that is noted.
_NAME = 120


def wire_names(shape: StructureShape) -> Mapping[str, tuple[str, Shape]]:
    """The element names of a structure's members, each with the member's name and shape."""
    kept: dict[str, Any] = vars(shape)  # as botocore keeps what it works out about a shape
    if _KEPT not in kept:
        kept[_KEPT] = _wire_names(shape)
    found: Mapping[str, tuple[str, Shape]] = kept[_KEPT]
    return found


def _wire_names(shape: StructureShape) -> dict[str, tuple[str, Shape]]:
    names = {}
    for name, member in shape.members.items():
        if member.serialization.get("location") not in _ELSEWHERE and not member.serialization.get("xmlAttribute"):
            names[_wire_name(name, member)] = (str(name), member)
    return names


def _wire_name(name: str, member: Shape) -> str:
    if isinstance(member, ListShape) and is_flat(member) and "name" in member.member.serialization:
        return str(member.member.serialization["name"])
    return str(member.serialization.get("name", name))


def is_flat(shape: Shape) -> bool:
    """Whether the model has the list or map without an element around its items."""
    return bool(shape.serialization.get("flattened"))


def _item_name(shape: ListShape) -> str:
    return str(shape.member.serialization.get("name", "member"))


class XmlWalk:
    """One walk over a result's elements, and what it noted on the way."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def value(self, element: Element, shape: Shape, path: str) -> Any:
        """The value of an element."""
        if shape.type_name not in _NESTED and not element.children:
            return text_scalar(element.text, shape, path, self.notes)
        if isinstance(shape, StructureShape):
            if not element.children and element.text.strip():
                return element.text
            return self.structure(element, shape, path)
        if isinstance(shape, ListShape):
            return self.items(element, shape, path)
        if isinstance(shape, MapShape):
            return self.entries(element.children, shape, path)
        # a structure where a scalar belongs: handed on as one, for the schema to refuse
        return {shorten(child.name, _NAME): child.text for child in element.children}

    def structure(
        self, element: Element, shape: StructureShape, path: str, known: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The members of a structure. `known` are names of elements beside them that are not unknown members."""
        names = wire_names(shape)
        found: dict[str, list[Element]] = {}
        for child in element.children:
            found.setdefault(child.name if child.name in names else _lost_item(child, names), []).append(child)
        members: dict[str, Any] = {}
        repeated = 0
        for written, elements in found.items():
            if written not in names:
                if written not in known:
                    self.notes.unknown_member(path, written)
                continue
            name, member = names[written]
            where = f"{path}/{name}"  # the model's names need no escape
            if len(elements) == 1 and member.type_name not in _NESTED:
                members[name] = self.value(elements[0], member, where)
                continue
            if isinstance(member, ListShape) and (is_flat(member) or _flattened(elements, member)):
                members[name] = self._flat_list(elements, member, where)
                continue
            if isinstance(member, MapShape) and is_flat(member):
                members[name] = self.entries(elements, member, where)
                continue
            first = elements[0]
            if len(elements) > 1:
                repeated += 1
                self.notes.broken(
                    "protocol.member-once",
                    "a member of a structure is there more than once",
                    "one element",
                    "several",
                    where,
                )
                if isinstance(member, ListShape):  # nothing of a list written in two parts shall be lost
                    first = Element(name, children=[child for each in elements for child in each.children])
            members[name] = self.value(first, member, where)
        if not repeated:
            self.notes.kept("protocol.member-once")
        members.update(_attributes(element, shape))
        return members

    def items(self, element: Element, shape: ListShape, path: str) -> Any:
        """The items of a list with an element around them."""
        if not element.children and element.text.strip():
            return element.text
        expected = _item_name(shape)
        names = (expected,) if isinstance(shape.member, StructureShape) else (expected, shape.member.name, *_ITEM_NAMES)
        named: list[Element] = []
        for child in element.children:
            if child.name in names or _looks_like(child, shape.member):
                named.append(child)
            else:
                self.notes.unknown_member(path, child.name)
        if odd := [name for name in dict.fromkeys(child.name for child in named) if name != expected]:
            message = "the list's items have another name"
            self.notes.broken("protocol.list-members", message, expected, ", ".join(odd), path)
        elif named:
            self.notes.kept("protocol.list-members")
        return [self.value(each, shape.member, f"{path}/{i}") for i, each in enumerate(named)]

    def _flat_list(self, elements: list[Element], shape: ListShape, path: str) -> Any:
        """The items of a list that stand side by side, as the model has it or not."""
        if not is_flat(shape):
            expected = f"one element holding `{_item_name(shape)}` elements"
            self.notes.broken("protocol.list-members", "the list is flattened", expected, "items side by side", path)
        elif _wrapped(elements, shape):
            actual = f"one element holding `{shorten(elements[0].children[0].name, _NAME)}` elements"
            self.notes.broken("protocol.list-members", "the list is not flattened", "items side by side", actual, path)
            elements = elements[0].children
        else:
            self.notes.kept("protocol.list-members")
        return [self.value(each, shape.member, f"{path}/{i}") for i, each in enumerate(elements)]

    def entries(self, entries: Iterable[Element], shape: MapShape, path: str) -> dict[str, Any]:
        """The entries of a map: elements that hold a key and a value each."""
        key_name = str(shape.key.serialization.get("name", "key"))
        value_name = str(shape.value.serialization.get("name", "value"))
        found: dict[str, Any] = {}
        for entry in entries:
            key, value = entry.find(key_name), entry.find(value_name)
            if key is None or value is None:
                self.notes.unknown_member(path, entry.name)
                continue
            name = key.text
            found[name] = self.value(value, shape.value, pointer(path, shorten(name, _NAME)))
        return found


def _attributes(element: Element, shape: StructureShape) -> Iterable[tuple[str, str]]:
    for name, member in shape.members.items() if element.attributes else ():
        if member.serialization.get("xmlAttribute") and element.attributes:
            text = element.attributes.get(str(member.serialization.get("name", name)))
            if text is not None:
                yield str(name), text


def _lost_item(child: Element, names: Mapping[str, tuple[str, Shape]]) -> str:
    """The list that an element is an item of, where it lost the list's element around it; else its own name."""
    for written, (_, member) in names.items():
        if isinstance(member, ListShape) and child.name == _item_name(member) and _looks_like(child, member.member):
            return written
    return child.name


def _flattened(elements: list[Element], shape: ListShape) -> bool:
    """Whether these elements are a list's items themselves, without one element around them."""
    if isinstance(shape.member, StructureShape):
        name = _item_name(shape)  # which may also be the name of a member of the items
        if all(child.name == name for element in elements for child in element.children):
            return False
        return all(_looks_like(element, shape.member) for element in elements)
    return all(not element.children and element.text.strip() for element in elements)


def _wrapped(elements: list[Element], shape: ListShape) -> bool:
    """Whether there is one element around the items of a list that the model has without one."""
    [first, *rest] = elements
    if rest or not first.children or _looks_like(first, shape.member):
        return False
    return all(child.name in (_item_name(shape), *_ITEM_NAMES) for child in first.children)


def _looks_like(element: Element, shape: Shape) -> bool:
    """Whether the element holds a member of that structure, whatever it is called."""
    names = wire_names(shape) if isinstance(shape, StructureShape) else {}
    return any(child.name in names for child in element.children)
