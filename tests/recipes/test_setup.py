"""Creating what a recipe describes and deleting it again, whatever goes wrong in between."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from botocore.session import Session

from awscontract.conformance.driver.recipes import SetupFailed, new_run
from awscontract.conformance.driver.recipes.calls import Calls
from awscontract.conformance.driver.recipes.values import Scope, item_name, parse_name, render
from awscontract.conformance.driver.session import Forbidden, TookTooLong, TooLarge, guarded
from awscontract.errors import UsageError
from awscontract.spec.recipe import load

from recipe_kit import RECIPE, Shop, client_error, recipe_of, set_up


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestCreate:
    def test_parameters_and_identities_of_what_was_made(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        made = setup.create()
        assert made.parameters == {"Shelf": "shelf-1"}
        assert list(made.identities) == [name for _, name in shop.things.values()]
        assert len(set(made.identities)) == setup.created == setup.items == 4
        assert all(each.startswith(f"{setup.run}-") for each in made.identities)

    def test_names_say_when_the_run_started_and_fit_into_32_characters(self) -> None:
        run = new_run(1_800_000_000)
        assert re.fullmatch(r"awscontract-6b49d200-[0-9a-f]{4}", run)
        names = [item_name(run, index, 104) for index in range(104)]
        assert len(set(names)) == 104
        assert max(map(len, names)) <= 32
        assert all((found := parse_name(each)) and (found.run, found.item) == (run, each) for each in names)

    def test_names_do_not_sort_in_the_order_of_creation(self) -> None:
        for items in range(3, 30):
            names = [item_name("awscontract-6b49d200-abcd", index, items) for index in range(items)]
            assert len(set(names)) == items
            assert names not in (sorted(names), sorted(names, reverse=True))

    def test_a_recipe_bounds_the_number_of_items(self, shop: Shop, tmp_path: Path) -> None:
        least = recipe_of(tmp_path, RECIPE + "minimum_limit = 20\n")
        most = recipe_of(tmp_path, RECIPE + "maximum_items = 4\n")
        assert [set_up(shop, least, items).items for items in (1, 7, 30)] == [22, 22, 30]
        assert [set_up(shop, most, items).items for items in (1, 7, 30)] == [1, 4, 4]

    def test_the_call_that_failed_is_named(self, shop: Shop, tmp_path: Path) -> None:
        shop.failures["CreateThing", 2] = client_error("LimitExceeded", message="at most two\nthings")
        setup = set_up(shop, recipe_of(tmp_path))
        with pytest.raises(SetupFailed) as failed:
            setup.create()
        assert (failed.value.call, failed.value.code, failed.value.kind) == ("CreateThing", "LimitExceeded", "refused")
        assert str(failed.value) == r"CreateThing: LimitExceeded: at most two\nthings"
        assert setup.created == 2
        assert setup.remove() == ()
        assert not shop.things
        assert not shop.shelves

    @pytest.mark.parametrize(
        ("error", "kind", "code"),
        [
            (NotImplementedError("The create_thing action has not been implemented"), "not-implemented", "NotImplementedError"),
            (client_error("InvalidAction"), "not-implemented", "InvalidAction"),
            (client_error("UnknownOperationException"), "not-implemented", "UnknownOperationException"),
            (client_error("InternalFailure", 501), "not-implemented", "InternalFailure"),
            (client_error("InternalFailure", 500, "CreateThing is not yet implemented"), "not-implemented", "InternalFailure"),
            (client_error("404", 404, "<html>"), "not-implemented", "HTTP 404"),
            (client_error("AccessDenied", 403), "refused", "AccessDenied"),
            (client_error("500", 500, "<html>"), "indeterminate", "HTTP 500 without an error code"),
            (client_error("InternalFailure", 500), "indeterminate", "InternalFailure"),
            (client_error("429", 429, "<html>"), "indeterminate", "HTTP 429"),
            (client_error("Throttling"), "indeterminate", "Throttling"),
            (ResponseParserError("invalid XML received: b'<html>'"), "indeterminate", "a malformed response"),
            (NoCredentialsError(), "refused", "NoCredentialsError"),
            (KeyError("name"), "indeterminate", "KeyError"),
            (TookTooLong("no complete response within 1 s"), "unreachable", "TookTooLong"),
            (TooLarge("the response has more than 16 MiB"), "indeterminate", "TooLarge"),
            (Forbidden("blocked a request to sts.amazonaws.com"), "refused", "Forbidden"),
            (EndpointConnectionError(endpoint_url="http://shop"), "unreachable", "EndpointConnectionError"),
            (ReadTimeoutError(endpoint_url="http://shop"), "unreachable", "ReadTimeoutError"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )  # fmt: skip
    def test_failures_are_told_apart(self, shop: Shop, tmp_path: Path, error: Exception, kind: str, code: str) -> None:
        shop.always["CreateThing"] = error
        with pytest.raises(SetupFailed) as failed:
            set_up(shop, recipe_of(tmp_path)).create()
        assert (failed.value.kind, failed.value.code) == (kind, code)

    @pytest.mark.parametrize(
        ("error", "goes_on"),
        [
            (client_error("InvalidAction"), True),
            (client_error("404", 404, "<html>"), True),
            (client_error("500", 500, "<html>"), True),
            (client_error("ShelfNotFound"), True),
            (ResponseParserError("invalid XML received: b'<html>'"), True),
            (client_error("AccessDenied", 403), False),
            (client_error("LimitExceeded"), False),
            (EndpointConnectionError(endpoint_url="http://shop"), False),
        ],
        ids=lambda value: "",
    )
    def test_what_the_target_lacks_is_made_up(
        self, shop: Shop, tmp_path: Path, error: Exception, goes_on: bool
    ) -> None:
        """Where the recipe has something to go on with. Nothing is deleted then that was never created."""
        text = RECIPE.replace('Name = "{run}" } }', 'Name = "{run}" }, stand_in = { Shelf = { Id = "any" } } }', 1)
        text = text.replace('"{once.0:Shelf.Id}" } }]', '"{once.0:Shelf.Id}" }, only_if = "{once.0:Shelf.Name}" }]')
        shop.always["CreateShelf"] = error
        setup = set_up(shop, recipe_of(tmp_path, text))
        if goes_on:
            assert setup.create().parameters == {"Shelf": "any"}
            assert setup.remove() == ()
            assert "DeleteShelf" not in shop.calls
        else:
            with pytest.raises(SetupFailed):
                setup.create()

    def test_nobody_knows_what_identifies_an_item(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path, RECIPE.replace('identity = "Name"', 'identity = "Name"\nmade = ""'))
        assert set_up(shop, recipe).create().identities == ()

    def test_throttling_is_waited_for(self, shop: Shop, tmp_path: Path) -> None:
        for number in range(3):
            shop.failures["CreateThing", number] = client_error("ThrottlingException")
        slept: list[float] = []
        set_up(shop, recipe_of(tmp_path), sleep=slept.append).create()
        assert len(slept) == 3
        assert slept == sorted(set(slept))

    def test_endless_throttling_ends(self, shop: Shop, tmp_path: Path) -> None:
        shop.always["CreateShelf"] = client_error("Throttling")
        with pytest.raises(SetupFailed, match="CreateShelf: Throttling"):
            set_up(shop, recipe_of(tmp_path)).create()
        assert len(shop.calls) == 8

    def test_a_server_error_is_sent_once_more(self, shop: Shop, tmp_path: Path) -> None:
        shop.failures["CreateThing", 1] = client_error("InternalFailure", 500)
        setup = set_up(shop, recipe_of(tmp_path))
        assert len(setup.create().identities) == setup.created == 4

    def test_a_server_error_that_did_its_work_is_what_failed(self, shop: Shop, tmp_path: Path) -> None:
        shop.failures["CreateThing", 1] = client_error("InternalFailure", 500, "it broke")
        shop.failures["CreateThing", 2] = client_error("AlreadyExists", 409)
        with pytest.raises(SetupFailed, match="CreateThing: InternalFailure: it broke") as failed:
            set_up(shop, recipe_of(tmp_path)).create()
        assert not failed.value.certain

    def test_a_server_error_is_named_and_its_page_is_not_repeated(self, shop: Shop, tmp_path: Path) -> None:
        shop.always["CreateThing"] = ResponseParserError("invalid XML received: b'<html>...'")
        with pytest.raises(SetupFailed) as failed:
            set_up(shop, recipe_of(tmp_path)).create()
        assert failed.value.what == "got a response that cannot be read"
        assert str(failed.value) == "CreateThing: a malformed response"

    def test_a_time_for_everything(self, shop: Shop, tmp_path: Path) -> None:
        clock = count()
        setup = set_up(shop, recipe_of(tmp_path), total=7, clock=clock.__next__)
        with pytest.raises(SetupFailed, match="not sent: 7 s were over; raise --timeout"):
            setup.create()
        assert 0 < setup.created < 4
        assert setup.remove() == () and not shop.things  # that has a time of its own

    def test_throttling_is_the_reason_where_time_is_over(self, shop: Shop, tmp_path: Path) -> None:
        shop.always["CreateThing"] = client_error("Throttling")
        setup = set_up(shop, recipe_of(tmp_path), total=7, clock=count().__next__)
        with pytest.raises(SetupFailed) as failed:
            setup.create()
        assert failed.value.what == "was throttled until the run gave up"

    def test_errors_of_something_not_ready_are_retried_for_a_while(self, shop: Shop, tmp_path: Path) -> None:
        text = RECIPE.replace('Name = "{name}" } }', 'Name = "{name}" }, retry = ["NotReady"] }')
        shop.failures["CreateThing", 0] = shop.failures["CreateThing", 1] = client_error("NotReady")
        set_up(shop, recipe_of(tmp_path, text)).create()
        shop.always["CreateThing"] = client_error("NotReady")
        with pytest.raises(SetupFailed, match="NotReady"):
            set_up(shop, recipe_of(tmp_path, text), clock=iter(range(1000)).__next__).create()

    def test_a_wrong_recipe_is_a_usage_error(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path, RECIPE.replace("CreateThing", "CreatThing"))
        with pytest.raises(
            UsageError, match=r"recipe shop:ListThings: unknown operation 'CreatThing'; did you mean CreateThing\?"
        ):
            set_up(shop, recipe).create()

    def test_a_response_without_what_the_recipe_needs(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path, RECIPE.replace("{once.0:Shelf.Id}", "{once.0:Shelf.Arn}"))
        with pytest.raises(SetupFailed, match=re.escape("no earlier response has once.0:Shelf.Arn")):
            set_up(shop, recipe).create()


WAITING = RECIPE.replace(
    'Name = "{name}" } }',
    'Name = "{name}" }, wait = { call = "DescribeThing", with = { Id = "{each.0:Thing.Id}" },'
    ' path = "Thing.Status", until = "READY", failed = "BROKEN" } }',
)


class TestWait:
    def test_until_the_status_is_there(self, shop: Shop, tmp_path: Path) -> None:
        slept: list[float] = []
        set_up(shop, recipe_of(tmp_path, WAITING), 2, poll=0.25, sleep=slept.append).create()
        assert slept == [0.25, 0.25]
        assert shop.calls[1:3] == ["CreateThing", "CreateThing"], "all are created before the first is waited for"

    def test_not_for_ever(self, shop: Shop, tmp_path: Path) -> None:
        with pytest.raises(SetupFailed, match=re.escape("Thing.Status is still MAKING after 1 s")):
            set_up(shop, recipe_of(tmp_path, WAITING), timeout=1, clock=iter(range(1000)).__next__).create()

    def test_a_status_that_nobody_shows_is_not_waited_for(self, shop: Shop, tmp_path: Path) -> None:
        """It is optional in many services: five seconds for the first item, and none for the others."""
        recipe = recipe_of(tmp_path, WAITING.replace("Thing.Status", "Thing.State"))
        ticks = count()
        set_up(shop, recipe, clock=lambda: float(next(ticks))).create()
        assert shop.calls.count("DescribeThing") < 5 + 4

    def test_a_failed_status_ends_it(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path, WAITING.replace("BROKEN", "MAKING"))
        with pytest.raises(SetupFailed, match="DescribeThing: MAKING"):
            set_up(shop, recipe).create()

    def test_gone_is_a_status(self, shop: Shop, tmp_path: Path) -> None:
        text = RECIPE.replace(
            '"{each.0:Thing.Id}" } }',
            '"{each.0:Thing.Id}" }, wait = { call = "DescribeThing", with = { Id = "{each.0:Thing.Id}" },'
            ' path = "Thing.Status", until = "gone" } }',
        )
        setup = set_up(shop, recipe_of(tmp_path, text))
        setup.create()
        assert setup.remove() == ()
        assert shop.calls.count("DescribeThing") == 4


class TestRemove:
    def test_in_reverse_order_and_the_shelf_last(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        setup.create()
        deleted: list[str] = []
        shop.after = lambda operation: deleted.append(f"{operation} {len(shop.things)}")
        assert setup.remove() == ()
        assert deleted == ["DeleteThing 3", "DeleteThing 2", "DeleteThing 1", "DeleteThing 0", "DeleteShelf 0"]
        assert setup.remove() == (), "nothing is deleted twice"
        assert len(deleted) == 5

    def test_nothing_before_anything_was_created(self, shop: Shop, tmp_path: Path) -> None:
        assert set_up(shop, recipe_of(tmp_path)).remove() == ()
        assert not shop.calls

    def test_nothing_that_was_refused(self, shop: Shop, tmp_path: Path) -> None:
        """What a service refused to create is not there, so that its deletion would say nothing."""
        shop.failures["CreateThing", 1] = client_error("LimitExceeded")
        setup = set_up(shop, recipe_of(tmp_path))
        with pytest.raises(SetupFailed):
            setup.create()
        assert setup.remove() == ()
        assert shop.calls[3:] == ["DeleteThing", "DeleteShelf"]
        shop.always["CreateShelf"] = client_error("LimitExceeded")
        setup = set_up(shop, recipe_of(tmp_path))
        with pytest.raises(SetupFailed):
            setup.create()
        assert setup.remove() == ()
        assert shop.calls[5:] == ["CreateShelf"]

    @pytest.mark.parametrize("number", range(4))
    def test_after_an_interruption_while_creating(self, shop: Shop, tmp_path: Path, number: int) -> None:
        """Ctrl-C between the creation and its response: the thing is there, and nobody knows its id."""
        setup = set_up(shop, recipe_of(tmp_path))

        def interrupt(operation: str) -> None:
            if shop.calls.count("CreateThing") == number + 1:
                shop.after = lambda operation: None
                raise KeyboardInterrupt

        shop.after = interrupt
        with pytest.raises(KeyboardInterrupt):
            setup.create()
        left = setup.remove()
        assert len(shop.things) == 1, "only the one whose id never came"
        (name,) = [name for _, name in shop.things.values()]
        assert left == (
            f"{name}: may exist: no response to its creation names it",
            f"{setup.run}: DeleteShelf DeleteConflict",
        )

    def test_a_stop_is_an_interruption(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path), stopped=lambda: shop.calls.count("CreateThing") == 2)
        with pytest.raises(KeyboardInterrupt):
            setup.create()
        assert setup.remove() == ()
        assert not shop.things
        assert not shop.shelves

    def test_an_interruption_while_deleting_waits_for_the_end(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        setup.create()
        shop.failures["DeleteThing", 1] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            setup.remove()
        assert setup.left == ()
        assert (setup.created, setup.deleted) == (4, 4)
        assert not shop.things
        assert not shop.shelves

    def test_a_second_interruption_stops_it_and_says_what_is_left(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        made = setup.create()
        shop.failures["DeleteThing", 1] = shop.failures["DeleteThing", 3] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            setup.remove()
        names = [each.split(":")[0] for each in setup.left]
        assert names == [*reversed(made.identities[:2]), setup.run]
        assert [name for _, name in shop.things.values()] == list(made.identities[:2])

    def test_what_cannot_be_deleted_is_left_with_its_name_and_the_rest_is_not(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        made = setup.create()
        for number in (1, 4, 5):  # the second of four, and it again in both later rounds
            shop.failures["DeleteThing", number] = client_error("AccessDenied", 403)
        assert setup.remove() == (
            f"{made.identities[2]}: DeleteThing AccessDenied",
            f"{setup.run}: DeleteShelf DeleteConflict",
        )
        assert [name for _, name in shop.things.values()] == [made.identities[2]]
        assert (setup.created, setup.deleted) == (4, 3)

    def test_what_fails_once_is_tried_again(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        setup.create()
        shop.failures["DeleteThing", 1] = client_error("ResourceInUse")
        assert setup.remove() == ()
        assert not shop.shelves

    def test_what_is_gone_is_deleted(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        setup.create()
        shop.things.clear()
        assert setup.remove() == ()
        assert len([each for each in shop.calls if each == "DeleteThing"]) == 4

    def test_deletions_that_are_not_implemented_are_not_tried_again(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path))
        setup.create()
        shop.always["DeleteThing"] = NotImplementedError()
        assert [each.split(": ")[1] for each in setup.remove()] == ["DeleteThing NotImplementedError"] * 4 + [
            "DeleteShelf DeleteConflict"
        ]
        assert shop.calls.count("DeleteThing") == 4

    def test_a_target_that_is_gone_is_not_asked_for_everything(self, shop: Shop, tmp_path: Path) -> None:
        setup = set_up(shop, recipe_of(tmp_path), 20)
        setup.create()
        shop.always = dict.fromkeys(("DeleteThing", "DeleteShelf"), EndpointConnectionError(endpoint_url="http://shop"))
        assert len(setup.remove()) == 21
        assert shop.calls.count("DeleteThing") == 2

    def test_only_what_the_run_created_itself(self, shop: Shop, tmp_path: Path) -> None:
        """The creation is ignored where the thing is there already, and then its deletion is left out."""
        text = RECIPE.replace(
            '{ Name = "{run}" } }]',
            '{ Name = "{run}" } }, { call = "CreateShelf", with = { Name = "shared" }, ignore = ["Exists"] }]',
        )
        text = text.replace(
            'undo_once = [', 'undo_once = [{ call = "DeleteShelf", with = { Id = "shelf-9" }, only_if = "{once.1:Shelf.Id}" }, '
        )  # fmt: skip
        shop.failures["CreateShelf", 1] = client_error("Exists")
        shop.shelves["shelf-9"] = "shared"
        setup = set_up(shop, recipe_of(tmp_path, text), 1)
        setup.create()
        assert setup.remove() == ()
        assert shop.shelves == {"shelf-9": "shared"}


class TestValues:
    SCOPE = Scope("awscontract-6b49d200-abcd", "eu-central-1", 7, 2, "awscontract-6b49d200-abcd-05")

    @pytest.mark.parametrize(
        ("template", "value"),
        [
            ("{run}/{name}", "awscontract-6b49d200-abcd/awscontract-6b49d200-abcd-05"),
            ("{name_word}", "awscontract6b49d200abcd05"),
            ("{index}", 2),
            ("shard-{index:03}-{number}", "shard-002-3"),
            ("{items}", 7),
            ("{zone}", "eu-central-1a"),
            ('{"a": {"b": "{run_word}"}}', '{"a": {"b": "awscontract6b49d200abcd"}}'),
            ({"Tags": {"{name}": ["{index}", 1, True]}}, {"Tags": {"awscontract-6b49d200-abcd-05": [2, 1, True]}}),
            ({"Where": {"Location": "{location}"}}, {"Where": {"Location": "eu-central-1"}}),
        ],
        ids=str,
    )  # fmt: skip
    def test_templates(self, template: Any, value: Any) -> None:
        assert render(template, self.SCOPE) == value

    def test_what_follows_the_last_slash(self) -> None:
        scope = Scope("awscontract-6b49d200-abcd", "us-east-1", 1, once=[{"Zone": {"Id": "/hostedzone/Z1"}}])
        assert render("{once.0:Zone.Id}", scope) == "/hostedzone/Z1"
        assert render("{once.0:Zone.Id:basename}", scope) == "Z1"

    def test_what_has_no_value_is_left_out_with_what_held_it(self) -> None:
        scope = Scope("awscontract-6b49d200-abcd", "us-east-1", 1)
        assert render({"Bucket": "b", "Where": {"Location": "{location}"}, "Empty": {}}, scope) == {
            "Bucket": "b",
            "Empty": {},
        }

    @pytest.mark.parametrize("placeholder", ["policy", "trust"])
    def test_policies_are_json(self, placeholder: str) -> None:
        assert json.loads(render(f"{{{placeholder}}}", self.SCOPE))["Version"] == "2012-10-17"

    def test_a_zip_file_with_a_handler(self) -> None:
        with zipfile.ZipFile(io.BytesIO(render("{zip}", self.SCOPE))) as archive:
            assert archive.namelist() == ["index.py"]

    @pytest.mark.parametrize(("placeholder", "of"), [("now", lambda value: value), ("milliseconds", lambda value: datetime.fromtimestamp(value / 1000, UTC))])  # fmt: skip
    def test_the_present_time(self, placeholder: str, of: Callable[[Any], datetime]) -> None:
        assert of(render(f"{{{placeholder}}}", self.SCOPE)).year >= 2025


class _Raw(io.BytesIO):
    """The body of a response as urllib3 has it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _Answering:
    """An HTTP server's answer to every request of a botocore client."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._answer, self._headers = (status, body), headers or {}

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        status, body = self._answer
        return AWSResponse(request.url, status, HeadersDict(self._headers), _Raw(body))


@pytest.mark.parametrize(
    ("service", "status", "body", "kind", "said"),
    [
        ("guardduty", 400, b'{"error": "Unsupported service: guardduty"}', "not-implemented", 'HTTP 400: {"error": "Unsupported service: guardduty"}'),
        ("redshift", 400, b'{"error": "Unsupported service: redshift"}', "not-implemented", 'HTTP 400: {"error": "Unsupported service: redshift"}'),
        ("guardduty", 400, b'{"error": "no"}', "refused", 'HTTP 400 without an error code: {"error": "no"}'),
        ("guardduty", 400, b"<html>no</html>", "refused", "HTTP 400 without an error code"),
    ],
)  # fmt: skip
def test_a_body_without_an_error_is_shown(service: str, status: int, body: bytes, kind: str, said: str) -> None:
    """Emulators say in forms of their own that they lack a service, and why they refuse a call."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = Session().create_client(service, "us-east-1", endpoint_url="http://127.0.0.1:1", **keys)
    client._endpoint.http_session.send = _Answering(status, body)
    [recipe] = [each for each in load(service).values() if each.operation in ("ListDetectors", "DescribeClusters")]
    operation = {"guardduty": "ListDetectors", "redshift": "DescribeClusters"}[service]
    with guarded(client), pytest.raises(SetupFailed) as failed:
        Calls(recipe, lambda name: client, sleep=lambda seconds: None).send(None, operation, {})
    assert (failed.value.kind, failed.value.said) == (kind, said)


def test_the_code_of_an_error_may_stand_in_a_header() -> None:
    """The protocol allows that in AWS JSON too, where botocore does not look for it."""
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = Session().create_client("organizations", "us-east-1", endpoint_url="http://127.0.0.1:1", **keys)
    headers = {"x-amzn-ErrorType": "AlreadyInOrganizationException:http://internal.amazon.com/coral/"}
    client._endpoint.http_session.send = _Answering(400, b'{"message": "no"}', headers)
    calls = Calls(load("organizations")["ListPolicies"], lambda name: client, sleep=lambda seconds: None)
    with guarded(client), pytest.raises(SetupFailed) as failed:
        calls.send(None, "CreateOrganization", {"FeatureSet": "ALL"})
    assert failed.value.code == "AlreadyInOrganizationException"
