"""A small service in memory that answers like a botocore client, for tests of the recipe engine: shelves, and things on shelves."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from awscontract.conformance.driver.recipes import Setup
from awscontract.spec.contract import Contract, Listing, Token
from awscontract.spec.recipe import Recipe, read

RECIPE = """
service = "shop"

[ListThings]
identity = "Name"
once = [{ call = "CreateShelf", with = { Name = "{run}" } }]
each = [{ call = "CreateThing", with = { Shelf = "{once.0:Shelf.Id}", Name = "{name}" } }]
request = { Shelf = "{once.0:Shelf.Id}" }
undo = [{ call = "DeleteThing", with = { Id = "{each.0:Thing.Id}" } }]
undo_once = [{ call = "DeleteShelf", with = { Id = "{once.0:Shelf.Id}" } }]
find = [
  { call = "ListShelves", items = "Shelves", name = "Name", values = { "once.0:Shelf.Id" = "Id" } },
  { call = "ListThings", with = { Shelf = "{once.0:Shelf.Id}" }, items = "Things", name = "Name", values = { "each.0:Thing.Id" = "Id" } },
]
"""


def client_error(code: str, status: int = 400, message: str = "no") -> ClientError:
    """The exception that botocore raises for an error response."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation"
    )


class Shop:
    """The service and its client at once. `failures` are exceptions by operation and number of the call, from 0."""

    _OPERATIONS = (
        "CreateShelf",
        "DeleteShelf",
        "ListShelves",
        "CreateThing",
        "DeleteThing",
        "ListThings",
        "DescribeThing",
    )

    def __init__(self) -> None:
        self.meta = SimpleNamespace(
            region_name="eu-central-1", service_model=SimpleNamespace(operation_names=self._OPERATIONS)
        )
        self.shelves: dict[str, str] = {}
        self.things: dict[str, tuple[str, str]] = {}
        self.calls: list[str] = []
        self.failures: dict[tuple[str, int], BaseException] = {}
        self.always: dict[str, BaseException] = {}
        self.after: Callable[[str], None] = lambda operation: None
        self._ids = iter(range(1, 10_000))

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = "".join(each.capitalize() for each in method.split("_"))
        if operation not in self._OPERATIONS:
            raise AttributeError(method)

        def call(**parameters: Any) -> Any:
            number = self.calls.count(operation)
            self.calls.append(operation)
            for failure in (self.failures.get((operation, number)), self.always.get(operation)):
                if failure is not None:
                    raise failure
            answer = vars(type(self))[f"_{method}"](self, **parameters)
            self.after(operation)
            return answer

        return call

    def can_paginate(self, method: str) -> bool:
        return False

    def _create_shelf(self, Name: str) -> Any:  # noqa: N803
        found = f"shelf-{next(self._ids)}"
        self.shelves[found] = Name
        return {"Shelf": {"Id": found, "Name": Name}}

    def _list_shelves(self) -> Any:
        return {"Shelves": [{"Id": each, "Name": name} for each, name in self.shelves.items()]}

    def _delete_shelf(self, Id: str) -> Any:  # noqa: N803
        if any(shelf == Id for shelf, _ in self.things.values()):
            raise client_error("DeleteConflict")
        if self.shelves.pop(Id, None) is None:
            raise client_error("NoSuchShelf", 404)
        return {}

    def _create_thing(self, Shelf: str, Name: str) -> Any:  # noqa: N803
        found = f"thing-{next(self._ids)}"
        self.things[found] = (Shelf, Name)
        return {"Thing": {"Id": found, "Name": Name}}

    def _list_things(self, Shelf: str | None = None) -> Any:  # noqa: N803
        found = [{"Id": each, "Name": name} for each, (shelf, name) in self.things.items() if shelf == Shelf]
        return {"Things": found}

    def _describe_thing(self, Id: str) -> Any:  # noqa: N803
        if Id not in self.things:
            raise client_error("ThingNotFound", 404)
        return {"Thing": {"Id": Id, "Status": "READY" if self.calls.count("DescribeThing") > 2 else "MAKING"}}

    def _delete_thing(self, Id: str) -> Any:  # noqa: N803
        if self.things.pop(Id, None) is None:
            raise client_error("ThingNotFound", 404)
        return {}


def recipe_of(folder: Path, text: str = RECIPE) -> Recipe:
    """The recipe in a text."""
    path = folder / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)[0]


def contract_of(recipe: Recipe) -> Contract:
    """The contract of ListThings."""
    listing = Listing(("Things",), (Token("Token", "Token"),), identity=recipe.identity)
    return Contract(
        "shop", "ListThings", "json", "https://shop.example.com", kind="recipe", listing=listing, recipe=recipe
    )


def set_up(shop: Shop, recipe: Recipe, items: int = 4, **options: Any) -> Setup:
    """A set-up of the recipe in the shop; it waits without sleeping."""
    options = {"sleep": lambda seconds: None, **options}
    return Setup(recipe, contract_of(recipe), lambda service: shop, items, **options)
