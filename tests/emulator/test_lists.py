"""Lists over every protocol, through real botocore clients: what is drawn, how it is paged, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from awscontract.emulator import Behaviour, Emulator, Stages, attach
from awscontract.emulator.lists.texts import text
from awscontract.emulator.served import served
from awscontract.emulator.variants import variants_for
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load
from awscontract.spec.patterns import fits

SESSION = botocore.session.get_session()

#: One operation and more of every protocol, with every kind of token.
OPERATIONS = (
    "iam:ListUsers", "ec2:DescribeVpcs", "kms:ListKeys", "glue:GetTables", "dynamodb:ListTables", "lambda:ListFunctions",
    "s3:ListObjectsV2", "route53:ListHostedZones", "sqs:ListQueues",
)  # fmt: skip
ODD = {
    "several tokens": "s3:ListObjectVersions",
    "three tokens": "route53:ListResourceRecordSets",
    "a map": "dynamodb:Scan",
    "a number": "s3:ListParts",
    "the last item's key": "s3:ListObjects",
    "the last item's key alone": "kinesis:DescribeStream",
    "the last item itself": "firehose:ListDeliveryStreams",
    "a limit of at least five": "ec2:DescribeSubnets",
    "nested lists": "cloudfront:ListDistributions",
}


@cache
def client_of(service: str) -> Any:
    """One client for each service; it is attached to one emulator after the other."""
    return SESSION.create_client(
        service,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(s3={"addressing_style": "path"}, parameter_validation=False, retries={"total_max_attempts": 1}),
    )


@contextmanager
def paginated(name: str | Contract, behaviour: Behaviour = Behaviour(), stages: Stages = Stages()) -> Iterator[Any]:  # noqa: B008
    """A function that calls the operation through a real client; `.contract` is its contract."""
    contract = load(name) if isinstance(name, str) else name
    emulator = Emulator(contract, behaviour, stages, lambda: 1_700_000_000.0)
    client = client_of(contract.service)
    method = getattr(client, xform_name(contract.operation))
    with attach(client, emulator):

        def call(**parameters: Any) -> Any:
            return method(**{**emulator.parameters[contract.id], **parameters})

        call.contract, call.client = contract, client  # type: ignore[attr-defined]
        yield call


def walk(call: Any, limit: int | None, most: int = 60) -> list[list[Any]]:
    """The pages, followed as botocore's own paginator follows them."""
    contract: Contract = call.contract
    listing = contract.listing
    assert listing is not None
    import jmespath

    parameters: dict[str, Any] = (
        {}
        if limit is None or listing.limit is None
        else {listing.limit: str(limit) if listing.limit_is_text else limit}
    )
    pages: list[Any] = []
    while len(pages) < most:
        said = call(**parameters)
        pages.append(jmespath.search(listing.main, said) or [])
        tokens = {each.input: jmespath.search(each.output, said) for each in listing.tokens}
        if not (jmespath.search(listing.more, said) if listing.more else any(tokens.values())):
            return pages
        parameters |= {name: token for name, token in tokens.items() if token}
    raise AssertionError(f"{contract.id} does not end")


def flat(pages: list[list[Any]]) -> list[str]:
    return [json.dumps(each, default=str, sort_keys=True) for page in pages for each in page]


class TestPaging:
    @pytest.mark.parametrize("name", [*OPERATIONS, *ODD.values()])
    def test_every_page_size_lists_everything_once(self, name: str) -> None:
        """In one order, never more than the limit on a page."""
        with paginated(name) as call:
            least = served(call.contract).limit_minimum
            whole = flat(walk(call, None))
            assert len(whole) == len(set(whole)) >= 7
            for limit in (least, least + 1, len(whole) - 1, len(whole)):
                pages = walk(call, limit)
                assert flat(pages) == whole
                assert all(len(each) <= limit for each in pages)

    @pytest.mark.parametrize("name", OPERATIONS)
    def test_an_unissued_token_is_refused_with_a_declared_error(self, name: str) -> None:
        """As the operation declares it, else as any invalid value."""
        with paginated(name) as call, pytest.raises(ClientError) as caught:
            call(**{call.contract.listing.token.input: "A" * 24})
        code = caught.value.response["Error"]["Code"]
        errors = call.contract.errors
        assert code in (errors.token or (served(call.contract).invalid_code,))
        assert 400 <= caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500

    @pytest.mark.parametrize("name", ["kms:ListKeys", "iam:ListUsers", "lambda:ListFunctions", "ec2:DescribeVpcs"])
    def test_limits_out_of_bounds_are_refused(self, name: str) -> None:
        """Below, above, and text; the largest is accepted."""
        with paginated(name) as call:
            limit, most = call.contract.listing.limit, served(call.contract).limit_maximum
            assert most is not None
            for wrong in (0, -1, most + 1, "many"):
                with pytest.raises(ClientError):
                    call(**{limit: wrong})
            assert call(**{limit: most})

    def test_a_token_belongs_to_its_parameters(self) -> None:
        """Other filters with a token are refused; another limit is not."""
        with paginated("iam:ListUsers") as call:
            marker = call(MaxItems=2)["Marker"]
            assert len(call(MaxItems=3, Marker=marker)["Users"]) == 3
            with pytest.raises(ClientError, match="ValidationError"):
                call(MaxItems=2, Marker=marker, PathPrefix="/other/")

    def test_tokens_of_several_parts_belong_together(self) -> None:
        """One of another page is refused."""
        with paginated("s3:ListObjectVersions") as call:
            one = call(MaxKeys=2)
            two = call(MaxKeys=3)
            with pytest.raises(ClientError):
                call(KeyMarker=one["NextKeyMarker"], VersionIdMarker=two["NextVersionIdMarker"])

    def test_deterministic(self) -> None:
        """The same request, the same bytes."""
        bodies = set()
        for _ in range(2):
            with paginated("glue:GetTables") as call:
                said = call(MaxResults=2)
                said.pop("ResponseMetadata")
                bodies.add(json.dumps(said, default=str))
        assert len(bodies) == 1


class TestItems:
    @pytest.mark.parametrize("name", [*OPERATIONS, *ODD.values(), "logs:FilterLogEvents", "apigateway:GetResources"])
    def test_items_satisfy_their_model(self, name: str) -> None:
        """Bounds, patterns, enumerations and required members."""
        contract = load(name)
        found = served(contract)
        for each in found.items(Behaviour()):
            value = each.value[1] if found.list_shape.type_name == "map" else each.value
            assert list(wrong(found.item, value)) == []

    def test_as_many_as_wanted(self) -> None:
        """None, one, many, and more than the smallest page holds."""
        for count in (0, 1, 300):
            with paginated("kms:ListKeys", Behaviour(items=count)) as call:
                assert len(flat(walk(call, 100))) == count
        with paginated("ec2:DescribeVpcs") as call:
            assert len(flat(walk(call, None))) > 2 * served(call.contract).limit_minimum

    def test_given(self) -> None:
        """Exactly these, as botocore returns them; by list where there are several."""
        users = (
            {
                "UserName": "b",
                "Path": "/",
                "UserId": "1",
                "Arn": "x" * 20,
                "CreateDate": datetime(2026, 1, 1).astimezone(),
            },
        )
        with paginated("iam:ListUsers", Behaviour(given=users)) as call:
            assert call()["Users"] == list(users)
        lists = {"Contents": ({"Key": "a"}, {"Key": "c"}), "CommonPrefixes": ({"Prefix": "b/"},)}
        with paginated("s3:ListObjectsV2", Behaviour(given=lists)) as call:
            said = call()
            assert [each["Key"] for each in said["Contents"]] == ["a", "c"]
            assert said["CommonPrefixes"] == [{"Prefix": "b/"}]
        with paginated("sqs:ListQueues", Behaviour(given=("https://b", "https://a"))) as call:
            assert call()["QueueUrls"] == ["https://b", "https://a"]  # whose order nobody documents

    def test_sorted_by_a_documented_order(self) -> None:
        """Not in the order in which they were drawn."""
        contract = load("iam:ListUsers")
        drawn = [each.key for each in served(contract).items(Behaviour())]
        with paginated(contract) as call:
            names = [each["UserName"] for each in call(PathPrefix="/")["Users"]]
        assert names == sorted(drawn) != drawn


class TestTexts:
    @pytest.mark.parametrize(
        "metadata",
        [
            {}, {"min": 1, "max": 3}, {"min": 36, "max": 36}, {"pattern": "[a-z]{3}-[0-9]+"}, {"pattern": r"^(\d{12}|aws)$"},
            {"pattern": r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+"}, {"pattern": r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "min": 4},
            {"pattern": "(?!aws:).*x", "max": 9}, {"pattern": r"(a|bb)\1c", "min": 3}, {"pattern": "[^a-z]{4}"},
            {"min": 20, "max": 20, "pattern": "[A-Z0-9]+"},
        ],
    )  # fmt: skip
    def test_texts_fit_and_differ(self, metadata: dict[str, Any]) -> None:
        """Whatever bounds and pattern a model has."""
        found = [text("QueueName", metadata, number) for number in range(12)]
        assert all(fits(metadata, each) for each in found)
        assert len(set(found)) >= (2 if metadata.get("pattern") == r"(a|bb)\1c" else 6)

    def test_a_pattern_that_python_cannot_read_binds_nobody(self) -> None:
        """It is left to the bounds."""
        assert len(text("Name", {"pattern": r"[\p{L}&&[^a]", "min": 3, "max": 9}, 5)) <= 9


def wrong(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what its shape allows; bounds, patterns, enumerations and required members."""
    kind, metadata = shape.type_name, shape.metadata
    if kind == "structure":
        yield from (f"{path}.{each} is missing" for each in shape.required_members if each not in value)
        for name, each in value.items():
            yield from wrong(shape.members[name], each, f"{path}.{name}")
    elif kind == "list":
        for each in value:
            yield from wrong(shape.member, each, f"{path}[]")
    elif kind == "string":
        if (
            not isinstance(value, str)
            or (metadata.get("enum") and value not in metadata["enum"])
            or not fits(metadata, value)
        ):
            yield f"{path} is {value!r}"
    elif kind in ("integer", "long") and not metadata.get("min", value) <= value <= metadata.get("max", value):
        yield f"{path} is {value!r}"


class TestVariants:
    """The oddities of paging: each lists everything all the same."""

    @pytest.mark.parametrize(
        ("variant", "name", "exceptions"),
        [
            ("exact-fit-token", "kms:ListKeys", ()), ("exact-fit-token", "dynamodb:Scan", ()), ("empty-page", "iam:ListUsers", ()),
            ("empty-first-page", "lambda:ListFunctions", ()), ("empty-last-page", "ec2:DescribeVpcs", ()),
            ("pages-of-two", "glue:GetTables", ()), ("short-pages-now-and-then", "s3:ListObjectsV2", ()),
            ("empty-token-at-end", "sqs:ListQueues", ()), ("null-token-at-end", "lambda:ListFunctions", ()), ("tokens-fresh", "kms:ListKeys", ()),
            ("tokens-longest", "kms:ListKeys", ()), ("tokens-expire", "iam:ListUsers", ()), ("token-in-a-member-too", "s3:ListObjects", ()),
            ("key-cursor", "dynamodb:ListTables", ("key-cursor",)), ("key-cursor", "iam:ListUsers", ("key-cursor",)),
            ("token-alone", "kinesis:ListShards", ("token-alone",)), ("single-use-token", "kms:ListKeys", ("single-use-token",)),
            ("limit-needed", "sqs:ListQueues", ("limit-needed",)), ("limit-clamped", "s3:ListObjectsV2", ("limit-clamped",)),
            ("limit-counts-other", "dynamodb:Scan", ("limit-counts-other",)), ("unordered", "kms:ListKeys", ("unordered",)),
            ("order-unknown", "ec2:DescribeVpcs", ()), ("optional-members-left-out", "glue:GetTables", ()), ("more-left-out", "kms:ListKeys", ()),
            ("main-list-left-out-when-empty", "kms:ListKeys", ()), ("members-unheard-of", "kms:ListKeys", ()),
            ("json-spread-out", "glue:GetTables", ()), ("json-members-backwards", "kms:ListKeys", ()), ("members-in-another-order", "ec2:DescribeVpcs", ()),
            ("error-code-qualified", "kms:ListKeys", ()),
        ],
    )  # fmt: skip
    def test_lists_everything(
        self, variant: str, name: str, exceptions: tuple[str, ...], with_exceptions: Callable[..., Contract]
    ) -> None:
        """Through a client that only follows tokens."""
        contract = with_exceptions(name, *exceptions)
        chosen = variants_for(contract)[variant]
        with paginated(contract, chosen.behaviour, chosen.stages) as call:
            least = served(contract).limit_minimum
            follow = walk_by_tokens_alone if variant == "token-alone" else walk
            pages = follow(call, least + 1)
            assert len(flat(pages)) == len(set(flat(pages))) == total(contract)
            assert all(len(each) <= least + 1 for each in pages)

    def test_end_by_same_token(self, with_exceptions: Callable[..., Contract]) -> None:
        """The last token leads to itself."""
        contract = with_exceptions("kms:ListKeys", "end-by-same-token")
        chosen = variants_for(contract)["end-by-same-token"]
        with paginated(contract, chosen.behaviour, chosen.stages) as call:
            last = call(Limit=100)["NextMarker"]
            again = call(Limit=100, Marker=last)
        assert (again["Keys"], again["NextMarker"]) == ([], last)

    def test_single_use(self, with_exceptions: Callable[..., Contract]) -> None:
        """A token works once."""
        contract = with_exceptions("kms:ListKeys", "single-use-token")
        chosen = variants_for(contract)["single-use-token"]
        with paginated(contract, chosen.behaviour, chosen.stages) as call:
            token = call(Limit=2)["NextMarker"]
            call(Limit=2, Marker=token)
            with pytest.raises(ClientError):
                call(Limit=2, Marker=token)

    def test_expiry(self) -> None:
        """A token is refused after a while, a fresh one is not."""
        chosen = variants_for(load("kms:ListKeys"))["tokens-expire"]
        with paginated("kms:ListKeys", chosen.behaviour, chosen.stages) as call:
            token = call(Limit=2)["NextMarker"]
            for _ in range(14):
                call(Limit=1)
            with pytest.raises(ClientError):
                call(Limit=2, Marker=token)
            assert call(Limit=2, Marker=call(Limit=2)["NextMarker"])["Keys"]

    def test_in_several_lists(self) -> None:
        """Some items come under the second result key."""
        chosen = variants_for(load("s3:ListObjectsV2"))["items-in-several-lists"]
        with paginated("s3:ListObjectsV2", chosen.behaviour, chosen.stages) as call:
            said = call()
        assert len(said["Contents"]) == total(load("s3:ListObjectsV2"))
        assert [list(each) for each in said["CommonPrefixes"]] == [["Prefix"]] * 3


def total(contract: Contract) -> int:
    """How many items a listing without a filter has."""
    found = served(contract)
    return len(found.items(Behaviour())) + len(found.foreign_items(Behaviour()))


def walk_by_tokens_alone(call: Any, limit: int) -> list[list[Any]]:
    said = call(MaxResults=limit)
    pages = [said["Shards"]]
    while token := said.get("NextToken"):
        said = call(NextToken=token, MaxResults=limit)
        pages.append(said["Shards"])
    return pages


class TestFilters:
    def test_what_a_filter_does_not_let_through(self) -> None:
        """Without the recipe's filter there are other people's items, with it there are none."""
        contract = load("iam:ListUsers")
        assert contract.recipe is not None
        assert set(contract.recipe.filter) == {"PathPrefix"}
        with paginated(contract) as call:
            everything, mine = call()["Users"], call(PathPrefix="/mine/")["Users"]
        assert {each["UserName"] for each in mine} < {each["UserName"] for each in everything}
        assert len(mine) == 7


class TestSeveral:
    def test_operations_of_several_services_on_one_server(self) -> None:
        """A request is for the service that it was signed for."""
        names = (
            "iam:ListUsers",
            "iam:ListRoles",
            "kms:ListKeys",
            "lambda:ListFunctions",
            "s3:ListObjectsV2",
            "ec2:DescribeVpcs",
        )
        emulator = Emulator(names)
        for name in names:
            contract = load(name)
            client = client_of(contract.service)
            with attach(client, emulator):
                said = getattr(client, xform_name(contract.operation))(**emulator.parameters[name])
            assert contract.listing is not None
            assert len(said[contract.listing.main]) >= 7

    @pytest.mark.parametrize(
        ("name", "other", "code"),
        [
            ("kms:ListKeys", "list_aliases", "UnknownOperationException"),
            ("iam:ListUsers", "list_roles", "InvalidAction"),
        ],
    )
    def test_other_operations_are_refused(self, name: str, other: str, code: str) -> None:
        """As a service refuses what it does not have."""
        with paginated(name) as call, pytest.raises(ClientError, match=code):
            getattr(call.client, other)()


def test_stages_are_shared_by_all_kinds() -> None:
    """A stage that is replaced is replaced for lists too."""
    from awscontract.emulator.stages.listings import paginate

    odd = replace(Stages(), paginate=lambda read, rows: paginate(read._replace(limit=1), rows))
    with paginated("kms:ListKeys", stages=odd) as call:
        assert [len(each) for each in walk(call, 5)] == [1] * 7


def test_names_of_domains_are_sorted_by_their_labels() -> None:
    """From the last label to the first, as the rule about that order compares them, across pages."""
    names = ("example.org.", "b.example.com.", "example.com.", "a.example.org.", "a.b.example.com.")
    given = tuple({"Name": name, "Type": "A"} for name in names)
    with paginated("route53:ListResourceRecordSets", Behaviour(given=given)) as call:
        found = [each["Name"] for page in walk(call, 2) for each in page]

    assert found == ["example.com.", "b.example.com.", "a.b.example.com.", "example.org.", "a.example.org."]
