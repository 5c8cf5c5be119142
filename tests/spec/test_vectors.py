"""The vectors as files: the index lists them all, JSON and XML say the same, and they are what their tables give."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from botocore.parsers import QueryParser
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import spec
from awscontract.spec.operations import access_reports, load
from awscontract.spec.vectors import FOLDER, Vector, VectorResponse, index, vectors
from vectors.files import written

FORMAT = FormatChecker(["date-time"])
TIMES = ("JobCreationDate", "JobCompletionDate", "LastAuthenticatedTime", "LastAuthenticated", "LastAccessedTime")

#: (vector, response) of every response that JSON can say too.
SAID = [(each, response) for each in vectors() for response in each.responses if response.json]


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(spec.schema(name), format_checker=FORMAT)


def shown(response: VectorResponse) -> Any:
    return json.loads(response.read("json"))


def instants(value: Any, name: str = "") -> Any:
    """The same value with a moment in the place of each time."""
    if isinstance(value, dict):
        return {key: instants(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [instants(each) for each in value]
    return datetime.fromisoformat(value) if name in TIMES and isinstance(value, str) else value


def test_index_keeps_its_schema() -> None:
    """The index is what its schema says."""
    assert [error.message for error in validator("vectors").iter_errors(index())] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("id", "Upper Case"),
        ("description", ""),
        ("operation", "ListUsers"),
        ("level", "shall"),
        ("level", "must"),
        ("breaks", ["sort.time-ascending"]),
        ("breaks", ["nonsense"]),
        ("may", None),
        ("pages", "no"),
        ("responses", []),
        ("responses", [{"status": 200, "xml": "good/a.xml"}, {"status": 200, "xml": "good/b.xml"}]),
        ("responses", [{"status": 200, "json": "good/a.json"}]),
        ("responses", [{"status": 200, "xml": "../a.xml"}]),
        ("colour", "red"),
    ],
)
def test_schema_rejects(place: str, value: object) -> None:
    """One thing changed in the first vector, a good one, and it is no index."""
    entry = index()["vectors"][0]

    assert validator("vectors").is_valid({"schema_version": 1, "vectors": [entry]})
    assert not validator("vectors").is_valid({"schema_version": 1, "vectors": [{**entry, place: value}]})


def test_files_are_those_of_the_index() -> None:
    """Every file is in the index, once, under its vector's id and among the good or the bad; and no other is there."""
    named = [
        (name, f"{'bad' if each.breaks else 'good'}/{each.id}")
        for each in vectors()
        for response in each.responses
        for name in (response.xml, response.json)
        if name
    ]
    there = {path.relative_to(FOLDER).as_posix() for kind in ("good", "bad") for path in (FOLDER / kind).iterdir()}

    assert sorted(name for name, _ in named) == sorted(there)
    assert [name for name, stem in named if re.sub(r"(\.\d+)?\.(xml|json)$", "", name) != stem] == []


def test_files_are_those_of_the_tables() -> None:
    """Written anew, they are the ones checked in. (Where this fails: ``PYTHONPATH=tests python -P -m vectors``.)"""
    assert [name for name, content in written().items() if (FOLDER / name).read_bytes() != content] == []


@pytest.mark.parametrize("name", access_reports())
def test_there_are_enough(name: str) -> None:
    """At least 30 for each operation, among both kinds; every status and errors among the good ones; several pages among both."""
    operations = load(name).operations
    good, bad = (
        [each for each in vectors() if bool(each.breaks) is kind and each.operation in operations]
        for kind in (False, True)
    )
    statuses = {shown(response).get("JobStatus") for each in good for response in each.responses if response.json}

    assert len([each for each in vectors() if each.operation == load(name).operation]) >= 30
    assert {each.operation for each in good} == {each.operation for each in bad} == {*operations}
    assert {"IN_PROGRESS", "COMPLETED", "FAILED"} <= statuses
    assert any(response.status >= 400 for each in good for response in each.responses)
    assert all(any(len(each.responses) > 1 for each in kind) for kind in (good, bad))
    assert {load(each.contract).operation for each in (*good, *bad)} <= {
        load(each).operation for each in access_reports()
    }


def test_there_are_enough_of_the_siblings() -> None:
    """At least 60 for the two operations and their start."""
    assert len([each for each in vectors() if "ServiceLastAccessed" in each.operation]) >= 60


def test_the_documented_example_is_good() -> None:
    """The CLI's example is there with its dates, its counts and its first service, as far as it is shown and whole."""
    good = {
        each.id: [shown(response) for response in each.responses]
        for each in vectors()
        if each.id.startswith("documented")
    }

    for pages in good.values():
        assert pages[0]["AccessDetails"][0]["ServiceName"] == "Alexa for Business"
        for page in pages:
            assert instants(page["JobCreationDate"], "JobCreationDate") == datetime.fromisoformat(
                "2019-09-30T06:53:36.187Z"
            )
            assert instants(page["JobCompletionDate"], "JobCompletionDate") == datetime.fromisoformat(
                "2019-09-30T06:53:37.547Z"
            )
            assert (page["NumberOfServicesAccessible"], page["NumberOfServicesNotAccessed"]) == (188, 171)
    assert [[len(page["AccessDetails"]) for page in pages] for pages in good.values()] == [[1], [100, 88]]


def test_ids_and_descriptions_are_unique() -> None:
    """No id and no description comes twice."""
    for printed in ([each.id for each in vectors()], [each.description for each in vectors()]):
        assert [text for text, times in Counter(printed).items() if times > 1] == []


def test_descriptions_say_what_is() -> None:
    """A description has no modal verb: what is right is the rules' to say."""
    modal = re.compile(r"\b(must|should|may|shall|might|can|cannot|could|would|ought)\b", re.IGNORECASE)

    assert [each.description for each in vectors() if modal.search(each.description)] == []


def test_rules_are_the_catalogues() -> None:
    """Every rule is catalogued in the service's half, stands where its level belongs, and the level is the strictest of them."""
    for vector in vectors():
        catalogue = {rule.id: rule.level for rule in spec.rule_set(load(vector.contract))}
        levels = [catalogue[name] for name in (*vector.breaks, *vector.may)]

        assert all(catalogue[name] != "may" for name in vector.breaks), vector.id
        assert all(catalogue[name] == "may" for name in vector.may), vector.id
        assert vector.level == next((level for level in ("must", "should", "may") if level in levels), None), vector.id


def test_json_says_what_xml_says() -> None:
    """botocore reads out of the XML what the JSON says, times compared as instants."""
    for vector, response in SAID:
        shape = spec.operation("iam", vector.operation).output_shape
        assert shape is not None
        raw = {"status_code": response.status, "headers": {}, "body": response.read("xml")}
        read = QueryParser().parse(raw, shape)
        members = {name: value for name, value in read.items() if name != "ResponseMetadata"}

        assert (response.json, members) == (response.json, instants(shown(response)))


#: What a derived schema refuses: the model's rules, and what is documented of one response's members. (A pattern is not anchored.)
SCHEMA = {
    "shape.required", "shape.type", "shape.enum", "shape.length", "shape.pattern", "pagination.truncated-has-token",
    "job.completion-date-absent-in-progress", "job.completion-date-when-finished", "job.failed-has-error-details",
}  # fmt: skip


def _accepted(vector: Vector) -> bool:
    responses = [shown(response) for response in vector.responses if response.status == 200]
    return all(map(validator(f"{vector.operation}.response").is_valid, responses))


def test_schemas_agree() -> None:
    """The derived schema accepts every JSON but those of vectors which break a rule that it holds."""
    said = [each for each in vectors() if all(one.json for one in each.responses)]

    assert [each.id for each in said if _accepted(each) is bool(SCHEMA & set(each.breaks))] == []


def test_good_errors_keep_their_schema() -> None:
    """The errors of good vectors are what the schema of errors says."""
    errors = [response for vector, response in SAID if response.status >= 400 and not vector.breaks]

    assert errors
    assert [each.json for each in errors if not validator("error").is_valid(shown(each))] == []


def test_a_form_that_is_not_there() -> None:
    """What JSON cannot say is no file that is missing but a KeyError."""
    [response] = next(each.responses for each in vectors() if each.id == "malformed-cut")
    with pytest.raises(KeyError):
        response.read("json")
