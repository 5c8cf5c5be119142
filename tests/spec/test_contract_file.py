"""Contract files: read strictly, each mistake one line, every member one that the model has."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from awscontract import spec
from awscontract.errors import UsageError
from awscontract.spec.contract import Contract
from awscontract.spec.operations import access_reports, load
from awscontract.spec.operations.contract_file import check_members, parse

FILES = Path(spec.__file__).parent / "contracts"
FIRST = (FILES / "iam.GetOrganizationsAccessReport.toml").read_text("utf-8")

each_report = pytest.mark.parametrize(
    "contract", [load(name) for name in access_reports()], ids=lambda it: it.operation
)


@each_report
def test_members_are_the_models(contract: Contract) -> None:
    """Every name in our contract files is one that the installed model has in that place."""
    check_members(contract)


@each_report
def test_states_are_the_models(contract: Contract) -> None:
    """Pending, succeeded and failed are all the statuses, each once."""
    assert contract.job is not None
    states = (*contract.job.pending, *contract.job.finished)
    shape = spec.operation(contract.service, contract.operation).output_shape.members[contract.job.status]

    assert sorted(states) == sorted(shape.enum)


def test_sort_keys_are_the_models() -> None:
    """The table of sort keys has every modelled value, in the model's order; field and direction agree with its words."""
    contract = load()
    assert contract.sort is not None
    shape = spec.operation("iam", contract.operation).input_shape.members[contract.sort.parameter]

    assert [each.value for each in contract.sort.keys] == shape.enum
    for each in contract.sort.keys:
        assert each.descending == each.value.endswith("_DESCENDING")
        assert (each.type == "time") == ("TIME" in each.value)
    assert contract.sort.default_key.value == "SERVICE_NAMESPACE_ASCENDING"
    assert contract.sort.key("LAST_AUTHENTICATED_TIME_DESCENDING").descending
    with pytest.raises(KeyError):
        contract.sort.key("BY_COLOUR")


@each_report
def test_the_default_limit_is_valid(contract: Contract) -> None:
    """It lies within the modelled bounds."""
    assert contract.listing is not None
    assert contract.listing.limit_minimum <= contract.listing.default_limit <= contract.listing.limit_maximum  # type: ignore[operator]


def test_only_the_siblings_tokens_are_laxer_in_responses() -> None:
    """The model bounds the Marker of the first operation's responses like that of its requests."""
    assert [load(name).listing.token.laxer_output for name in access_reports()] == [False, True, True]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "access-report"', 'kind = "report"', "unknown kind 'report'; did you mean access-report?"),
        ('noun = "service"', 'nuon = "service"', "listing: unknown name 'nuon'; did you mean noun?"),
        ('id_in = "JobId"', "", "job: id_in is missing"),
        ('service = "iam"', "", "service is missing"),
        ("[sort]", "[srot]", "unknown name 'srot'; did you mean sort?"),
        ("default_limit = 100", 'default_limit = "100"', "listing.default_limit must be a whole number"),
        ("default_limit = 100", "default_limit = true", "listing.default_limit must be a whole number"),
        ('pending = ["IN_PROGRESS"]', 'pending = "IN_PROGRESS"', "job.pending must be a list"),
        ('pending = ["IN_PROGRESS"]', "pending = [1]", "job.pending[0] must be a string that is not empty"),
        ('identity = "ServiceNamespace"', 'identity = ""', "listing.identity must be a string that is not empty"),
        ('of = "items"', 'of = "things"', "counts[0].of: unknown value 'things': one of items, not-accessed"),
        (
            'more = "IsTruncated"',
            'more = "IsTruncatd"',
            "listing.more: unknown member 'IsTruncatd'; did you mean IsTruncated?",
        ),
        ('limit = "MaxItems"', 'limit = "MaxItem"', "listing.limit: unknown member 'MaxItem'; did you mean MaxItems?"),
        ('region = "Region"', 'region = "Regoin"', "report.region: unknown member 'Regoin'; did you mean Region?"),
        ('subject = "EntityPath"', 'subject = "Path"', "job.start: unknown member 'Path'; did you mean EntityPath?"),
        ('operation = "GetOrg', 'operation = "getorg', "did you mean iam:GetOrganizationsAccessReport?"),
        ('operation = "GetOrganizationsAccessReport"', 'operation = "GetOrg"', "unknown operation 'iam:GetOrg'"),
        ("[listing]", "[listing", "not TOML"),
        ('tokens = [{ input = "Marker", output = "Marker" }]', "tokens = []", "listing.tokens must not be empty"),
        ('items = ["AccessDetails"]', "items = []", "listing.items must not be empty"),
        (
            'tokens = [{ input = "Marker", output = "Marker" }]',
            'tokens = ["Marker"]',
            "listing.tokens[0] must be a table",
        ),
        ("[listing]\n", "[listing]\nlimit_maximum = 7\n", "listing: unknown name 'limit_maximum'"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The file, the place, what is wrong and what is nearest."""
    file = tmp_path / "mine.toml"
    assert old in FIRST
    file.write_text(FIRST.replace(old, new, 1))

    with pytest.raises(UsageError) as raised:
        load(contracts=[file])
    assert message in str(raised.value)
    assert str(file) in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"9" * 5000,
        b"a = " + b"[" * 3000 + b"]" * 3000,
        b"a = '\x00'",
        b"\xff\xfe",
        b"a = 'unfinished",
        b"x" * 100_000,
    ],
    ids=["long integer", "nested arrays", "NUL", "not UTF-8", "unfinished", "long word"],
)
def test_hostile_files_are_one_line(tmp_path: Path, content: bytes) -> None:
    """Whatever a file holds, its name and a reason come out, as contract and as recipe."""
    file = tmp_path / "iam.toml"
    file.write_bytes(content)

    for arguments in ({"contracts": [file]}, {"recipes": [file]}):
        with pytest.raises(UsageError) as raised:
            load("iam:ListUsers", **arguments)  # type: ignore[arg-type]
        assert str(file) in str(raised.value)
        assert len(str(raised.value)) < 600


@pytest.mark.parametrize("name", ["absent.toml", ".", "nul\x00.toml"])
def test_files_that_cannot_be_read_are_one_line(tmp_path: Path, name: str) -> None:
    """Absent, a folder, no name at all."""
    with pytest.raises(UsageError, match=r"cannot read"):
        load(contracts=[f"{tmp_path}/{name}"])


def test_a_job_with_other_names_is_a_new_file() -> None:
    """What is theirs alone stands in a file: other members, no sort key, no counts, a nested key."""
    contract = parse(tomllib.loads((FILES / "iam.GetServiceLastAccessedDetailsWithEntities.toml").read_text("utf-8")))

    assert contract.sort is None
    assert contract.counts == ()
    assert contract.listing is not None
    assert contract.listing.identity == "EntityInfo.Arn"
