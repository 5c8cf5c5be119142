"""Orders of items: what a sort parameter asks for, and what documentation promises without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Order", "Sort", "SortKey", "SortPair", "reversed_labels"]


def reversed_labels(name: str) -> str:
    """A DNS name as the order of type `domain` compares it: its labels from the last to the first, with a dot after each."""
    return "".join(f"{label}." for label in reversed(name.removesuffix(".").split(".")))


@dataclass(frozen=True)
class SortKey:
    """One value of the sort parameter: the path of an item that it sorts by, and which way round."""

    value: str
    by: str
    type: Literal["text", "time", "number", "domain"] = "text"
    descending: bool = False


@dataclass(frozen=True)
class SortPair:
    """The two values of a sort parameter that sort by one member, both ways."""

    by: str
    ascending: str
    descending: str


@dataclass(frozen=True)
class Sort:
    """The sort parameter, its values, and the value that a request without it stands for."""

    parameter: str
    keys: tuple[SortKey, ...]
    default: str

    @property
    def default_key(self) -> SortKey:
        """The order of a listing that was requested without a sort key."""
        return self.key(self.default)

    def key(self, value: str | None) -> SortKey:
        """The order that a request asks for; None is the default. A KeyError for an unknown one."""
        wanted = self.default if value is None else value
        for each in self.keys:
            if each.value == wanted:
                return each
        raise KeyError(wanted)

    @property
    def text(self) -> SortPair | None:
        """The values that sort by a text, if there are two."""
        return self._pair("text")

    @property
    def time(self) -> SortPair | None:
        """The values that sort by a time, if there are two."""
        return self._pair("time")

    def _pair(self, type: str) -> SortPair | None:
        up = [each for each in self.keys if each.type == type and not each.descending]
        down = [each for each in self.keys if each.type == type and each.descending]
        return SortPair(up[0].by, up[0].value, down[0].value) if up and down else None


@dataclass(frozen=True)
class Order:
    """A documented order of the items that no request parameter changes. Items without a value stand together, first or last."""

    by: str
    source: str
    type: Literal["text", "time", "number", "domain"] = "text"
    descending: bool = False
