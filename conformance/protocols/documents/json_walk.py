"""A walk over a JSON document along the model's shapes, which yields values and notes how scalars are written.

How deep a document may be nested was checked where it was decoded.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from ....errors import shorten
from ..notes import Notes, pointer
from .formats import json_scalar, plain
from .json_document import Repeated

__all__ = ["JsonWalk"]

_KEPT = "_awscontract_json_names"

#: The most characters of a name that is noted.
_NAME = 120

#: What some servers write beside the members of any structure.
_TYPE = "__type"


class JsonWalk:
    """One walk over a result, and what it noted on the way. `default` is the format of timestamps without their own."""

    def __init__(self, notes: Notes, default: str = "unixtimestamp") -> None:
        self.notes = notes
        self.default = default

    def value(self, value: Any, shape: Shape, path: str) -> Any:
        """A value; one that is not of the shape's type is handed on as it is, for the schema to refuse."""
        if isinstance(shape, StructureShape) and isinstance(value, dict) and not shape.is_document_type:
            return self.structure(value, shape, path)
        if isinstance(shape, ListShape) and isinstance(value, list):
            return [self.value(each, shape.member, f"{path}/{i}") for i, each in enumerate(value)]
        if isinstance(shape, MapShape) and isinstance(value, dict):
            self._once(value, path)
            return {
                name: self.value(each, shape.value, pointer(path, shorten(name, _NAME))) for name, each in value.items()
            }
        if isinstance(shape, StructureShape | ListShape | MapShape) or isinstance(value, dict | list):
            return document(value)
        return json_scalar(value, shape, path, self.notes, self.default)

    def structure(self, value: Mapping[str, Any], shape: StructureShape, path: str) -> dict[str, Any]:
        """The members of a structure; nulls count as absent."""
        names = _names(shape)
        members: dict[str, Any] = {}
        self._once(value, path)
        for written, each in value.items():
            if written not in names:
                if written != _TYPE:
                    self.notes.unknown_member(path, written)
            elif each is not None:
                name, member = names[written]
                members[name] = self.value(each, member, f"{path}/{name}")
        return members

    def _once(self, value: Mapping[str, Any], path: str) -> None:
        if not isinstance(value, Repeated):
            self.notes.kept("protocol.member-once")
            return
        for name in value.names:
            self.notes.broken(
                "protocol.member-once",
                "a name is in an object more than once",
                "one member",
                "several",
                pointer(path, shorten(name, _NAME)),
            )


def _names(shape: StructureShape) -> Mapping[str, tuple[str, Shape]]:
    """The names of a structure's members in JSON, each with the member's name and shape."""
    kept: dict[str, Any] = vars(shape)  # as botocore keeps what it works out about a shape
    if _KEPT not in kept:
        kept[_KEPT] = {
            str(member.serialization.get("name", name)): (str(name), member)
            for name, member in shape.members.items()
            if member.serialization.get("location") is None
        }
    found: Mapping[str, tuple[str, Shape]] = kept[_KEPT]
    return found


def document(value: Any) -> Any:
    """Any JSON value with ordinary numbers."""
    if isinstance(value, dict):
        return {name: document(each) for name, each in value.items()}
    if isinstance(value, list):
        return [document(each) for each in value]
    return plain(value)
