"""What a killed run left behind is deleted by the next one, and nothing else."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from awscontract.conformance.driver.recipes import Setup, new_run
from awscontract.conformance.driver.recipes.values import parse_name
from awscontract.conformance.evidence.paths import find
from awscontract.spec.operations import load

from recipe_kit import RECIPE, Shop, client_error, recipe_of, set_up

_NOW = 1_900_000_000
_POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
#: A run two hours ago; always the same one, since it is in names of tests, which all workers must agree about.
_OLD = f"awscontract-{_NOW - 7200:08x}-f422"


@pytest.fixture
def shop() -> Shop:
    return Shop()


class TestSweep:
    def test_items_and_their_parent(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path)
        made = set_up(shop, recipe, run=_OLD).create()
        shop.things["thing-0"] = ("shelf-0", "of somebody else")
        assert set(set_up(shop, recipe).sweep(_NOW)) == {*made.identities, _OLD}
        assert shop.shelves == {}
        assert list(shop.things) == ["thing-0"]

    def test_a_run_that_may_still_be_under_way_is_left_alone(self, shop: Shop, tmp_path: Path) -> None:
        recipe = recipe_of(tmp_path)
        for age in (0, 60, 3599):
            set_up(shop, recipe, 0, run=new_run(_NOW - age)).create()
        before = dict(shop.shelves)
        assert set_up(shop, recipe).sweep(_NOW) == ()
        assert shop.shelves == before

    @pytest.mark.parametrize(
        "name",
        [
            "awscontract-production",
            "awscontract-",
            "awscontract-6b49d200",
            f"{_OLD}-backup",
            f"{_OLD}-05-keep",
            f"{_OLD}x",
            f"my-{_OLD}",
            f"{_OLD.upper()}",
            "awscontract-00000000-abcd",
            "awscontract-ffffffff-abcd",
            "awscontract-zzzzzzzz-abcd",
            "awscontract-1234567-abcd",
            f"{_OLD}.example.org",
        ],
    )
    def test_every_other_name_is_somebody_elses(self, shop: Shop, tmp_path: Path, name: str) -> None:
        shop.shelves["shelf-0"] = name
        assert set_up(shop, recipe_of(tmp_path)).sweep(_NOW) == ()
        assert shop.shelves == {"shelf-0": name}
        assert "DeleteShelf" not in shop.calls

    @pytest.mark.parametrize(
        ("name", "item"),
        [
            (_OLD, None),
            (f"{_OLD}-03", f"{_OLD}-03"),
            (f"alias/{_OLD}-03", f"{_OLD}-03"),
            (f"arn:aws:sns:eu-central-1:123456789012:{_OLD}-103", f"{_OLD}-103"),
            (f"{_OLD}-03.example.com", f"{_OLD}-03"),
            (f"{_OLD}-03.{_OLD}.example.com.", f"{_OLD}-03"),
            (f"{_OLD}-other", None),
            (f"/test/{_OLD}_other", None),
            (_OLD.replace("-", "") + "03", f"{_OLD}-03"),
            (f"s3://bucket/{_OLD}-03/", f"{_OLD}-03"),
            (f"arn:aws:ecs:eu-central-1:123456789012:task-definition/{_OLD}:7", None),
        ],
    )
    def test_names_are_recognised_in_all_their_forms(self, name: str, item: str | None) -> None:
        found = parse_name(name)
        assert found is not None
        assert (found.run, found.start, found.item) == (_OLD, _NOW - 7200, item)

    def test_a_target_that_lists_too_much_loses_nothing(self, shop: Shop, tmp_path: Path) -> None:
        """Items without a name of ours, under a parent of ours: deleted only by calls that name the parent too."""
        text = RECIPE.replace('identity = "Name"', 'identity = "Id"\nmade = "{each.0:Thing.Id}"')
        shop.shelves["shelf-0"] = _OLD
        shop.things["thing-0"] = ("shelf-0", "of somebody else, whatever shelf was asked for")
        assert set_up(shop, recipe_of(tmp_path, text)).sweep(_NOW) == ()
        assert shop.things
        assert "DeleteThing" not in shop.calls

    @pytest.mark.parametrize("error", [client_error("AccessDenied", 403), NotImplementedError(), KeyError("shelf")])
    def test_errors_are_not_in_the_way_of_the_present_run(self, shop: Shop, tmp_path: Path, error: Exception) -> None:
        shop.always["ListShelves"] = error
        setup = set_up(shop, recipe_of(tmp_path))
        assert setup.sweep(_NOW) == ()
        assert setup.create().identities


@pytest.mark.filterwarnings("ignore")  # of moto
@pytest.mark.parametrize(
    ("operation", "others"),
    [
        ("iam:ListUserPolicies", [("iam", "create_user", {"UserName": "awscontract-production"})]),
        ("iam:ListPolicyVersions", [("iam", "create_policy", {"PolicyName": "awscontract-1", "PolicyDocument": _POLICY})]),
        ("s3:ListObjectVersions", [("s3", "create_bucket", {"Bucket": "awscontract-backup"})]),
        ("sqs:ListQueues", [("sqs", "create_queue", {"QueueName": "awscontract-6b49d200-abcd-dlq"})]),
        ("ec2:DescribeSubnets", [("ec2", "create_vpc", {"CidrBlock": "10.7.0.0/16"})]),
        ("route53:ListResourceRecordSets", [("route53", "create_hosted_zone", {"Name": "awscontract.example.com", "CallerReference": "1"})]),
        ("ssm:GetParametersByPath", [("ssm", "put_parameter", {"Name": "/test/awscontract", "Value": "1", "Type": "String"})]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_leftovers_on_moto(operation: str, others: list[tuple[str, str, dict[str, Any]]]) -> None:
    """A run that was killed after it had created everything: the next one of the same recipe deletes all of that."""
    with mock_aws(config={"iam": {"load_aws_managed_policies": False}}):
        session = boto3.Session("test", "test", region_name="us-east-1")
        clients: dict[str, Any] = {}

        def client_of(service: str) -> Any:
            if service not in clients:
                clients[service] = session.client(service)
            return clients[service]

        for service, method, parameters in others:
            getattr(client_of(service), method)(**parameters)
        contract = load(operation)
        before = _everything(client_of, contract.service)
        assert contract.recipe is not None
        killed = Setup(contract.recipe, contract, client_of, 3, new_run(_NOW - 7200))
        killed.create()
        assert _everything(client_of, contract.service) != before
        following = Setup(contract.recipe, contract, client_of, 3)
        assert following.sweep(_NOW - 7200 + 60) == ()
        assert killed.run in following.sweep(_NOW) or operation in ("sqs:ListQueues", "ssm:GetParametersByPath")
        assert _everything(client_of, contract.service) == before


#: What there is, as far as these recipes create it: a listing by service, and the path of names in it.
_LISTINGS = {
    "iam": [("list_users", {}, "Users[].UserName"), ("list_policies", {"Scope": "Local"}, "Policies[].PolicyName")],
    "s3": [("list_buckets", {}, "Buckets[].Name")],
    "sqs": [("list_queues", {}, "QueueUrls")],
    "ec2": [("describe_vpcs", {}, "Vpcs[].VpcId"), ("describe_subnets", {}, "Subnets[].SubnetId")],
    "route53": [("list_hosted_zones", {}, "HostedZones[].Id")],
    "ssm": [("describe_parameters", {}, "Parameters[].Name")],
}


def _everything(client_of: Any, service: str) -> list[Any]:
    return [find(getattr(client_of(service), method)(**given), path) for method, given, path in _LISTINGS[service]]
