"""How an operation pages, as far as cutting its responses needs it: by the client's own service model, and botocore's paginator where it has one.

That is derived once in a process, when the operation is first called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ....spec.operations import of_client
from ....spec.operations.by_shapes import ASIDE
from ....spec.operations.paginators import paginator, singular
from .cursors import CURSORS, KeyCursor
from .documentation import announces_empty_pages, fits_in_one_page, largest_limit, may_be_dropped, needs_limit
from .tokens import Form, form_for

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

    from ....spec.contract import Contract, Listing

__all__ = ["Manner", "Paging", "Path", "paging_of", "token_path"]

#: The members that lead to a value, from the outermost in.
Path = tuple[str, ...]

#: The backend's response is cut; or the backend is asked for smaller pages.
Manner = Literal["cut", "smaller-limit"]


@dataclass(frozen=True)
class Paging:
    """How one operation pages.

    `items` are its lists (or maps) in the order in which they are served, the main one first. `beside` are other results of the paginator:
    lists that go along with the main one, and numbers that are added up. `counts` say how many items a page has. A list of `absent_if_empty`
    is left out where it is empty. `ordered_by` are the members that order the items across several lists, one for each list.

    `tokens` are pairs of the request's parameter and the expression that finds the next token. `token` is where a response has it and
    `form` how ours are written; where none is made up, a `cursor` may say what the tokens are at each item. `echo` is where a response repeats the request's token. `says_more` are the
    members that say that more follows, which are all in the same structure.

    `limit_maximum` is the largest limit, where anything says so.

    `naming` are parameters that name the items that are asked for, `cursors` those that say where to start, `may_be_dropped` those
    that a request with a token may leave out. `needs_limit`: it pages only where a limit is given. `empty_pages`: its documentation
    announces them. `first_size` is how many items a first page is asked for where it is not cut. `words` are the names by which code reads whether more follows. `refusal` is the code of the error for a wrong
    token.
    """

    operation: str
    items: tuple[Path, ...]
    beside: tuple[Path, ...]
    counts: tuple[Path, ...]
    absent_if_empty: frozenset[Path]
    ordered_by: tuple[str, ...]
    tokens: tuple[tuple[str, str], ...]
    token: Path | None
    form: Form | None
    cursor: KeyCursor | None
    more: Path | None
    echo: Path | None
    says_more: tuple[Path, ...]
    limit: str | None
    limit_is_text: bool
    limit_minimum: int
    limit_maximum: int | None
    needs_limit: bool
    naming: frozenset[str]
    cursors: frozenset[str]
    may_be_dropped: frozenset[str]
    empty_pages: bool
    first_size: int
    words: frozenset[str]
    refusal: str

    @property
    def manner(self) -> Manner:
        """How its listings are served in other pages."""
        return "cut" if self.form or self.cursor else "smaller-limit"


_KNOWN: dict[tuple[str, str, str], Paging | None] = {}


def paging_of(model: ServiceModel, operation: str) -> Paging | None:
    """How an operation of a client pages; None where it does not, or in no way that could be served in other pages."""
    key = (model.service_name, model.api_version, operation)
    try:
        return _KNOWN[key]
    except KeyError:
        pass
    found = None
    if operation in model.operation_names:
        shapes = model.operation_model(operation)
        contract = of_client(shapes)
        found = _paging(contract, shapes) if contract else None
    return _KNOWN.setdefault(key, found)


def _paging(contract: Contract, shapes: OperationModel) -> Paging | None:
    listing, members = contract.listing, _members(shapes)
    assert listing is not None
    items = tuple(_path(each) for each in listing.items)
    kinds = [_shape(shapes.output_shape, each) for each in items]
    if any(each is None or each.type_name not in ("list", "map") for each in kinds):
        return None
    if _is_tags(listing, shapes) or fits_in_one_page(contract, shapes):
        return None
    cursor = CURSORS.get(contract.id)
    form = None if cursor else _form(listing, members)
    if form is None and cursor is None and listing.limit is None:
        return None
    return Paging(
        operation=contract.id,
        items=items,
        beside=tuple(_beside(contract, shapes, items)),
        counts=tuple(each for name in _COUNTS if _shape(shapes.output_shape, each := (*items[0][:-1], name))),
        absent_if_empty=frozenset(
            each for each, kind in zip(items, kinds, strict=True) if kind and kind.serialization.get("flattened")
        ),
        ordered_by=tuple(_ORDERED_BY[each] for each in items) if all(each in _ORDERED_BY for each in items) else (),
        tokens=tuple((each.input, each.output) for each in listing.tokens),
        token=_path(listing.token.output) if form else None,
        form=form,
        cursor=cursor,
        more=_path(listing.more) if listing.more else None,
        echo=None if listing.token.is_expression else _echo(listing, shapes),
        says_more=tuple(_says_more(listing)),
        limit=listing.limit,
        limit_is_text=listing.limit_is_text,
        limit_minimum=max(1, listing.limit_minimum or 1),
        limit_maximum=largest_limit(contract, shapes),
        needs_limit=needs_limit(contract, shapes),
        naming=frozenset(_naming(listing, shapes)),
        cursors=frozenset(each for each in members if _CURSOR.match(each)) - {each.input for each in listing.tokens},
        may_be_dropped=may_be_dropped(contract, shapes),
        empty_pages=announces_empty_pages(contract, shapes),
        first_size=_FIRST_SIZES.get(contract.id, 1),
        words=frozenset(_words(listing)),
        refusal=contract.errors.token[0] if contract.errors.token else _REFUSALS.get(contract.protocol, _REFUSAL),
    )


# --- responses

#: Members that say how many items the page has. Others with such names count over the whole listing.
_COUNTS = ("AnnotationCount", "KeyCount", "NumResults", "ReturnSize")

#: Lists that are ordered together, by these members of their items.
_ORDERED_BY: Mapping[Path, str] = {
    ("CommonPrefixes",): "Prefix",
    ("Contents",): "Key",
    ("DeleteMarkers",): "Key",
    ("Uploads",): "Key",
    ("Versions",): "Key",
}


def _beside(contract: Contract, shapes: OperationModel, items: tuple[Path, ...]) -> Iterator[Path]:
    """The other results that the paginator names, or that go along with the items. A structure that holds the items is none."""
    main = items[0]
    found = paginator(contract.service, contract.operation)
    named: Any = found["result_key"] if found else [".".join((*main[:-1], each)) for each in _aside(shapes, main)]
    for path in map(_path, [named] if isinstance(named, str) else named):
        if not any(each[: len(path)] == path for each in items):
            yield path


def _aside(shapes: OperationModel, main: Path) -> Iterator[str]:
    """Lists beside the items that say what went wrong."""
    members = getattr(_shape(shapes.output_shape, main[:-1]), "members", {})
    return (name for name, each in members.items() if each.type_name == "list" and name.lower() in ASIDE)


def _echo(listing: Listing, shapes: OperationModel) -> Path | None:
    token = listing.token
    given = _path(token.output)
    found = (*given[:-1], token.input)
    return found if found != given and _shape(shapes.output_shape, found) else None


def _says_more(listing: Listing) -> Iterator[Path]:
    more = _path(listing.more) if listing.more else None
    if more:
        yield more
    for token in listing.tokens:
        path = token_path(token.output)
        if path and (not more or path[:-1] == more[:-1]):
            yield path


def _words(listing: Listing) -> Iterator[str]:
    texts = (*(each for token in listing.tokens for each in (token.input, token.output)), listing.more or "")
    return (word for text in texts for word in re.findall(r"\w+$", text))


def token_path(output: str) -> Path | None:
    """The member in which a response has a token, by the paginator's expression for it; None where only items say it."""
    return next((_path(each) for each in map(str.strip, output.split("||")) if re.fullmatch(r"[\w.]+", each)), None)


#: A query for a whole key has one item and needs no second page, but DynamoDB gives a token with a page that is full.
_FIRST_SIZES: Mapping[str, int] = {"dynamodb:Query": 2}


# --- tokens

#: The error for a wrong token where the operation declares none.
_REFUSALS: Mapping[str, str] = {
    "query": "ValidationError",
    "ec2": "InvalidParameterValue",
    "rest-xml": "InvalidArgument",
}
_REFUSAL = "ValidationException"

#: Parameters that name a place in the list.
_CURSOR = re.compile(r"exclusivestart|startafter$", re.IGNORECASE)


def _form(listing: Listing, members: Mapping[str, Any]) -> Form | None:
    """How tokens of ours are written; None where none is made up, since a token is the name of a place, or no text, or not alone."""
    token = listing.token
    if len(listing.tokens) > 1 or token.is_expression or token.type != "string" or _CURSOR.match(token.input):
        return None
    return form_for(members[token.input].metadata) if token.input in members else None


# --- requests

_NAMES = re.compile(r"(id|arn|name|identifier)(s|list)$", re.IGNORECASE)


def _naming(listing: Listing, shapes: OperationModel) -> Iterator[str]:
    """Parameters that name the items: lists of names, or called like the list of items, and what is called like an item's own name."""
    main = listing.main.rpartition(".")[2]
    item: Any = getattr(_shape(shapes.output_shape, _path(listing.main)), "member", None)
    words = [main, *_LAST_WORD.findall(main), *([item.name] if item is not None else [])]
    nouns = {singular(each.lower()) for each in words}
    called = {noun + suffix for noun in nouns for suffix in ("arn", "id", "identifier", "name")}
    called |= {each.lower() for each in getattr(item, "members", {}) if each.lower() in ("arn", "id", "name")}
    required = set(shapes.input_shape.required_members) if shapes.input_shape else set()
    for name, each in _members(shapes).items():
        if each.type_name == "list":
            if _NAMES.search(name) or name.lower() == main.lower():
                yield name
        elif name not in required and (name.lower() in called or name == listing.identity):
            yield name


#: As names are written: ``backendEnvironments``, ``DBInstances``.
_LAST_WORD = re.compile(r"(?:[A-Z]+|^)[^A-Z]*$")


def _is_tags(listing: Listing, shapes: OperationModel) -> bool:
    """Whether the items are the tags of one resource: so few that nobody pages through them."""
    last = listing.main.rpartition(".")[2].lower()
    one = bool(shapes.input_shape and shapes.input_shape.required_members) and not shapes.name.startswith("Search")
    return one and last in _TAGS


_TAGS = frozenset({"tags", "taglist", "tagset", "resourcetags", "resourcetaglist", "tagslist"})


# --- shapes


def _members(shapes: OperationModel) -> Mapping[str, Any]:
    return shapes.input_shape.members if shapes.input_shape else {}


def _path(text: str) -> Path:
    return tuple(text.split("."))


def _shape(shape: Any, path: Path) -> Any:
    for name in path:
        shape = getattr(shape, "members", {}).get(name)
    return shape
