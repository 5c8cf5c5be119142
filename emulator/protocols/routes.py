"""Which operation of a REST service a method and a path are for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from ...spec.model import service

__all__ = ["Route", "routes"]


class Route(NamedTuple):
    """One operation: its method, the parts of its path (``{Label}`` or ``{Label+}`` for labels) and the query that it always has."""

    operation: str
    method: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    #: Parameters of the query string that the model requires.
    required: frozenset[str]
    #: The path before its first label.
    beginning: str

    def match(self, path: str, query: Mapping[str, list[str]]) -> dict[str, str] | None:
        """The labels by name; None where a request of this method is for another operation."""
        if not path.startswith(self.beginning) or any(name not in query for name in self.query):
            return None
        if any(text and query[name] != [text] for name, text in self.query.items()):
            return None
        given = path.strip("/").split("/") if not self._is_exact(path) else path[1:].split("/")
        labels = {}
        for place, part in enumerate(self.parts):
            if part.endswith("+}"):
                after = len(self.parts) - place - 1
                if len(given) - place < after:
                    return None
                labels[part[1:-2]] = unquote("/".join(given[place : len(given) - after]))
                given = [*given[:place], part, *given[len(given) - after :]]
            elif place >= len(given):
                return None
            elif part.startswith("{"):
                labels[part[1:-1]] = unquote(given[place])
            elif part != unquote(given[place]):
                return None
        return labels if len(given) == len(self.parts) else None

    def _is_exact(self, path: str) -> bool:
        """Whether the path has the number of parts of this route, so that empty parts are empty labels."""
        return path.count("/") == len(self.parts)

    def weight(self, query: Mapping[str, list[str]], served: bool) -> tuple[int, ...]:
        """How much of a request the route prescribes. Of two that prescribe the same, that of an operation that is `served` counts."""
        literal = [each for each in self.parts if not each.startswith("{")]
        greedy = any(each.endswith("+}") for each in self.parts)
        present = len(self.required & set(query))
        return len(self.query), len(literal), -greedy, present, served, present - len(self.required)


@lru_cache(maxsize=8)
def routes(service_name: str) -> Mapping[str, tuple[Route, ...]]:
    """The routes of a service by method."""
    model = service(service_name)
    found: dict[str, tuple[Route, ...]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        http: Any = operation.http
        shape: Any = operation.input_shape
        required = frozenset(
            str(shape.members[each].serialization.get("name", each))
            for each in (shape.required_members if shape is not None else ())
            if shape.members[each].serialization.get("location") == "querystring"
        )
        path, _, query = str(http.get("requestUri", "/")).partition("?")
        constants = dict(parse_qsl(query, keep_blank_values=True))
        parts = tuple(path.strip("/").split("/"))
        beginning = path.partition("{")[0] if "{" in path else path.rstrip("/")
        route = Route(name, str(http.get("method", "POST")), parts, constants, required, beginning)
        found[route.method] = (*found.get(route.method, ()), route)
    return found
