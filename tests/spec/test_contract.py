"""The contract file: every name in it is one that the model has."""

import tomllib
from dataclasses import fields

import pytest
from botocore.model import StructureShape

from awscontract import spec
from awscontract.spec.legacy import parse
from awscontract.spec.schema import response

SIBLING = """
service = "iam"
operation = "GetServiceLastAccessedDetails"
documentation = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html"

[start]
operation = "GenerateServiceLastAccessedDetails"
documentation = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html"
job_id = "JobId"
entity = "Arn"

[job]
id = "JobId"
status = "JobStatus"
created = "JobCreationDate"
completed = "JobCompletionDate"
error = "Error"
pending = ["IN_PROGRESS"]
succeeded = ["COMPLETED"]
failed = ["FAILED"]
null_when_pending = ["JobCompletionDate", "ServicesLastAccessed"]
present_when_finished = ["JobCompletionDate"]
present_when_failed = ["Error"]

[report]
items = "ServicesLastAccessed"

[item]
name = "ServiceName"
key = "ServiceNamespace"
region = "LastAuthenticatedRegion"
entity = "LastAuthenticatedEntity"
time = "LastAuthenticated"
total = "TotalAuthenticatedEntities"

[page]
limit = "MaxItems"
default_limit = 100
marker = "Marker"
truncated = "IsTruncated"
next = "Marker"

[[sort]]
value = ""
by = "key"
default = true

[refusals]
validation = ["ValidationError"]
not_a_number = []
common = []
"""

sibling = parse(tomllib.loads(SIBLING))
laws = pytest.mark.parametrize("law", [*spec.contracts(), sibling], ids=lambda law: law.operation)


def strangers(law) -> set[str]:
    """The roles that name no member of the shape where they belong; an empty role names none on purpose."""
    get, start = spec.operation(law.operation), spec.operation(law.start.operation)
    answer: StructureShape = get.output_shape
    item, error = answer.members[law.report.items].member, answer.members[law.job.error]
    job, page = law.job, law.page
    places = [
        (get.input_shape, [job.id, page.limit, page.marker, page.sort_key]),
        (start.input_shape, [law.start.entity, law.start.policy]),
        (start.output_shape, [law.start.job_id]),
        (answer, [job.status, job.created, job.completed, job.error, page.truncated, page.next]),
        (answer, [law.report.accessible, law.report.not_accessed]),
        (answer, [*job.null_when_pending, *job.present_when_finished, *job.present_when_failed]),
        (error, [job.error_code, job.error_message]),
        (item, [getattr(law.item, field.name) for field in fields(law.item)]),
    ]
    return {name for shape, names in places for name in names if name and name not in shape.members}


@laws
def test_roles_are_members(law):
    """Every role names a member that the installed model has in that place."""
    assert strangers(law) == set()


@laws
def test_states_are_the_models(law):
    """Pending, succeeded and failed are all the statuses that there are, each once."""
    states = (*law.job.pending, *law.job.finished)

    assert sorted(states) == sorted(spec.operation(law.operation).output_shape.members[law.job.status].enum)


def test_sort_keys_are_the_models():
    """The table of sort keys has every modelled value, in the model's order, and one default."""
    law = spec.contract()

    assert [each.value for each in law.sort] == spec.operation().input_shape.members[law.page.sort_key].enum
    assert [each.value for each in law.sort if each.default] == ["SERVICE_NAMESPACE_ASCENDING"]
    assert {(each.by, each.descending) for each in law.sort} == {
        (by, descending) for by in ("key", "time") for descending in (False, True)
    }


@pytest.mark.parametrize("law", spec.contracts(), ids=lambda law: law.operation)
def test_sort_keys_do_what_their_values_say(law):
    """Field and direction agree with the words of the value."""
    for each in law.sort:
        assert each.descending == each.value.endswith("_DESCENDING")
        assert (each.by == "time") == ("TIME" in each.value)


def test_a_sort_key_is_found_by_its_value():
    """No key is the default one; an unknown key is no key."""
    law = spec.contract()

    assert law.sort_key(None) == law.default_sort
    assert law.sort_key("LAST_AUTHENTICATED_TIME_DESCENDING").descending
    with pytest.raises(KeyError):
        law.sort_key("BY_COLOUR")


def test_the_default_limit_is_lawful():
    """The documented default lies within the modelled bounds."""
    law = spec.contract()
    bounds = spec.operation().input_shape.members[law.page.limit].metadata

    assert bounds["min"] <= law.page.default_limit <= bounds["max"]


def test_a_stranger_is_seen():
    """The check above does not pass for any name whatever."""
    data = tomllib.loads(SIBLING)
    data["item"]["region"] = "Region"

    assert strangers(parse(data)) == {"Region"}


@pytest.mark.parametrize("change", [{"colour": "red"}, {"default_limit": None}])
def test_a_contract_file_is_read_strictly(change):
    """A misspelt name and a missing one are errors, not defaults."""
    data = tomllib.loads(SIBLING)
    data["page"] = {key: each for key, each in {**data["page"], **change}.items() if each is not None}

    with pytest.raises(TypeError):
        parse(data)


def test_an_unknown_contract_is_a_key_error():
    """There is no contract for an operation without a file."""
    with pytest.raises(KeyError):
        spec.contract("ListUsers")


def test_a_sibling_is_a_new_file():
    """Members that the model requires, but the sibling leaves out while it works, are owed once it is done."""
    schema = response(spec.operation(sibling.operation), sibling)
    part = schema["$defs"]["GetServiceLastAccessedDetailsResponse"]

    assert part["required"] == ["JobStatus", "JobCreationDate"]
    assert [each["then"].get("required") for each in schema["allOf"][1:]] == [
        None,
        ["JobCompletionDate"],
        ["Error"],
        ["Marker"],
    ]
