"""A contract as the emulator serves it: what is worked out once from the model, and not anew for every call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..spec.contract import Contract
from ..spec.model import operation
from .lists.items import ListedItem, drawn_items, given_items, item_shape, main_lists
from .lists.values import value
from .paths import steps
from .shapes import is_required, required_values, types_by_xml_name, types_in
from .tokens import EMPTY_TOKEN_REFUSED, TokenForm

if TYPE_CHECKING:
    from .behaviour import Behaviour
    from .protocols import EmulatedProtocol

__all__ = ["Served", "served"]

#: Error codes of an invalid value, by protocol, where neither the contract nor the model names one.
_INVALID = {
    "query": "ValidationError",
    "ec2": "InvalidParameterValue",
    "rest-xml": "InvalidArgument",
}
_INVALID_NAMES = re.compile(r"Validation|InvalidParameter|InvalidInput|InvalidArgument|InvalidRequest|BadRequest")

#: Protocols that write times as text; the others write numbers in most places.
_WRITES_TEXT = ("query", "ec2", "rest-xml")

#: The most that an operation without a documented default lists on a page.
_MOST = 1_000
#: The longest page where no request can ask for a shorter one: a listing of a few items has several.
_FEW = 3


#: How many contracts are kept, each with its drawn items.
_KEPT = 2_000

_served: dict[int, Served] = {}


def served(contract: Contract) -> Served:
    """What is worked out once for this contract."""
    found = _served.get(id(contract))
    if found is None or found.contract is not contract:
        while len(_served) >= _KEPT:
            _served.pop(next(iter(_served)), None)
        found = _served[id(contract)] = Served(contract)
    return found


class Served:
    """One contract with what its model says about it."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._rows: dict[int, tuple[ListedItem, ...]] = {}
        self._given: tuple[object, tuple[ListedItem, ...]] = (), ()
        self._kinds: dict[str, str] = {}
        self._seconds: dict[int, ListedItem] = {}
        self._tags: dict[str, frozenset[str]] = {}

    @cached_property
    def protocol(self) -> EmulatedProtocol:
        """How requests are read and responses are written."""
        from .protocols import protocol_for

        return protocol_for(self.contract)

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        """The input shapes by operation."""
        return {each: operation(self.contract.service, each).input_shape for each in self.contract.operations}

    @cached_property
    def output(self) -> Any:
        """The output shape."""
        return operation(self.contract.service, self.contract.operation).output_shape

    @cached_property
    def writes_times_as_text(self) -> bool:
        """Whether a time is text on the wire, so that its precision is a choice."""
        return self.contract.protocol in _WRITES_TEXT

    @cached_property
    def required_parameters(self) -> Mapping[str, Any]:
        """Valid values of the required parameters, but for the limit."""
        shape = self.inputs[self.contract.operation]
        names = [] if shape is None else [each for each in shape.members if each in shape.required_members]
        return {each: value(shape.members[each], 1, each) for each in names if each not in self.paging}

    # -- errors

    @cached_property
    def statuses(self) -> Mapping[str, int]:
        """The HTTP statuses of the errors that the model declares, by code."""
        found = {}
        for name in self.contract.operations:
            for shape in operation(self.contract.service, name).error_shapes:
                error = shape.metadata.get("error", {})
                if isinstance(error.get("httpStatusCode"), int):
                    found[_code(shape)] = error["httpStatusCode"]
        return found

    @cached_property
    def invalid_code(self) -> str:
        """The error code of a value that the model does not allow."""
        if self.contract.errors.validation:
            return self.contract.errors.validation[0]
        declared = [_code(each) for each in operation(self.contract.service, self.contract.operation).error_shapes]
        fitting = [code for code in declared if _INVALID_NAMES.search(code) and self.statuses.get(code, 400) < 500]
        return fitting[0] if fitting else _INVALID.get(self.contract.protocol, "ValidationException")

    # -- paging

    @cached_property
    def default_limit(self) -> int:
        """The longest page of a request without a limit."""
        listing = self.contract.listing
        assert listing is not None
        return listing.default_limit or self.limit_maximum or (_MOST if listing.limit else _FEW)

    @cached_property
    def limit_shape(self) -> Any:
        """The shape of the limit, if there is one."""
        listing, shape = self.contract.listing, self.inputs[self.contract.operation]
        return shape.members.get(listing.limit) if listing and listing.limit and shape is not None else None

    @cached_property
    def limit_minimum(self) -> int:
        """The smallest limit."""
        shape = self.limit_shape
        return max(int(shape.metadata.get("min", 1)), 1) if shape is not None and shape.type_name != "string" else 1

    @cached_property
    def limit_maximum(self) -> int | None:
        """The largest limit, if the model has one."""
        shape = self.limit_shape
        most = shape.metadata.get("max") if shape is not None and shape.type_name != "string" else None
        return int(most) if most is not None else None

    @cached_property
    def paging(self) -> frozenset[str]:
        """The parameters that say which page: the limit and the tokens."""
        listing = self.contract.listing
        assert listing is not None
        return frozenset({*(each.input for each in listing.tokens), *([listing.limit] if listing.limit else [])})

    @cached_property
    def tokens(self) -> tuple[TokenForm, ...]:
        """How each of the listing's tokens is written."""
        listing, shape = self.contract.listing, self.inputs[self.contract.operation]
        assert listing is not None
        return tuple(
            TokenForm(each.input, each.output, shape and shape.members.get(each.input)) for each in listing.tokens
        )

    @cached_property
    def empty_token_starts(self) -> bool:
        """Whether an empty token, or 0 where tokens are numbers, counts as none: loops that begin with one work on AWS."""
        assert self.contract.listing is not None
        if "key-cursor" in self.contract.listing.exceptions:
            return True  # behind the empty key is the start
        refused = self.contract.id in EMPTY_TOKEN_REFUSED or self.contract.service in EMPTY_TOKEN_REFUSED
        return not refused and all(each.may_be_empty for each in self.tokens)

    @cached_property
    def token_required(self) -> bool:
        """Whether the model requires a token of every response, so that the last page has an empty one."""
        path = self.tokens[0].path
        return path is not None and self.tokens[0].type == "string" and is_required(self.output, steps(path))

    # -- what is listed

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The paths of the lists of items, the main one first."""
        return main_lists(self.contract, self.output)

    def kind_of(self, path: str) -> str:
        """The type of what is at a path of the output."""
        if path not in self._kinds:
            self._kinds[path] = getattr(item_shape(self.output, path), "type_name", "")
        return self._kinds[path]

    def tag_of(self, path: str, *, inside_item: bool = False) -> str:
        """The name of the element in XML at a path of the output, or of an item."""
        shape, name = self.item if inside_item else self.output, path
        for step in steps(path):
            while shape is not None and shape.type_name == "list":
                shape = shape.member
            shape = shape.members.get(step) if shape is not None and shape.type_name == "structure" else None
            name = shape.serialization.get("name", step) if shape is not None else step
        if shape is not None and shape.type_name == "list" and shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name", name)  # as in SimpleDB: its items stand for the list
        return str(name)

    def tags(self, kind: str) -> frozenset[str]:
        """The names under which members of this type stand in an XML document, but for those that others share."""
        if kind not in self._tags:
            found = types_by_xml_name(self.output)
            alike = {kind, "long"} if kind == "integer" else {kind}
            self._tags[kind] = frozenset(name for name, kinds in found.items() if kinds <= alike)
        return self._tags[kind]

    @cached_property
    def types_shown(self) -> frozenset[str]:
        """The types of members that the emulator's responses have."""
        listing, report = self.contract.listing, self.contract.report
        found = set()
        if listing is not None and listing.more is not None:
            found.add(self.kind_of(listing.more))
        if self.contract.job is not None:
            found |= {"timestamp", "string"}
            found |= {"integer"} if self.contract.counts or (report and report.total) else set()
        elif self.example is not None:
            shown = [*(each.value for each in self._drawn(_SEVERAL)), self.missing_output, *(0 for _ in self.sizes)]
            found |= set(types_in(shown))
        return frozenset(found)

    @cached_property
    def example(self) -> Any:
        """The value of one drawn item, or None."""
        rows = drawn_items(self.contract, self.output, 1)
        return rows[0].value if rows else None

    def items(self, behaviour: Behaviour) -> tuple[ListedItem, ...]:
        """The items of a listing."""
        if behaviour.given is not None:
            given, items = self._given
            if given is not behaviour.given:
                items = given_items(self.contract, behaviour.given)
                self._given = behaviour.given, items
            return items
        count = behaviour.items if behaviour.items in (0, 1) else max(behaviour.items, self._enough)
        return self._drawn(count)

    def _drawn(self, count: int) -> tuple[ListedItem, ...]:
        if count not in self._rows:
            self._rows[count] = drawn_items(self.contract, self.output, count)
        return self._rows[count]

    def in_second_list(self, number: int) -> ListedItem:
        """An item of the second list."""
        if number not in self._seconds:
            inner = item_shape(self.output, self.lists[1]).member
            drawn = value(inner, number + 5_000, self.lists[1].removesuffix("s"))
            assert self.contract.listing is not None
            self._seconds[number] = ListedItem(
                f"second {number}", drawn, self.contract.listing.items.index(self.lists[1])
            )
        return self._seconds[number]

    def foreign_items(self, behaviour: Behaviour) -> tuple[ListedItem, ...]:
        """Items that a filter of the contract's recipe does not let through."""
        if behaviour.given is not None or self.contract.recipe is None or not self.contract.recipe.filter:
            return ()
        mine = len(self.items(behaviour))
        return self._drawn(mine + behaviour.foreign)[mine:]

    @cached_property
    def _enough(self) -> int:
        """Items for two pages and a rest, where the smallest page is large."""
        recipe = self.contract.recipe
        least = max(self.limit_minimum, (recipe.minimum_limit or 1) if recipe else 1)
        return 2 * least + 1 if 1 < least <= _MOST else 0

    @cached_property
    def list_shape(self) -> Any:
        """The shape of the main list, or map."""
        return item_shape(self.output, self.lists[0])

    @cached_property
    def item(self) -> Any:
        """The shape of one item of the main list."""
        shape = self.list_shape
        return (
            getattr(shape, "value", None)
            if getattr(shape, "type_name", "") == "map"
            else getattr(shape, "member", None)
        )

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """Members that say how many items a page holds: results that are numbers, Quantity and KeyCount beside the main list, DynamoDB's Count."""
        listing = self.contract.listing
        if listing is None:
            return ()
        where, _, _ = listing.main.rpartition(".")
        beside = [f"{where}.{name}".lstrip(".") for name in _SIZES]
        beside += _COUNTS if all(map(self.kind_of, _COUNTS)) else ()
        known = (path for path in (*listing.items, *beside) if path not in self.lists)
        return tuple(path for path in known if self.kind_of(path) in ("integer", "long"))

    @cached_property
    def missing_members(self) -> Mapping[str, Any]:
        """Members that the model requires of every row of an access report and that no part of the contract names."""
        report, listing = self.contract.report, self.contract.listing
        paths = [each for each in vars(report).values() if isinstance(each, str)] if report else []
        return required_values(self.item, [steps(each) for each in (*paths, listing and listing.identity) if each])

    @cached_property
    def missing_output(self) -> Mapping[str, Any]:
        """The same for the output as a whole."""
        listing, job = self.contract.listing, self.contract.job
        paths = [each.member for each in self.contract.counts]
        if listing is not None:
            paths += [*listing.items, listing.more or "", *(each.path or "" for each in self.tokens)]
        if job is not None:
            paths += [job.status, job.created, job.completed, job.error, job.type or ""]
        return required_values(self.output, [steps(each) for each in paths if each])


#: So many items show what types of members a listing has.
_SEVERAL = 7

#: What members are called that say how many items a page holds.
_SIZES = ("Quantity", "KeyCount")
#: A Count alone may be of anything.
_COUNTS = ("Count", "ScannedCount")


def _code(error: Any) -> str:
    return str(error.error_code)
