"""The schemas: what they allow, what they refuse, and that nothing in them is written twice."""

import copy
import json
import sys

import pytest
from botocore.model import ServiceModel
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import spec
from awscontract.spec.model import description
from awscontract.spec.operations import load
from awscontract.spec.patterns import portable
from awscontract.spec.schema import operation_schemas, request_schema, response_schema, write

REQUEST, RESPONSE = "GetOrganizationsAccessReport.request", "GetOrganizationsAccessReport.response"
DERIVED = [name for name in spec.schema_names() if "." in name]

# The values of the CLI's documented example, with the one service that it shows.
EXAMPLE_JOB_ID = "a8b6c06f-aaa4-8xmp-28bc-81da71836359"
EXAMPLE = {
    "JobStatus": "COMPLETED",
    "JobCreationDate": "2019-09-30T06:53:36.187Z",
    "JobCompletionDate": "2019-09-30T06:53:37.547Z",
    "NumberOfServicesAccessible": 188,
    "NumberOfServicesNotAccessed": 171,
    "AccessDetails": [
        {"ServiceName": "Alexa for Business", "ServiceNamespace": "a4b", "TotalAuthenticatedEntities": 0}
    ],
}
SERVICE = EXAMPLE["AccessDetails"][0]
USED = {**SERVICE, "EntityPath": "o-a1b2c3d4e5/r-f6g7h8i9j0example", "LastAuthenticatedTime": "2019-01-01T00:00:00Z"}
REASON = {"Code": "INVALID_ORGANIZATIONS_POLICY", "Message": "no such policy"}
PENDING = {"JobStatus": "IN_PROGRESS", "JobCreationDate": "2019-09-30T06:53:36.187Z", "IsTruncated": False}
FAILED = {**PENDING, "JobStatus": "FAILED", "JobCompletionDate": "2019-09-30T06:53:37Z", "ErrorDetails": REASON}
PATH = "o-a1b2c3d4e5/r-f6g7h8i9j0example"


def broken(schema, instance):
    """The keywords that an instance breaks, each with its place."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date-time"]))
    return sorted((error.json_path, error.validator) for error in validator.iter_errors(instance))


def without(instance, *names):
    return {name: value for name, value in instance.items() if name not in names}


@pytest.mark.parametrize("name", spec.schema_names())
def test_schemas_are_schemas(name):
    """Each is a valid 2020-12 schema, says so, and is titled by its name."""
    schema = spec.schema(name)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    assert schema["title"] == name


def test_an_unknown_name_is_a_key_error():
    """Neither reading nor deriving guesses."""
    with pytest.raises(KeyError):
        spec.schema("../rules")
    with pytest.raises(KeyError):
        spec.derive("result")


def test_a_schema_is_the_callers_own():
    """Changing one spoils nobody else's."""
    spec.schema("error")["title"] = "spoilt"

    assert spec.schema("error")["title"] == "error"


@pytest.mark.parametrize("name", DERIVED)
def test_bounds_enumerations_and_required_members_are_the_models(name):
    """Every member is there under its modelled constraints, counted independently of the derivation."""
    model = description("iam")["shapes"]
    schema = spec.schema(name)
    later = {"JobCompletionDate", "ServicesLastAccessed", "EntityDetailsList"} if name.endswith(".response") else set()
    for shape, part in schema["$defs"].items():
        assert part.get("required", []) == [each for each in model[shape].get("required", []) if each not in later]
        assert list(part["properties"]) == list(model[shape]["members"])
        for member, body in part["properties"].items():
            facts = model[model[shape]["members"][member]["shape"]]
            assert body.get("minLength", body.get("minimum")) == facts.get(
                "min", -(2**31) if facts["type"] == "integer" else None
            )
            assert body.get("maxLength", body.get("maximum")) == facts.get(
                "max", 2**31 - 1 if facts["type"] == "integer" else None
            )
            assert [each for each in body.get("enum", []) if each] == facts.get("enum", [])
            assert ("pattern" in body) == ("pattern" in facts)


def test_the_documented_example_is_valid():
    """As it stands: no IsTruncated, a JobId that is no UUID."""
    assert broken(spec.schema(RESPONSE), EXAMPLE) == []
    assert broken(spec.schema(REQUEST), {"JobId": EXAMPLE_JOB_ID}) == []
    assert broken(spec.schema("GenerateOrganizationsAccessReport.response"), {"JobId": EXAMPLE_JOB_ID}) == []


@pytest.mark.parametrize(
    "answer",
    [
        PENDING,
        FAILED,
        {**PENDING, "JobCompletionDate": None, "Marker": None, "AccessDetails": None, "ErrorDetails": None},
        {**EXAMPLE, "AccessDetails": []},
        without(EXAMPLE, "AccessDetails"),
        {**EXAMPLE, "AccessDetails": [{**SERVICE, "Region": None, "EntityPath": None, "LastAuthenticatedTime": None}]},
        {**EXAMPLE, "AccessDetails": [USED]},
        {**EXAMPLE, "IsTruncated": True, "Marker": " "},
        {**EXAMPLE, "IsTruncated": False, "Marker": "x" * 320},
        {**EXAMPLE, "Marker": "\x00 matched somewhere"},
        {**EXAMPLE, "SomethingNew": {"of": "a later year"}},
    ],
)
def test_valid_responses_are_accepted(answer):
    """What no document forbids, no schema rejects."""
    assert broken(spec.schema(RESPONSE), answer) == []


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (without(EXAMPLE, "JobStatus"), ("$", "required")),
        (without(EXAMPLE, "JobCreationDate"), ("$", "required")),
        ({**EXAMPLE, "JobCreationDate": None}, ("$.JobCreationDate", "type")),
        ({**EXAMPLE, "JobStatus": "DONE"}, ("$.JobStatus", "enum")),
        ({**EXAMPLE, "JobCreationDate": "30 Sep 2019"}, ("$.JobCreationDate", "format")),
        ({**EXAMPLE, "JobCompletionDate": "2019-09-30T06:53:37"}, ("$.JobCompletionDate", "format")),
        ({**EXAMPLE, "NumberOfServicesAccessible": "188"}, ("$.NumberOfServicesAccessible", "type")),
        ({**EXAMPLE, "NumberOfServicesAccessible": 2**31}, ("$.NumberOfServicesAccessible", "maximum")),
        ({**EXAMPLE, "NumberOfServicesAccessible": -(2**31) - 1}, ("$.NumberOfServicesAccessible", "minimum")),
        ({**EXAMPLE, "IsTruncated": "false"}, ("$.IsTruncated", "type")),
        ({**EXAMPLE, "AccessDetails": {}}, ("$.AccessDetails", "type")),
        ({**EXAMPLE, "AccessDetails": [None]}, ("$.AccessDetails[0]", "type")),
        ({**EXAMPLE, "AccessDetails": [without(SERVICE, "ServiceName")]}, ("$.AccessDetails[0]", "required")),
        (
            {**EXAMPLE, "AccessDetails": [{**SERVICE, "ServiceNamespace": "a" * 65}]},
            ("$.AccessDetails[0].ServiceNamespace", "maxLength"),
        ),
        (
            {**EXAMPLE, "AccessDetails": [{**SERVICE, "ServiceNamespace": ""}]},
            ("$.AccessDetails[0].ServiceNamespace", "minLength"),
        ),
        (
            {**EXAMPLE, "AccessDetails": [{**SERVICE, "EntityPath": "x" + PATH}]},
            ("$.AccessDetails[0].EntityPath", "pattern"),
        ),
        ({**EXAMPLE, "Marker": ""}, ("$.Marker", "minLength")),
        ({**EXAMPLE, "Marker": "\u0100"}, ("$.Marker", "pattern")),
        ({**FAILED, "ErrorDetails": without(REASON, "Code")}, ("$.ErrorDetails", "required")),
        ({**FAILED, "ErrorDetails": "it broke"}, ("$.ErrorDetails", "type")),
    ],
)
def test_the_model_part_refuses_what_the_model_does(answer, finding):
    """Each violation is found by the keyword that it breaks, and in its place; a required member may not be null."""
    part = spec.model_part(RESPONSE)

    assert finding in broken(part, answer)
    assert {each for each in broken(part, answer) if each[0] != finding[0]} == set()


# The rule in `$comment` -> an answer that keeps it and the nearest one that breaks it.
CONDITIONS = {
    "job.completion-date-absent-in-progress": (
        {**PENDING, "JobCompletionDate": None},
        {**PENDING, "JobCompletionDate": "2019-09-30T06:53:37Z"},
    ),
    "job.completion-date-when-finished": (FAILED, without(FAILED, "JobCompletionDate")),
    "job.failed-has-error-details": (FAILED, {**FAILED, "ErrorDetails": None}),
    "pagination.truncated-has-token": (
        {**EXAMPLE, "IsTruncated": True, "Marker": "x"},
        {**EXAMPLE, "IsTruncated": True, "Marker": None},
    ),
}


@pytest.mark.parametrize("rule", CONDITIONS)
def test_conditions_hold_each_way(rule):
    """The contract's conditions let the valid answer pass and refuse its neighbour, which the model alone allows."""
    kept, violation = CONDITIONS[rule]
    condition = next(each for each in spec.schema(RESPONSE)["allOf"] if each.get("$comment") == rule)

    assert broken(spec.schema(RESPONSE), kept) == []
    assert broken(condition, kept) == []
    assert broken(condition, violation) != []
    assert broken(spec.model_part(RESPONSE), violation) == []


def test_conditions_are_documented_rules():
    """Every condition is a rule of the catalogue that is documented, hence a must; all of them are tried above."""
    rules = [each["$comment"] for each in spec.schema(RESPONSE)["allOf"][1:]]

    assert rules == list(CONDITIONS)
    assert {(spec.rule(each).basis, spec.rule(each).level) for each in rules} == {("documented", "must")}


def test_a_condition_asks_nothing_of_an_answer_without_its_subject():
    """An answer without a status breaks `required` and no more."""
    assert broken(spec.schema(RESPONSE), {"JobCreationDate": "2019-09-30T06:53:36Z"}) == [("$", "required")]


@pytest.mark.parametrize(
    ("name", "parameters", "finding"),
    [
        (REQUEST, {}, ("$", "required")),
        (REQUEST, {"JobId": "x" * 35}, ("$.JobId", "minLength")),
        (REQUEST, {"JobId": "x" * 37}, ("$.JobId", "maxLength")),
        (REQUEST, {"JobId": "x" * 36, "MaxItems": 0}, ("$.MaxItems", "minimum")),
        (REQUEST, {"JobId": "x" * 36, "MaxItems": 1001}, ("$.MaxItems", "maximum")),
        (REQUEST, {"JobId": "x" * 36, "MaxItems": "many"}, ("$.MaxItems", "type")),
        (REQUEST, {"JobId": "x" * 36, "MaxItems": None}, ("$.MaxItems", "type")),
        (REQUEST, {"JobId": "x" * 36, "SortKey": "BY_COLOUR"}, ("$.SortKey", "enum")),
        (REQUEST, {"JobId": "x" * 36, "Marker": ""}, ("$.Marker", "minLength")),
        (REQUEST, {"JobId": "x" * 36, "Marker": "x" * 321}, ("$.Marker", "maxLength")),
        (REQUEST, {"JobId": "x" * 36, "Marker": "\x01\x02"}, ("$.Marker", "pattern")),
        ("GenerateOrganizationsAccessReport.request", {}, ("$", "required")),
        ("GenerateOrganizationsAccessReport.request", {"EntityPath": "x" * 40}, ("$.EntityPath", "pattern")),
        (
            "GenerateOrganizationsAccessReport.request",
            {"EntityPath": PATH, "OrganizationsPolicyId": "p-1"},
            ("$.OrganizationsPolicyId", "pattern"),
        ),
    ],
)
def test_a_request_that_breaks_one_thing(name, parameters, finding):
    """What a request breaks can be computed from its parameters."""
    found = set(broken(spec.schema(name), parameters))

    assert finding in found
    assert {place for place, _ in found} == {finding[0]}


@pytest.mark.parametrize(
    ("java", "ours"),
    [
        (r"[\w-]*", "[A-Za-z0-9_-]*"),
        (r"\w+\d", "[A-Za-z0-9_]+[0-9]"),
        (r"[\u0020-\u00FF]+", r"[\u0020-\u00FF]+"),
        (r"\[\w\]", r"\[[A-Za-z0-9_]\]"),
        (r"[\]\w]\.", r"[\]A-Za-z0-9_]\."),
        (r"^a\/b$", r"^a\/b$"),
        (r"\S+", r"[^\t\n\x0B\f\r ]+"),
        (r"[a-z\-\_\.]\-\_\:", r"[a-z\-_\.]-_:"),
        (r"a{2,3}{x}", r"a{2,3}\{x\}"),
        (r"[^\u0085\r\n]+\t", r"[^\u0085\r\n]+\t"),
        (r"[*+]+", "[*+]+"),
        (r"(?:a|(?!b)c)", r"(?:a|(?!b)c)"),
    ],
)
def test_patterns_are_translated(java, ours):
    """Java's shorthands are spelt out, needless escapes go; everything else stays."""
    assert portable(java) == ours


@pytest.mark.parametrize(
    "java", [r"\p{Alpha}", r"[\W]", r"a\b", "(?s).*", "a*+", "a{2}+", "[a-z&&[^b]]", "[a[b]]", "(?<n>a)", r"(?!\.)+a"]
)
def test_what_cannot_be_translated_is_said(java):
    """A pattern is never passed on in a wrong meaning."""
    with pytest.raises(ValueError, match="portable"):
        portable(java)


# Siblings: what the model requires always and AWS leaves out before the job has succeeded.
DONE = {
    "JobStatus": "COMPLETED",
    "JobCreationDate": "2026-09-11T06:53:36Z",
    "JobCompletionDate": "2026-09-11T06:53:37Z",
}


@pytest.mark.parametrize(
    ("operation", "items"),
    [
        ("GetServiceLastAccessedDetails", "ServicesLastAccessed"),
        ("GetServiceLastAccessedDetailsWithEntities", "EntityDetailsList"),
    ],
)
def test_siblings_require_their_list_only_once_the_job_has_succeeded(operation, items):
    """AWS leaves the list and the completion date out while the job runs, and the list when it failed."""
    schema = spec.schema(f"{operation}.response")
    failed = {**DONE, "JobStatus": "FAILED", "Error": REASON}

    assert broken(schema, PENDING) == []
    assert broken(schema, failed) == []
    assert broken(schema, {**DONE, items: []}) == []
    assert broken(schema, DONE) == [("$", "required")]
    assert broken(schema, without({**DONE, items: []}, "JobCompletionDate")) == [("$", "required")]
    assert broken(schema, {**DONE, items: None}) == [(f"$.{items}", "not")]
    assert broken(schema, without(failed, "Error")) == [("$", "required")]
    comments = [each["$comment"] for each in schema["allOf"][1:]]
    assert comments == [*list(CONDITIONS)[:3], "shape.required", "pagination.truncated-has-token"]


def test_schemas_of_any_operation():
    """Derived from its model, with a condition only where its contract has the trait."""
    users, functions = load("iam:ListUsers"), load("lambda:ListFunctions")

    assert [each.get("$comment") for each in response_schema(users)["allOf"]] == [
        None,
        "pagination.truncated-has-token",
    ]
    assert [*response_schema(functions)["allOf"]] == [{"$ref": "#/$defs/ListFunctionsResponse"}]
    assert response_schema("iam", "ListUsers")["allOf"] == [{"$ref": "#/$defs/ListUsersResponse"}]
    assert broken(response_schema(users), {"Users": [], "IsTruncated": True}) == [("$", "required")]
    assert broken(request_schema(users), {"MaxItems": 0}) == [("$.MaxItems", "minimum")]
    assert request_schema(users) is request_schema("iam", "ListUsers")
    assert [*operation_schemas(load())] == [name for name in DERIVED if "Organizations" in name]


def test_conditions_reach_into_structures():
    """A flag and a token inside a structure of the output."""
    schema = response_schema(load("cloudfront:ListDistributions"))
    inner = {"Marker": "", "MaxItems": 1, "IsTruncated": True, "Quantity": 0}

    assert broken(schema, {"DistributionList": {**inner, "NextMarker": "x"}}) == []
    assert broken(schema, {"DistributionList": inner}) == [("$.DistributionList", "required")]
    assert broken(schema, {"DistributionList": {**inner, "IsTruncated": False}}) == []
    assert broken(schema, {}) == []


@pytest.mark.parametrize(
    ("operation", "response", "finding"),
    [
        ("dynamodb:Scan", {"Items": [{"id": {"S": "x", "M": {"a": {"L": [{"N": "1"}]}}}}]}, None),
        ("dynamodb:Scan", {"Items": [{"id": {"M": {"a": {"L": [{"N": 1}]}}}}]}, ("$.Items[0].id.M.a.L[0].N", "type")),
        ("dynamodb:Scan", {"LastEvaluatedKey": {"id": "x"}}, ("$.LastEvaluatedKey.id", "type")),
        ("kinesis:DescribeStream", {}, ("$", "required")),
        ("cloudwatch:GetMetricData", {"MetricDataResults": [{"Values": [1.5, 2]}]}, None),
        (
            "cloudwatch:GetMetricData",
            {"MetricDataResults": [{"Values": ["1.5"]}]},
            ("$.MetricDataResults[0].Values[0]", "type"),
        ),
        ("acm-pca:ListTags", {"Tags": [{"Key": "\u00e9"}]}, None),
    ],
)
def test_maps_numbers_and_shapes_that_hold_themselves(operation, response, finding):
    """Whatever the shapes of a model are, values are looked into."""
    found = broken(response_schema(load(operation)), response)

    assert found == ([finding] if finding else [])


@pytest.mark.smoke
def test_no_drift():
    """What is checked in is what the installed botocore gives, and no derived file is left over."""
    assert spec.drift() == []


def test_drift_is_seen_line_by_line():
    """A bound that moves, a member that comes and one that goes each make a line that names its place."""
    doctored = copy.deepcopy(dict(description("iam")))
    shapes = doctored["shapes"]
    shapes["markerType"]["max"] = 512
    shapes["AccessDetail"]["members"]["Colour"] = {"shape": "stringType"}
    del shapes["AccessDetail"]["members"]["Region"]

    marker = "properties/Marker/maxLength: checked in 320, derived 512"
    text = '{"type": ["string", "null"]}'
    found = spec.drift(model=ServiceModel(doctored, "iam"))
    siblings = [each for each in found if "ServiceLastAccessed" in each]
    assert [each.partition(".")[0] for each in siblings] == [
        "GetServiceLastAccessedDetails",
        "GetServiceLastAccessedDetailsWithEntities",
    ]
    assert [each for each in found if each not in siblings] == [
        f"{REQUEST}: /$defs/GetOrganizationsAccessReportRequest/{marker}",
        f"{RESPONSE}: /$defs/AccessDetail/properties/Colour: derived {text}, not checked in",
        f"{RESPONSE}: /$defs/AccessDetail/properties/Region: checked in {text}, no longer derived",
        f"{RESPONSE}: /$defs/GetOrganizationsAccessReportResponse/{marker}",
    ]


def test_a_schema_that_is_not_checked_in_is_drift(monkeypatch, tmp_path):
    """A new contract without its files is reported."""
    monkeypatch.setattr(sys.modules["awscontract.spec.schema"], "_FOLDER", tmp_path)

    assert spec.drift() == [f"{name}: not checked in" for name in DERIVED]


def test_write_makes_the_derived_files(tmp_path):
    """Written anew, they are the ones checked in, and those written by hand are left alone."""
    write(tmp_path)

    assert {each.stem: json.loads(each.read_text("utf-8")) for each in tmp_path.iterdir()} == {
        name: spec.schema(name) for name in DERIVED
    }
