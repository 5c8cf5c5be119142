"""Every invalid response is refused by exactly the rule that it names."""

import json

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import spec
from awscontract.conformance.judge.validate import validate
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load
from awscontract.strategies import invalid_responses
from awscontract.strategies.invalid import breakable
from profiles import NIGHTLY, examples

CONTRACT = load()
OPERATIONS = (
    "iam:GetOrganizationsAccessReport",
    "iam:GetServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetailsWithEntities",
)
SIBLINGS = OPERATIONS[1:]
OUTCOMES = {"must": "failed", "should": "warned", "may": "noted"}

#: What a single response without its request, its status and its headers cannot break.
NOT_ALONE = {
    "headers or status": {"protocol.content-type", "protocol.status", "protocol.no-server-error"},
    "the request, or that it was valid": {
        "job.id-returned",
        "job.type-as-asked",
        "job.creation-date-plausible",
        "report.entity-inside-entity",
        "report.entity-as-asked",
        "report.entities-of-a-group-are-users",
        "pagination.limit-respected",
        "pagination.default-limit",
    },
    "several responses": {
        "job.creation-date-stable",
        "job.completion-date-stable",
        "job.status-forward-only",
        "job.read-repeatable",
        "job.unknown-id-refused",
        "job.unknown-entity-fails",
        "job.same-request-same-job",
        "report.counts-same-on-every-page",
        "pagination.token-advances",
        "pagination.ends",
        "pagination.complete",
        "pagination.no-repeats",
        "pagination.order-continues",
        "pagination.page-size-may-change",
        "pagination.token-repeatable",
        "pagination.unknown-token-refused",
        "pagination.token-bound-to-sort-key",
        "pagination.token-bound-to-job",
    },
}


def alone(contract):
    """The rules that a single response can break, as the catalogue has them."""
    return {
        each.id
        for each in rule_set(contract)
        if each.family != "validation"
        and not (each.family == "sort" and contract.sort is not None)
        and not any(each.id in ids for ids in NOT_ALONE.values())
        and (contract.operation, each.id) not in UNBREAKABLE
    }


#: What no member of the operation can break: a pattern that matches every text in some place; no integers.
UNBREAKABLE = {
    ("GetServiceLastAccessedDetails", "shape.pattern"),
    ("GetServiceLastAccessedDetailsWithEntities", "protocol.integer-format"),
}


def broken(contract, content):
    """The outcomes of the rules that were neither kept nor left out, nor left without evidence."""
    quiet = ("passed", "not-exercised", "indeterminate")
    result = validate([("it", content)], contract)
    return {each.id: each.outcome for each in result.rules if each.outcome not in quiet}


def saved(response):
    """A response of boto3 as people save it."""
    return json.dumps(response, default=lambda time: time.isoformat()).encode()


def exactly(contract, rule):
    """The one outcome that breaking the rule has."""
    level = next(each.level for each in rule_set(contract) if each.id == rule)
    return {rule: OUTCOMES[level]}


def cases(protocol):
    """Every operation with each rule that one of its responses can break."""
    return [(operation, rule) for operation in OPERATIONS for rule in breakable(load(operation), protocol)]


@pytest.mark.parametrize(("operation", "rule"), cases("wire"))
def test_the_bytes_break_exactly_the_rule(operation, rule):
    """By the judge's word, at the rule's own level."""
    contract = load(operation)

    @examples(6)
    @given(invalid_responses(operation=operation, protocol="wire", rule=rule))
    def holds(drawn):
        named, body = drawn
        assert (named, broken(contract, body)) == (rule, exactly(contract, rule))

    holds()


@pytest.mark.parametrize(("operation", "rule"), cases("parsed"))
def test_what_boto3_read_breaks_exactly_the_rule(operation, rule):
    """The same, where the protocol is no longer to be seen."""
    contract = load(operation)

    @examples(6)
    @given(invalid_responses(operation=operation, rule=rule))
    def holds(drawn):
        named, response = drawn
        assert (named, broken(contract, saved(response))) == (rule, exactly(contract, rule))

    holds()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_rule_that_one_response_can_break_is_broken(operation):
    """What is not has a reason, and nothing is on both lists."""
    contract = load(operation)

    assert set(breakable(contract, "wire")) == alone(contract)
    assert set(breakable(contract)) == {each for each in alone(contract) if not each.startswith("protocol.")}


@examples(300)
@given(invalid_responses())
def test_the_schema_refuses_what_breaks_a_documented_condition_or_the_model(drawn):
    """And nothing else: the other rules are not the schema's to know."""
    rule, response = drawn
    schema = spec.schema("GetOrganizationsAccessReport.response")
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date-time"]))
    conditions = {each["$comment"] for each in schema["allOf"] if "$comment" in each}
    model = {"shape.required", "shape.type", "shape.enum", "shape.length", "shape.pattern"}

    assert validator.is_valid(json.loads(saved(response))) == (rule not in conditions | model)


@pytest.mark.parametrize("protocol", ["parsed", "wire"])
def test_all_rules_are_drawn_without_being_asked_for(protocol):
    """A few hundred examples have most of them, and a thousand every one."""
    seen = set()

    @settings(max_examples=1000 if NIGHTLY else 200, deadline=None, database=None, derandomize=True)
    @given(invalid_responses(protocol=protocol))
    def collect(drawn):
        seen.add(drawn[0])

    collect()
    assert seen <= set(breakable(CONTRACT, protocol))
    assert len(seen) >= (1 if NIGHTLY else 0.5) * len(breakable(CONTRACT, protocol))


def test_a_rule_that_no_response_breaks_alone_is_refused_at_once():
    """With the rules that there are."""
    with pytest.raises(ValueError, match=r"sort\.default-ascending .* shape\.enum"):
        invalid_responses(rule="sort.default-ascending")
    with pytest.raises(ValueError, match='"parsed" or "wire"'):
        invalid_responses(protocol="json")
