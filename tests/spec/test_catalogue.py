"""The catalogue: the ids are fixed, since other people's CI is written against them."""

import re
from pathlib import Path

import pytest

from awscontract import spec
from awscontract.spec.catalogue import LEVELS

IDS = {
    "protocol": """well-formed content-type status root-element namespace unprefixed result-wrapper result-first
        request-id member-once list-members timestamp-format timestamp-utc timestamp-precision boolean-format
        integer-format error-envelope error-details""",
    "shape": "required type enum length pattern pattern-whole unknown-member",
    "job": """id-returned creation-date-stable completion-date-absent-in-progress completion-date-when-finished
        completion-date-stable completed-after-created status-forward-only failed-has-error-details
        error-details-only-when-failed report-only-when-completed read-repeatable unknown-id-refused
        unknown-entity-fails same-request-same-job""",
    "report": """attempt-details-together attempt-has-region no-attempt-no-region attempt-counted
        no-attempt-counts-none counts-present counts-not-negative accessible-count not-accessed-count
        not-accessed-within-accessible counts-same-on-every-page service-listed-once accessed-before-completed
        entity-inside-entity region-name""",
    "pagination": """limit-respected default-limit truncated-has-token token-only-when-truncated token-advances
        ends complete no-repeats order-continues page-size-may-change token-repeatable unknown-token-refused
        token-bound-to-sort-key""",
    "sort": """default-by-namespace default-ascending namespace-ascending namespace-descending time-ascending
        time-descending never-accessed-together never-accessed-position descending-reverses
        same-services-under-every-key""",
    "validation": """job-id-required job-id-length max-items-minimum max-items-maximum max-items-integer
        sort-key-known marker-length marker-pattern entity-path-required entity-path-length entity-path-pattern
        policy-id-pattern error-code""",
    "client": """complete no-repeats order-kept waits surfaces-failure surfaces-errors tolerates-absent
        token-verbatim parameters-kept stops polite-polling gives-up""",
}
EXCEPTIONS = {
    "shape.unknown-member": "may",
    "job.unknown-entity-fails": "may",
    "job.same-request-same-job": "may",
    "report.no-attempt-no-region": "should",
    "report.region-name": "may",
    "pagination.token-bound-to-sort-key": "may",
    "sort.never-accessed-position": "may",
    "sort.descending-reverses": "may",
    "client.parameters-kept": "must",
    "client.polite-polling": "may",
    "client.gives-up": "may",
}
each_rule = pytest.mark.parametrize("rule", spec.rules(), ids=lambda rule: rule.id)


def test_the_ids_are_these_in_this_order():
    """Families and slugs, the service's half before the client's."""
    assert [each.id for each in spec.rules()] == [
        f"{family}.{slug}" for family, slugs in IDS.items() for slug in slugs.split()
    ]
    assert spec.rules() == spec.service_rules() + spec.client_rules()
    assert {each.family for each in spec.client_rules()} == {"client"}


def test_levels_follow_from_the_basis():
    """Documents, the model and the protocol bind; what was only seen or agreed upon advises; the rest is listed."""
    assert {each.id: each.level for each in spec.rules() if each.level != LEVELS[each.basis]} == EXCEPTIONS


def test_a_level_is_written_only_where_it_is_an_exception():
    """What follows is not repeated in the file."""
    text = (Path(spec.__file__).parent / "rules.toml").read_text("utf-8")

    assert text.count("\nlevel = ") == len(EXCEPTIONS)


@each_rule
def test_rules_are_found_by_id(rule):
    """The id is the rule's name everywhere."""
    assert spec.rule(rule.id) is rule


def test_an_unknown_rule_is_a_key_error():
    """There is no rule that the catalogue does not have."""
    with pytest.raises(KeyError):
        spec.rule("sort.by-colour")


@each_rule
def test_every_rule_has_a_source(rule):
    """A claim says on whose word it stands."""
    assert re.fullmatch(r"https://[^\s]+", rule.source)


@each_rule
def test_statements_are_sentences(rule):
    """One sentence, in full: it starts with a capital, ends with a full stop and leans on no row above it."""
    assert re.fullmatch(r"[A-Z][^\n]{20,}[^.]\.", rule.statement)
    assert not re.search(r"\. [A-Z]", rule.statement)
    assert not rule.statement.startswith(("And ", "It ", "They ", "Namely "))


def test_statements_and_sources_are_all_of_use():
    """No two rules say the same, and no source is cited by none."""
    assert len({each.statement for each in spec.rules()}) == len(spec.rules())
    text = (Path(spec.__file__).parent / "rules.toml").read_text("utf-8")
    urls = set(re.findall(r'"(https://[^"]+)"', text))
    assert {each.source for each in spec.rules()} == urls


@pytest.mark.parametrize("rule", [each for each in spec.rules() if each.member], ids=lambda rule: rule.id)
def test_member_paths_are_in_the_model(rule):
    """A path names the service, its version, a shape and mostly a member of it."""
    path = re.fullmatch(r"(\w+)/([\d-]+)#(\w+)(?:\.(\w+))?", rule.member)
    service, version, shape, member = path.groups()
    model = spec.service(service)

    assert model.api_version == version
    assert member is None or member in model.shape_for(shape).members
    assert model.shape_for(shape).name == shape


def test_the_room_knows_no_other():
    """The law mentions neither those who keep it nor those who judge by it."""
    for path in Path(spec.__file__).parent.rglob("*.*"):
        if path.suffix in {".py", ".toml", ".json"}:
            assert not re.search(r"\b(emulator|strategies|conformance)\b", _words(path)), path


def _words(path: Path) -> str:
    # An emulator is one of the kinds of target that a result names.
    return path.read_text("utf-8").replace('"endpoint", "emulator"', "")
