"""Loads contracts: what a contract file says comes before a recipe, a recipe before the paginator, the paginator before the model's shapes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ...errors import UnknownOperation, UsageError, shorten, unknown
from .. import recipe as recipe_files
from ..contract import Contract, Token
from ..model import operation as modelled, services
from ..toml_file import read_toml
from ..validation import breakable
from .contract_file import check_members, parse
from .exclusions import OTHERWISE
from .names import canonical, letters, nearest
from .paginators import DoesNotPage, derive, paged, paginated, protocol_of

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

    from ..recipe import Recipe

__all__ = ["DEFAULT", "UnknownOperation", "access_reports", "judged", "load", "of_client", "parse_paging", "resolve"]

#: The operation that is judged where nobody names one.
DEFAULT = "iam:GetOrganizationsAccessReport"

#: What users of the command, of pytest and of `check` can do about an operation that does not seem to page.
ADVICE = "If it does, say how: with --paging input=…,output=…,items=…,limit=… or, where there is no such option, in a contract file"

_FOLDER = Path(__file__).parents[1] / "contracts"

Paths = Sequence[str | Path]


def load(
    name: str = DEFAULT,
    *,
    contracts: Paths = (),
    recipes: Paths = (),
    paging: Mapping[str, str] | None = None,
    advice: str = ADVICE,
) -> Contract:
    """The contract of an operation, given as SERVICE:OPERATION.

    `contracts` and `recipes` are files that add to ours or override them. `paging` names the members by which an operation pages,
    where neither a paginator nor the shapes say so, or they are wrong. `advice` is what a user can do about an operation that does not seem to page.

    :raises UnknownOperation: where there is no such operation, or it does not page.
    :raises UsageError: where a file is wrong.
    """
    files = (tuple(map(str, contracts)), tuple(map(str, recipes)))
    try:
        return _load(name, *files, tuple(sorted((paging or {}).items())), os.environ.get("AWS_DATA_PATH", ""))
    except DoesNotPage as error:
        raise _unpaged(canonical(name), error, advice, bool(paging)) from None


def of_client(shapes: OperationModel) -> Contract | None:
    """The contract of a client's operation, by the client's own service model; None where it does not page.

    Nothing is read but the service's paginators and our recipes for it. The results of a job are a listing too.
    """
    service, operation = str(shapes.service_model.service_name), str(shapes.name)
    recipe = recipe_files.load(service).get(operation)
    try:
        contract = derive(service, operation, recipe.paging if recipe else None, "recipe", shapes, jobs=True)
    except UsageError:  # it does not page; or the model and the paginator are of different versions
        return None
    return _with_model(_with_recipe(contract, recipe) if recipe else contract, shapes)


def resolve(names: Iterable[str], *, contracts: Paths = (), recipes: Paths = ()) -> tuple[str, ...]:
    """The operations that these names stand for, each once: SERVICE is every judged operation of it, `all` is every judged operation.

    :raises UnknownOperation: for a name that stands for none, with the nearest one.
    """
    found: dict[str, None] = {}
    ours: tuple[str, ...] = ()
    for name in names:
        if ":" in name:
            found[canonical(name)] = None
            continue
        ours = ours or judged(contracts=contracts, recipes=recipes)
        wanted = name.strip().lower()
        chosen = [each for each in ours if wanted in ("all", each.partition(":")[0])]
        if not chosen:
            raise _unknown_group(name, ours)
        found |= dict.fromkeys(chosen)
    return tuple(found)


def judged(*, contracts: Paths = (), recipes: Paths = ()) -> tuple[str, ...]:
    """Every operation that has a contract file or a recipe: the access reports, then the others in order."""
    of_files = [contract_id for contract_id, _ in _contract_files(tuple(map(str, contracts)))]
    of_recipes = sorted({each.id for each in _recipes(tuple(map(str, recipes)))})
    return tuple(dict.fromkeys((*access_reports(), *_own(), *of_files, *of_recipes)))


@cache
def access_reports() -> tuple[str, ...]:
    """The access reports, which have contract files of ours; the default one first."""
    return tuple(name for name, path in _own().items() if 'kind = "access-report"' in path.read_text(encoding="utf-8"))


@cache
def _own() -> Mapping[str, Path]:
    """The operations with a contract file of ours, and the files; the default one first."""
    found = {path.stem.replace(".", ":", 1): path for path in _FOLDER.glob("*.toml")}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != DEFAULT, name))}


def parse_paging(text: str) -> dict[str, str]:
    """The mapping of ``input=NextToken,output=NextToken,items=Things,limit=MaxResults``."""
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    for name, equals, value in pairs:
        if not equals or not name.strip() or not value.strip():
            raise UsageError(
                f"--paging: {name.strip()!r} must be NAME=MEMBER, as in input=NextToken,output=NextToken,items=Things"
            )
    return {name.strip(): value.strip() for name, _, value in pairs}


# --- loading


@lru_cache(maxsize=512)
def _load(
    name: str, contracts: tuple[str, ...], recipes: tuple[str, ...], paging: tuple[tuple[str, str], ...], paths: str
) -> Contract:
    of_file = dict(_contract_files(contracts))
    name = canonical(name) if ":" in name else _bare(name)
    service, _, operation = name.partition(":")
    recipe = next((each for each in reversed(_recipes(recipes, service)) if each.operation == operation), None)
    if name in of_file:
        contract = of_file[name]
    elif name in _own():
        contract = _read(_own()[name], "contract file")
    else:
        contract = _derived(name, dict(paging), recipe)
    return _with_model(_with_recipe(contract, recipe) if recipe else contract)


def _derived(name: str, paging: Mapping[str, str], recipe: Recipe | None) -> Contract:
    service, _, operation = name.partition(":")
    try:
        if recipe and recipe.paging and not paging:
            return derive(service, operation, recipe.paging, "recipe")
        return derive(service, operation, paging)
    except DoesNotPage:
        raise
    except UsageError as error:
        if operation in paginated(service) or paging:
            raise
        raise UnknownOperation(error) from None


def _unpaged(name: str, error: DoesNotPage, advice: str, described: bool) -> UsageError:
    """The same with what the user can do about it: to describe the paging, or to name another operation."""
    service, _, operation = name.partition(":")
    sentences = [f"{error}", OTHERWISE.get(name, advice)]
    near = None if described or name in OTHERWISE else nearest(operation, paged(service))
    if near:
        sentences.append(f"Did you mean {service}:{near}?")
    text = ". ".join(filter(None, sentences))
    return UsageError(text) if described else UnknownOperation(text)


@cache
def _contract_files(paths: tuple[str, ...]) -> tuple[tuple[str, Contract], ...]:
    contracts = (_read(Path(each), f"contract file {each}") for each in paths)
    return tuple((each.id, each) for each in contracts)


def _read(path: Path, origin: str) -> Contract:
    """The contract in a file, its members checked against the model."""
    try:
        contract = parse(read_toml(path), origin=origin)
        name = canonical(contract.id)
        if name != contract.id:
            raise UnknownOperation(f"unknown operation {contract.id!r}; did you mean {name}?")
        contract = replace(contract, protocol=protocol_of(contract.service))
        if path.parent != _FOLDER:
            check_members(contract)
    except UsageError as error:
        message = str(error)
        raise UsageError(message if str(path) in message else f"{path}: {message}") from None
    return replace(contract, origins={**contract.origins, "protocol": "model"})


@cache
def _recipes(paths: tuple[str, ...], service: str | None = None) -> tuple[Recipe, ...]:
    """The recipes of a service or of all, ours first and then those of the user's files."""
    ours = recipe_files.services() if service is None else (service,)
    found = [each for name in ours for each in recipe_files.load(name).values()]
    for path in paths:
        found += [each for each in recipe_files.read(Path(path)) if service in (None, each.service)]
    return tuple(found)


def _with_recipe(contract: Contract, recipe: Recipe) -> Contract:
    """The contract with what a recipe adds: a contract file outranks it, and it outranks the paginator."""
    origins = dict(contract.origins)
    derived = contract.kind == "derived"

    def outranks(field: str) -> bool:
        return derived or field not in contract.origins

    listing = contract.listing
    if listing is not None:
        if recipe.identity and outranks("listing.identity"):
            listing, origins["listing.identity"] = replace(listing, identity=recipe.identity), "recipe"
        if recipe.exceptions:
            listing = replace(listing, exceptions=listing.exceptions | frozenset(recipe.exceptions))
            origins["listing.exceptions"] = "recipe"
    changes: dict[str, Any] = {}
    for name in ("order", "sort"):
        if getattr(recipe, name, None) and outranks(name) and not any(each.startswith(f"{name}.") for each in origins):
            changes[name], origins[name] = getattr(recipe, name), "recipe"
    origins["recipe"] = "recipe"
    kind = "recipe" if derived else contract.kind
    return replace(contract, listing=listing, recipe=recipe, kind=kind, origins=origins, **changes)


def _with_model(contract: Contract, shapes: OperationModel | None = None) -> Contract:
    """The contract with what the service model says about the limit and the tokens."""
    listing = contract.listing
    if listing is None:
        return contract
    shapes = shapes or modelled(contract.service, contract.operation)
    taken = shapes.input_shape
    members, required = (taken.members, taken.required_members) if taken is not None else ({}, [])
    origins = dict(contract.origins)
    if listing.limit and listing.limit in members:
        limit = members[listing.limit]
        listing = replace(
            listing,
            limit_is_text=limit.type_name == "string",
            limit_minimum=None if limit.type_name == "string" else _bound(limit, "min"),
            limit_maximum=None if limit.type_name == "string" else _bound(limit, "max"),
            limit_required=listing.limit in required,
        )
        for name in ("limit_is_text", "limit_minimum", "limit_maximum", "limit_required"):
            if getattr(listing, name) not in (None, False):
                origins[f"listing.{name}"] = "model"
    tokens = tuple(_token(each, members, shapes.output_shape) for each in listing.tokens)
    return replace(contract, listing=replace(listing, tokens=tokens), origins=origins)


def _bound(shape: Shape, name: str) -> int | None:
    value = shape.metadata.get(name)
    return int(value) if isinstance(value, int | float) else None


def _token(token: Token, members: Mapping[str, Shape], output: Any) -> Token:
    taken = members.get(token.input)
    if taken is None:
        return token
    given = output
    for name in token.output.split("."):
        given = getattr(given, "members", {}).get(name)
    bounds = {key: taken.metadata[key] for key in ("min", "max", "pattern", "enum") if key in taken.metadata}
    is_text = taken.type_name == "string"
    return replace(
        token,
        type=taken.type_name,
        bounded=is_text and "[" not in token.output and breakable(taken),
        laxer_output=is_text
        and given is not None
        and any(given.metadata.get(key) != value for key, value in bounds.items()),
    )


def _bare(name: str) -> NoReturn:
    """An operation without its service.

    :raises UnknownOperation: always; with the whole name, where it is that of a judged operation.
    """
    shown = shorten(name, 200)
    raise UnknownOperation(f"{shown!r} is not SERVICE:OPERATION, as in {DEFAULT}" + _hint(shown))


def _hint(name: str) -> str:
    """Where a bare operation's name is one of an operation that is judged, the whole of it."""
    found = [each for each in judged() if letters(each.partition(":")[2]) == letters(name)]
    return f"; did you mean {' or '.join(found[:3])}?" if found else ""


def _unknown_group(name: str, ours: tuple[str, ...]) -> UnknownOperation:
    name = shorten(name.strip(), 200)
    wanted = name.lower()
    known = tuple(dict.fromkeys(each.partition(":")[0] for each in ours))
    if wanted in services():
        pages = next(iter(paged(wanted)), None)
        example = f", as in {wanted}:{pages}" if pages else ""
        return UnknownOperation(
            f"no operation of {wanted} has a recipe or a contract file; name the operation{example}"
        )
    if hint := _hint(name):
        return UnknownOperation(f"{name!r} is not SERVICE:OPERATION{hint}")
    if "." in name:
        return UnknownOperation(f"{name!r} is not an operation; if it is a rule, `awscontract explain {name}` shows it")
    return UnknownOperation(
        str(unknown("service or operation", name, (*known, "all", *services()), "awscontract operations"))
    )
