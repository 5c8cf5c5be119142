"""Every invalid answer is refused by exactly the rule that it names."""

import json

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import spec
from awscontract.conformance.judge.validate import validate
from awscontract.strategies import breakable, invalid_responses

SOME = settings(max_examples=40, deadline=None)
OUTCOMES = {"must": "failed", "should": "warned", "may": "noted"}

#: What a single answer without its request, its status and its headers cannot break.
NOT_ALONE = {
    "headers or status": {"protocol.content-type", "protocol.status"},
    "the request, or that it was valid": {
        "job.id-returned",
        "report.entity-inside-entity",
        "pagination.limit-respected",
        "pagination.default-limit",
    },
    "several answers": {
        "job.creation-date-stable",
        "job.completion-date-stable",
        "job.status-forward-only",
        "job.read-repeatable",
        "job.unknown-id-refused",
        "job.unknown-entity-fails",
        "job.same-request-same-job",
        "report.counts-same-on-every-page",
        *(
            each.id
            for each in spec.service_rules()
            if each.family == "pagination"
            and each.id.rpartition(".")[2]
            not in ("limit-respected", "default-limit", "truncated-has-token", "token-only-when-truncated")
        ),
    },
    "the order that was asked for": {each.id for each in spec.service_rules() if each.family == "sort"},
    "a request that is wrong": {each.id for each in spec.service_rules() if each.family == "validation"},
}


def broken(content):
    """The outcomes of the rules that were neither kept nor left out, nor left without ground."""
    quiet = ("passed", "not-exercised", "indeterminate")
    return {each.id: each.outcome for each in validate([("it", content)]).rules if each.outcome not in quiet}


def saved(answer):
    """An answer of boto3 as people save it."""
    return json.dumps(answer, default=lambda time: time.isoformat()).encode()


def exactly(rule):
    """The one outcome that a breach of the rule has."""
    return {rule: OUTCOMES[spec.rule(rule).level]}


@pytest.mark.parametrize("rule", breakable("xml"))
def test_the_bytes_break_exactly_the_rule(rule):
    """By the judge's word, at the rule's own level."""

    @SOME
    @given(invalid_responses("xml", rule=rule))
    def holds(drawn):
        named, body = drawn
        assert (named, broken(body)) == (rule, exactly(rule))

    holds()


@pytest.mark.parametrize("rule", breakable("parsed"))
def test_what_boto3_read_breaks_exactly_the_rule(rule):
    """The same, where the protocol is no longer to be seen."""

    @SOME
    @given(invalid_responses(rule=rule))
    def holds(drawn):
        named, answer = drawn
        assert (named, broken(saved(answer))) == (rule, exactly(rule))

    holds()


def test_every_rule_that_one_answer_can_break_is_broken():
    """What is not has a reason, and nothing is on both lists."""
    alone = {each.id for each in spec.service_rules()}.difference(*NOT_ALONE.values())

    assert set(breakable("xml")) == alone
    assert set(breakable("parsed")) == {each for each in alone if not each.startswith("protocol.")}


@settings(max_examples=1000, deadline=None)
@given(invalid_responses())
def test_the_schema_refuses_what_breaks_a_documented_condition_or_the_model(drawn):
    """And nothing else: the other rules are not the schema's to know."""
    rule, answer = drawn
    schema = spec.schema("GetOrganizationsAccessReport.response")
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date-time"]))
    conditions = {each["$comment"] for each in schema["allOf"] if "$comment" in each}
    model = {"shape.required", "shape.type", "shape.enum", "shape.length", "shape.pattern"}

    assert validator.is_valid(json.loads(saved(answer))) == (rule not in conditions | model)


@pytest.mark.parametrize("protocol", ["parsed", "xml"])
def test_all_rules_are_drawn_without_being_asked_for(protocol):
    """A thousand examples have every one of them."""
    seen = set()

    @settings(max_examples=1000, deadline=None, database=None, derandomize=True)
    @given(invalid_responses(protocol))
    def collect(drawn):
        seen.add(drawn[0])

    collect()
    assert seen == set(breakable(protocol))


def test_a_rule_that_no_answer_breaks_alone_is_refused_at_once():
    """With the rules that there are."""
    with pytest.raises(ValueError, match=r"sort\.default-ascending .* shape\.enum"):
        invalid_responses(rule="sort.default-ascending")
    with pytest.raises(ValueError, match="parsed or xml"):
        invalid_responses("json")
