"""Recipe files: read strictly, and ours hold what they promise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from awscontract.conformance.driver.recipes.values import Scope, parse_name, render
from awscontract.errors import UsageError
from awscontract.spec import recipe as recipes
from awscontract.spec.model import operation as modelled
from awscontract.spec.recipe import Recipe, RecipeCall, load, read, services
from awscontract.spec.recipe_calls import references

from recipe_kit import RECIPE, recipe_of

_RECIPES = [each for service in services() for each in load(service).values()]


def _replaced(old: str, new: str) -> str:
    assert old in RECIPE
    return RECIPE.replace(old, new)


#: AWS's documentation, and responses of AWS that the tests of another project recorded.
_SOURCES = ("https://docs.aws.amazon.com/", "https://github.com/localstack/localstack/blob/")


class TestReader:
    def test_everything_has_its_place(self, tmp_path: Path) -> None:
        recipe = recipe_of(
            tmp_path,
            RECIPE
            + """
filter = { Prefix = "{run}" }
exceptions = { key-cursor = "https://shop.example.com/tokens" }
order = { by = "Name", source = "https://shop.example.com/order", descending = true }
sort = { parameter = "Sort", default = "UP", source = "https://shop.example.com/sort", keys = [{ value = "UP", by = "Name" }] }
paging = { input = "Token", output = "Token", items = "Things", limit = "Limit" }
minimum_items = 2
maximum_items = 9
""",
        )
        assert (recipe.id, recipe.identity, recipe.made) == ("shop:ListThings", "Name", "{name}")
        assert [each.call for each in (*recipe.once, *recipe.each, *recipe.undo, *recipe.undo_once)] == [
            "CreateShelf",
            "CreateThing",
            "DeleteThing",
            "DeleteShelf",
        ]
        assert recipe.exceptions == {"key-cursor": "https://shop.example.com/tokens"}
        assert recipe.order is not None
        assert recipe.order.descending
        assert recipe.sort is not None
        assert recipe.sort.default_key.by == "Name"
        assert recipe.sort_source == "https://shop.example.com/sort"
        assert recipe.paging["items"] == "Things"
        assert (recipe.minimum_items, recipe.maximum_items) == (2, 9)
        hash(recipe)  # contracts are kept in caches

    def test_the_service_is_the_files_name_unless_it_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "library.toml"
        path.write_text(_replaced('service = "shop"', ""), encoding="utf-8")
        assert read(path)[0].service == "library"

    def test_exceptions_may_be_a_list_of_names(self, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path, RECIPE + 'exceptions = ["unordered", "limit-clamped"]\n')
        assert dict(recipe.exceptions) == {"unordered": "", "limit-clamped": ""}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (_replaced("identity", "identiy"), "[ListThings]: unknown name 'identiy'; did you mean identity?"),
            (_replaced('identity = "Name"\n', ""), "[ListThings]: identity is missing"),
            (_replaced('identity = "Name"', "identity = 5"), "[ListThings]: identity must be text"),
            (_replaced("undo_once", "undo_onse"), "unknown name 'undo_onse'; did you mean undo_once?"),
            (_replaced('call = "CreateShelf", with', 'call = "CreateShelf", wiht'), "[ListThings] once: unknown name 'wiht'; did you mean with?"),
            (_replaced('call = "CreateShelf", ', ""), "[ListThings] once: call is missing"),
            (_replaced('Name = "{name}"', 'Name = "{nam}"'), "[ListThings] each CreateThing: unknown placeholder 'nam'; did you mean name?"),
            (_replaced('Name = "{run}"', 'Name = "{name}"'), "[ListThings] once CreateShelf: {name} belongs to one item"),
            (_replaced('"{each.0:Thing.Id}"', '"{each.1:Thing.Id}"'), "[ListThings] undo: {each.1:Thing.Id} refers to a call that has not been made by then"),
            (_replaced('"{each.0:Thing.Id}"', '"{each}"'), "[ListThings] undo: {each} must be {each.NUMBER:PATH}"),
            (RECIPE + 'exceptions = ["limit-clampt"]', "[ListThings] exceptions: unknown exception 'limit-clampt'; did you mean limit-clamped?"),
            (RECIPE + 'filter = { Id = "{each.0:Thing.Id}" }', "[ListThings] filter: {each.0:Thing.Id} belongs to one item"),
            (RECIPE + 'order = { by = "Name" }', "[ListThings] order: source is missing"),
            (RECIPE + 'order = { by = "Name", source = "", type = "txt" }', "[ListThings] order: unknown type 'txt'; did you mean text?"),
            (RECIPE + 'sort = { parameter = "S", default = "U", source = "", keys = [{ value = "UP", by = "N" }] }', "[ListThings] sort: unknown default 'U'"),
            (RECIPE + "minimum_limit = true", "[ListThings]: minimum_limit must be a whole number"),
            (RECIPE + 'paging = { input = "Token" }', "[ListThings] paging: output is missing"),
            (RECIPE + "[ListThings", "is not TOML"),
            ('service = "shop"\nListThings = 5\n', "[ListThings]: must be a table"),
            ('service = "shop"\n[ListThings]\nidentity = "@"\nonce = ["CreateShelf"]\n', "[ListThings] once: must be a table"),
            ('service = 5\n', "service must be a string"),
        ],
        ids=lambda text: text[-48:] if " " in text else text,
    )  # fmt: skip
    def test_every_error_is_one_line_that_says_where(self, tmp_path: Path, text: str, message: str) -> None:
        with pytest.raises(UsageError) as error:
            recipe_of(tmp_path, text)
        assert message in str(error.value)
        assert str(tmp_path / "shop.toml") in str(error.value)
        assert "\n" not in str(error.value)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="No such file"):
            read(tmp_path / "none.toml")

    def test_a_service_without_recipes(self) -> None:
        assert load("frauddetector") == {}


@pytest.mark.parametrize("service", services())
class TestOurs:
    def test_deletions_name_what_was_made(self, service: str) -> None:
        """No call that deletes or changes something could mean anything that the run did not create."""
        for recipe in load(service).values():
            for call in (*recipe.undo, *recipe.undo_once):
                named = [*references(call.parameters), *references(call.only_if)]
                assert any(each.startswith(_OWN) for each in named), (recipe.id, call)

    def test_everything_that_is_created_is_named_and_deleted(self, service: str) -> None:
        for recipe in load(service).values():
            creating = [each for each in (*recipe.once, *recipe.each) if each.call.startswith("Create")]
            named = [each for each in creating if any(name.startswith(_OWN) for name in references(each.parameters))]
            assert [each.call for each in creating if each not in named] == _NAMELESS.get(recipe.id, []), recipe.id
            assert not creating or recipe.undo or recipe.undo_once, recipe.id

    def test_sources_are_addresses_of_the_documentation(self, service: str) -> None:
        for recipe in load(service).values():
            sources = [*recipe.exceptions.values(), recipe.sort_source, recipe.order and recipe.order.source]
            assert all(each is None or each.startswith(_SOURCES) for each in sources), recipe.id

    def test_what_a_killed_run_leaves_behind_can_be_found(self, service: str) -> None:
        """By a way to find it, or because a listing shows the names; what shows no names is listed here."""
        for recipe in load(service).values():
            own_names = parse_name(str(_rendered(recipe))) is not None and not any(references(recipe.request))
            assert (bool(recipe.find) or own_names) != (recipe.id in _NOT_FOUND_AGAIN), recipe.id

    def test_calls_are_in_the_model(self, service: str, models: dict[str, ServiceModel]) -> None:
        for recipe in load(service).values():
            for name, operation, parameters in _calls(recipe):
                if name not in models:
                    models[name] = ServiceModel(_LOADER.load_service_model(name, "service-2"), name)
                shape = models[name].operation_model(operation).input_shape
                members = set(shape.members if shape else ()) | {"fromTime"}  # for "from", which Python has for itself
                assert set(parameters) <= members, (recipe.id, operation)


#: How references begin that stand for something that the run has created.
_OWN = ("run", "name", "once", "each")
_LOADER = Loader()

#: Creations of what has no name; it is known by the identifier that its response has.
_NAMELESS = {
    "iot:ListCertificates": ["CreateKeysAndCertificate"],
    "organizations:ListOrganizationalUnitsForParent": ["CreateOrganization"],
    "organizations:ListPolicies": ["CreateOrganization"],
}
#: Their listings show neither names nor tags, so that a killed run's items stay.
_NOT_FOUND_AGAIN = {
    "guardduty:ListDetectors",
    "iot:ListCertificates",
    "sso-admin:ListPermissionSets",
    "transfer:ListServers",
}


def _rendered(recipe: Recipe) -> Any:
    if recipe.made.startswith("{each"):
        return ""
    return render(recipe.made, Scope("awscontract-6b49d200-abcd", "us-east-1", 7, 2, "awscontract-6b49d200-abcd-05"))


def _calls(recipe: Recipe) -> Iterator[tuple[str, str, Any]]:
    """Every call of a recipe, with its service."""
    calls: list[RecipeCall] = [*recipe.once, *recipe.each, *recipe.undo, *recipe.undo_once]
    for call in calls:
        yield call.service or recipe.service, call.call, call.parameters
        if call.wait:
            yield call.wait.service or recipe.service, call.wait.call, call.wait.parameters
    for finder in recipe.find:
        yield finder.service or recipe.service, finder.call, finder.parameters
    yield recipe.service, recipe.operation, {**recipe.request, **recipe.filter}


@pytest.fixture(scope="module")
def models() -> dict[str, ServiceModel]:
    return {}


def test_names_of_exceptions_have_meanings() -> None:
    """As the documentation has them."""
    assert {name for each in _RECIPES for name in each.exceptions} <= set(recipes.EXCEPTIONS)
    assert all(recipes.EXCEPTIONS.values())


@pytest.mark.parametrize(
    "recipe",
    [each for each in _RECIPES if "Filters" in each.filter and each.service == "ec2"],
    ids=lambda each: each.id,
)
def test_filters_of_ec2_are_documented(recipe: Recipe) -> None:
    """Every name stands in the operation's documentation: a filter that EC2 does not have proves nothing."""
    shape = modelled(recipe.service, recipe.operation).input_shape
    documentation = shape.members["Filters"].documentation
    for each in recipe.filter["Filters"]:
        name = each["Name"].partition(":")[0]
        assert f"<code>{name}</code>" in documentation or f"<code>{name}:" in documentation, each
