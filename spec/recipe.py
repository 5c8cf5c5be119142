"""Recipes: how to have something to list, as data; one TOML file for each service, one table for each operation.

A recipe names the calls that create items (`once` for what they need, `each` for one item), the calls that delete them again (`undo`,
then `undo_once`), what identifies an item in a listing, and what documentation says about the listing beyond botocore's model.

The values of calls are templates: see `recipe_calls`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UsageError, unknown
from .order import Order, Sort, SortKey
from .recipe_calls import PLACEHOLDER, PLACEHOLDERS, Find, RecipeCall, RecipeWait, references
from .toml_file import read_toml

__all__ = ["EXCEPTIONS", "PLACEHOLDER", "Find", "Recipe", "RecipeCall", "RecipeWait", "load", "read", "services"]

_FOLDER = Path(__file__).with_name("recipes")

#: Valid oddities of paging that a recipe may name, each with its source.
EXCEPTIONS: Mapping[str, str] = {
    "exact-fit-token": "a token at an exact fit, followed by an empty page",
    "empty-page": "empty pages in the middle of a listing",
    "no-empty-page": "no empty page while more follow",
    "key-cursor": "the token is the name or key of an item, so an altered one is a valid place",
    "token-alone": "a token and the original parameters together are refused",
    "single-use-token": "a token works once",
    "end-by-same-token": "the last token is never absent; an unchanged token is the end",
    "last-token": "a token also on the last page, which says otherwise that nothing follows",
    "limit-needed": "no token unless a limit is given",
    "limit-clamped": "limits out of bounds are clamped instead of refused",
    "unordered": "another order at each call",
    "limit-counts-other": "the limit counts something else, so pages may hold fewer items",
}


@dataclass(frozen=True)
class Recipe:
    """How items of one operation are created, recognised and deleted.

    `identity` is the path from an item to what identifies it, `made` the template of that for an item that the recipe created. `request`
    are parameters of every listing, `filter` further ones that narrow it to the recipe's own items. `start_after` is a parameter that names an
    item behind which the listing begins, whether there is such an item or not. `find` is how leftovers are found.
    `exceptions` maps each valid oddity to its source. `paging` says how an operation pages that botocore has no paginator for.
    `minimum_limit` and `maximum_limit` are documented bounds of the page size, where they are stricter than the model's; `minimum_items` and
    `maximum_items` bound how many items are created.
    """

    service: str
    operation: str
    identity: str
    made: str = "{name}"
    once: tuple[RecipeCall, ...] = ()
    each: tuple[RecipeCall, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict, hash=False)
    undo: tuple[RecipeCall, ...] = ()
    undo_once: tuple[RecipeCall, ...] = ()
    find: tuple[Find, ...] = ()
    order: Order | None = None
    sort: Sort | None = None
    sort_source: str | None = None
    filter: Mapping[str, Any] = field(default_factory=dict, hash=False)
    start_after: str | None = None
    exceptions: Mapping[str, str] = field(default_factory=dict, hash=False)
    paging: Mapping[str, str] = field(default_factory=dict, hash=False)
    minimum_limit: int | None = None
    maximum_limit: int | None = None
    minimum_items: int = 1
    maximum_items: int | None = None

    @property
    def id(self) -> str:
        """How the operation is written: ``iam:ListUsers``."""
        return f"{self.service}:{self.operation}"

    def count(self, items: int) -> int:
        """How many items to create where the user asks for so many."""
        least = max(self.minimum_items, 0 if self.minimum_limit is None else self.minimum_limit + 2)
        return min(max(items, least), self.maximum_items or max(items, least))


@cache
def services() -> tuple[str, ...]:
    """The services that have recipes, in order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load(service: str) -> Mapping[str, Recipe]:
    """The recipes of a service by operation; empty where it has none."""
    path = _FOLDER / f"{service}.toml"
    return {each.operation: each for each in read(path)} if path.is_file() else {}


def read(path: Path) -> tuple[Recipe, ...]:
    """The recipes of a file. Its service is its top-level `service`, else the file's name.

    :raises UsageError: with one line that says where and what.
    """
    data = read_toml(path)
    service = data.pop("service", path.stem)
    if not isinstance(service, str):
        raise UsageError(f"{path}: service must be a string")
    try:
        return tuple(_recipe(service, operation, table) for operation, table in data.items())
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


#: The names of a table, each with the types of its value.
_Names = Mapping[str, type | tuple[type, ...]]


def _recipe(service: str, operation: str, table: Any) -> Recipe:
    at = f"[{operation}]"
    values = _table(at, table, _RECIPE)
    if "identity" not in values:
        raise UsageError(f"{at}: identity is missing: the path from an item to what identifies it, or @")
    parts: dict[str, Any] = {
        name: values[name] for name in ("identity", "made", "start_after", *_NUMBERS) if name in values
    }
    parts |= {name: _templates(f"{at} {name}", values.get(name, {})) for name in ("request", "filter")}
    for name in ("once", "each", "undo", "undo_once"):
        parts[name] = tuple(_call(f"{at} {name}", each, service) for each in values.get(name, ()))
    finds = values.get("find", [])
    parts["find"] = tuple(_find(f"{at} find", each) for each in (finds if isinstance(finds, list) else [finds]))
    parts["exceptions"] = _exceptions(f"{at} exceptions", values.get("exceptions", {}))
    if "paging" in values:
        parts["paging"] = _table(f"{at} paging", values["paging"], _PAGING, ("input", "output", "items"))
    if "order" in values:
        parts["order"] = Order(**_table(f"{at} order", values["order"], _ORDER, ("by", "source")))
    if "sort" in values:
        parts["sort"], parts["sort_source"] = _sort(f"{at} sort", values["sort"])
    recipe = Recipe(service, operation, **parts)
    _check_references(at, recipe)
    return recipe


_NUMBERS = ("minimum_limit", "maximum_limit", "minimum_items", "maximum_items")
_RECIPE: _Names = {
    "identity": str,
    "made": str,
    "start_after": str,
    **dict.fromkeys(("once", "each", "undo", "undo_once"), list),
    "request": dict,
    "filter": dict,
    "find": (dict, list),
    "exceptions": (dict, list),
    "order": dict,
    "sort": dict,
    "paging": dict,
    **dict.fromkeys(_NUMBERS, int),
}
_PAGING: _Names = dict.fromkeys(("input", "output", "items", "limit", "more"), str)
_ORDER: _Names = {"by": str, "source": str, "type": str, "descending": bool}
_SORT: _Names = {"parameter": str, "keys": list, "default": str, "source": str}
_SORT_KEY: _Names = {"value": str, "by": str, "type": str, "descending": bool}
_CALL: _Names = {
    "call": str,
    "with": dict,
    "service": str,
    "wait": dict,
    "retry": list,
    "ignore": list,
    "only_if": str,
    "stand_in": dict,
}
_WAIT: _Names = {"call": str, "with": dict, "service": str, "path": str, "until": (str, list), "failed": (str, list)}
_FIND: _Names = {"call": str, "with": dict, "service": str, "items": str, "name": str, "values": dict}
_KINDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
_TYPES = ("text", "time", "number", "domain")


def _table(at: str, table: Any, names: _Names, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The table, if it has these names only and each with a value of its type."""
    if not isinstance(table, dict):
        raise UsageError(f"{at}: must be a table")
    for name, value in table.items():
        if name not in names:
            raise UsageError(f"{at}: {unknown('name', name, names)}")
        kind = names[name]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not any(type(value) is kind for kind in kinds):
            raise UsageError(f"{at}: {name} must be {' or '.join(_KINDS[kind] for kind in kinds)}")
        if name == "type" and value not in _TYPES:
            raise UsageError(f"{at}: {unknown('type', value, _TYPES)}")
    for name in required:
        if name not in table:
            raise UsageError(f"{at}: {name} is missing")
    return dict(table)


def _call(at: str, table: Any, service: str) -> RecipeCall:
    values = _table(at, table, _CALL, ("call",))
    at = f"{at} {values['call']}"
    wait = None
    if "wait" in values:
        inner = _table(f"{at} wait", values["wait"], _WAIT, ("call", "path", "until"))
        wait = RecipeWait(
            inner["call"],
            inner["path"],
            _words(inner["until"]),
            _words(inner.get("failed", ())),
            _templates(f"{at} wait", inner.get("with", {})),
            inner.get("service", values.get("service")),
        )
    return RecipeCall(
        values["call"],
        _templates(at, values.get("with", {})),
        values.get("service"),
        wait,
        _words(values.get("retry", ())),
        _words(values.get("ignore", ())),
        _templates(at, values.get("only_if")),
        _templates(at, values.get("stand_in", {})),
    )


def _find(at: str, table: Any) -> Find:
    values = _table(at, table, _FIND, ("call", "items", "name"))
    parameters = _templates(at, values.get("with", {}))
    return Find(
        values["call"], values["items"], values["name"], parameters, values.get("values", {}), values.get("service")
    )


def _sort(at: str, table: Any) -> tuple[Sort, str]:
    values = _table(at, table, _SORT, ("parameter", "keys", "default", "source"))
    keys = tuple(SortKey(**_table(f"{at} keys", each, _SORT_KEY, ("value", "by"))) for each in values["keys"])
    if values["default"] not in {each.value for each in keys}:
        raise UsageError(f"{at}: {unknown('default', values['default'], [each.value for each in keys])}")
    return Sort(values["parameter"], keys, values["default"]), values["source"]


def _exceptions(at: str, value: dict[str, Any] | list[Any]) -> Mapping[str, str]:
    found = value if isinstance(value, dict) else dict.fromkeys(value, "")
    for name in found:
        if name not in EXCEPTIONS:
            raise UsageError(f"{at}: {unknown('exception', str(name), EXCEPTIONS)}")
    return found


def _words(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _templates(at: str, value: Any) -> Any:
    """The value, if its templates refer only to what there is."""
    for reference in references(value):
        name = re.split(r"[.:]", reference, maxsplit=1)[0]
        if name not in PLACEHOLDERS:
            raise UsageError(f"{at}: {unknown('placeholder', name, PLACEHOLDERS)}")
    return value


def _check_references(at: str, recipe: Recipe) -> None:
    """Every reference to a response names a call that has been made by then, and only items have names and numbers."""
    made = {"once": len(recipe.once), "each": len(recipe.each)}
    once = {"once": made["once"]}
    for number, call in enumerate(recipe.once):
        _known(f"{at} once {call.call}", call.parameters, {"once": number})
        _known(f"{at} once {call.call} wait", call.wait and call.wait.parameters, {"once": number + 1})
    for number, call in enumerate(recipe.each):
        _known(f"{at} each {call.call}", call.parameters, {**once, "each": number})
        _known(f"{at} each {call.call} wait", call.wait and call.wait.parameters, {**once, "each": number + 1})
    _known(f"{at} made", _templates(f"{at} made", recipe.made), made)
    _known(f"{at} undo", [call.parameters for call in recipe.undo], made)
    for name, value in (("request", recipe.request), ("filter", recipe.filter)):
        _known(f"{at} {name}", value, once)
    _known(f"{at} undo_once", [call.parameters for call in recipe.undo_once], once)


def _known(at: str, value: Any, known: Mapping[str, int]) -> None:
    for reference in references(value):
        match = re.match(r"(once|each)(?:\.(\d+):)?|name|index|number", reference)
        if match is None or ("each" in known and match[1] is None):
            continue
        if match[1] is None or match[1] not in known:
            raise UsageError(f"{at}: {{{reference}}} belongs to one item")
        if match[2] is None:
            raise UsageError(f"{at}: {{{reference}}} must be {{{match[1]}.NUMBER:PATH}}")
        if int(match[2]) >= known[match[1]]:
            raise UsageError(f"{at}: {{{reference}}} refers to a call that has not been made by then")
