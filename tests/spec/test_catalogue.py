"""The catalogue: the ids are fixed, since other people's CI configuration names them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from awscontract import spec
from awscontract.spec.catalogue import LEVELS, Rule, client_rule_set, entries, rule_set, rules
from awscontract.spec.contract import Contract, RuleOverride, has
from awscontract.spec.operations import access_reports, load

FIRST, SERVICES, ENTITIES = (load(name) for name in access_reports())
PROTOCOL = """well-formed content-type status root-element namespace unprefixed result-wrapper result-first request-id member-once
    list-members timestamp-format timestamp-utc timestamp-precision boolean-format integer-format error-envelope error-details
    no-server-error"""
SHAPE = "required type enum length pattern pattern-whole unknown-member"
VALIDATION_OF_PAGES = """job-id-required job-id-length max-items-minimum max-items-maximum max-items-integer marker-length
    marker-pattern"""
START_OF_SIBLINGS = "arn-required arn-length granularity-known no-crash error-code"
IDS = {
    FIRST: {
        "protocol": PROTOCOL,
        "shape": SHAPE,
        "job": """id-returned creation-date-stable completion-date-absent-in-progress completion-date-when-finished
            completion-date-stable creation-date-plausible completed-after-created status-forward-only failed-has-error-details
            error-details-only-when-failed report-only-when-completed read-repeatable unknown-id-refused
            unknown-entity-fails same-request-same-job""",
        "report": """attempt-details-together attempt-has-region no-attempt-no-region attempt-counted
            no-attempt-counts-none counts-present counts-not-negative accessible-count not-accessed-count
            not-accessed-within-accessible counts-same-on-every-page service-listed-once accessed-before-completed
            entity-inside-entity region-name""",
        "pagination": """limit-respected default-limit truncated-has-token token-only-when-truncated token-advances
            ends complete no-repeats order-continues page-size-may-change token-repeatable unknown-token-refused
            token-bound-to-sort-key token-bound-to-job""",
        "sort": """default-by-namespace default-ascending namespace-ascending namespace-descending time-ascending
            time-descending never-accessed-together never-accessed-position descending-reverses
            same-services-under-every-key""",
        "validation": f"""{VALIDATION_OF_PAGES} sort-key-known entity-path-required entity-path-length entity-path-pattern
            policy-id-pattern no-crash error-code""",
    },
    SERVICES: {
        "protocol": PROTOCOL,
        "shape": SHAPE,
        "job": """id-returned creation-date-stable completion-date-absent-in-progress completion-date-when-finished
            completion-date-stable creation-date-plausible completed-after-created status-forward-only failed-has-error-details
            error-details-only-when-failed report-only-when-completed type-as-asked read-repeatable unknown-id-refused
            unknown-entity-fails same-request-same-job""",
        "report": """attempt-details-together attempt-has-region no-attempt-no-region attempt-counted
            no-attempt-counts-none service-listed-once action-listed-once accessed-before-completed entity-as-asked
            actions-only-when-asked action-details-together action-entity-with-time region-name""",
        "pagination": """limit-respected default-limit truncated-has-token token-only-when-truncated token-advances
            ends complete no-repeats order-continues page-size-may-change token-within-model token-repeatable
            unknown-token-refused token-bound-to-job""",
        "sort": "by-namespace",
        "validation": f"{VALIDATION_OF_PAGES} {START_OF_SIBLINGS}",
    },
    ENTITIES: {
        "protocol": PROTOCOL.replace("integer-format", ""),  # which its responses have no integer for
        "shape": SHAPE,
        "job": """id-returned creation-date-stable completion-date-absent-in-progress completion-date-when-finished
            completion-date-stable creation-date-plausible completed-after-created status-forward-only failed-has-error-details
            error-details-only-when-failed report-only-when-completed read-repeatable unknown-id-refused
            unknown-entity-fails same-request-same-job""",
        "report": "entity-listed-once accessed-before-completed entities-of-a-group-are-users entity-type-matches-arn",
        "pagination": """limit-respected default-limit truncated-has-token token-only-when-truncated token-advances
            ends complete no-repeats order-continues page-size-may-change token-within-model token-repeatable
            unknown-token-refused token-bound-to-job""",
        "sort": "entities-by-date",
        "validation": f"""{
            VALIDATION_OF_PAGES.replace(
                "max-items-minimum",
                '''service-namespace-required service-namespace-length
            service-namespace-pattern max-items-minimum''',
            )
        } {START_OF_SIBLINGS}""",
    },
}
#: Levels that do not follow from the basis, as RULES gives them.
EXCEPTIONS = {
    "protocol.no-server-error": "must",
    # Nobody writes these down, and nothing else can be meant by what is written.
    "job.creation-date-stable": "must",
    "job.completion-date-stable": "must",
    "job.status-forward-only": "must",
    "job.type-as-asked": "must",
    "report.entity-listed-once": "must",
    "pagination.no-repeats": "must",
    "pagination.order-continues": "must",
    "shape.unknown-member": "may",
    "job.unknown-entity-fails": "may",
    "job.same-request-same-job": "may",
    "report.no-attempt-no-region": "should",
    "report.region-name": "may",
    "pagination.token-bound-to-sort-key": "may",
    "pagination.token-bound-to-job": "may",
    "sort.never-accessed-position": "may",
    "sort.descending-reverses": "may",
}

#: The rules of paging for lists: level, basis, as documented for every paginated operation.
PAGING = {
    "pagination.limit-respected": ("must", "documented"),
    "pagination.truncated-has-token": ("must", "protocol"),
    "pagination.token-only-when-truncated": ("should", "convention"),
    "pagination.ends": ("must", "protocol"),
    "pagination.complete": ("must", "protocol"),
    "pagination.no-repeats": ("should", "protocol"),
    "pagination.token-continues": ("must", "protocol"),
    "pagination.page-size-may-change": ("must", "protocol"),
    "pagination.token-within-model": ("must", "model"),
    "pagination.token-repeatable": ("may", "convention"),
    "pagination.unknown-token-refused": ("should", "convention"),
    "pagination.unknown-token-no-crash": ("should", "convention"),
    "pagination.token-error-declared": ("should", "model"),
    "pagination.token-bound-to-parameters": ("may", "protocol"),
    "pagination.filters-kept": ("must", "documented"),
    "sort.documented-order": ("must", "documented"),
    "sort.parameter": ("must", "documented"),
    "validation.limit-minimum": ("should", "model"),
    "validation.limit-maximum": ("should", "model"),
    "validation.no-crash": ("should", "convention"),
    "protocol.content-type": ("should", "convention"),
    "protocol.no-server-error": ("must", "convention"),
    **{f"shape.{each}": ("should", "model") for each in ("required", "type", "enum", "length", "pattern")},
    "shape.unknown-member": ("may", "model"),
}
#: One list operation of each protocol, and some whose paginators are unusual.
LISTS = (
    "iam:ListUsers",
    "ec2:DescribeVpcs",
    "lambda:ListFunctions",
    "kinesis:ListStreams",
    "cloudtrail:ListImportFailures",
    "logs:DescribeLogGroups",
    "s3:ListObjects",
    "s3:ListParts",
    "route53:ListResourceRecordSets",
    "dynamodb:Scan",
    "sqs:ListQueues",
)
ALL = [*access_reports(), *LISTS]
each_contract = pytest.mark.parametrize("contract", [load(name) for name in ALL], ids=ALL)


@pytest.mark.parametrize(
    ("operation", "listed"),
    [
        ("iam:ListUserPolicies", "boolean-format length pattern"),
        ("sqs:ListQueues", ""),
        ("ce:GetAnomalies", "float-format enum length pattern"),
        ("dynamodb:Scan", "boolean-format integer-format float-format length pattern"),
    ],
)
def test_no_rule_about_what_responses_do_not_have(operation: str, listed: str) -> None:
    """The rules about written forms and constraints are those of the members that the model has."""
    forms = {f"{each}-format" for each in ("timestamp", "boolean", "integer", "float")}
    forms |= {"timestamp-utc", "timestamp-precision", "enum", "length", "pattern", "pattern-whole"}
    slugs = [each.id.partition(".")[2] for each in rule_set(load(operation))]

    assert [each for each in slugs if each in forms] == listed.split()


def everything(contract: Contract) -> tuple[Rule, ...]:
    return rule_set(contract) + client_rule_set(contract)


def ids(contract: Contract) -> list[str]:
    return [each.id for each in rule_set(contract)]


@pytest.mark.smoke
@pytest.mark.parametrize("contract", IDS, ids=lambda contract: contract.operation)
def test_the_rules_of_the_access_reports_are_these_in_this_order(contract: Contract) -> None:
    """Families and slugs, in the order that every output has."""
    assert ids(contract) == [f"{family}.{slug}" for family, slugs in IDS[contract].items() for slug in slugs.split()]


@pytest.mark.parametrize("contract", IDS, ids=lambda contract: contract.operation)
def test_levels_follow_from_the_basis(contract: Contract) -> None:
    """Documents, the model and protocols give a must; what was only observed or agreed upon gives a should; the rest is listed."""
    contradicted = {"pagination.default-limit": "may"} if contract is not FIRST else {}
    unusual = {each.id: each.level for each in rule_set(contract) if each.level != LEVELS[each.basis]}

    assert unusual == {name: level for name, level in {**EXCEPTIONS, **contradicted}.items() if name in ids(contract)}


@pytest.mark.parametrize("name", LISTS)
def test_levels_and_bases_of_lists_are_these(name: str) -> None:
    """The table of the rules for every paginated operation, wherever a rule applies."""
    found = {each.id: (each.level, each.basis) for each in rule_set(load(name)) if each.id in PAGING}

    assert found == {rule_id: standing for rule_id, standing in PAGING.items() if rule_id in found}
    assert {each.id for each in rule_set(load(name)) if each.family != "protocol"} <= set(PAGING)


def test_every_rule_of_the_table_applies_somewhere() -> None:
    """No rule of paging is in the catalogue for nothing."""
    ordered = replace(load("iam:ListUsers"), sort=FIRST.sort, order=SERVICES.order)
    found = {each for name in LISTS for each in ids(load(name))} | {*ids(ordered)}

    assert set(PAGING) - found <= {"pagination.filters-kept"}  # needs a recipe with a filter
    assert {each.rule.id for each in entries()} - {"pagination.filters-kept"} <= {
        *found,
        *(each.id for contract in (FIRST, SERVICES, ENTITIES, load(LISTS[0])) for each in everything(contract)),
    }


@pytest.mark.parametrize(
    ("name", "absent", "present"),
    [
        ("lambda:ListFunctions", {"pagination.truncated-has-token", "pagination.token-only-when-truncated"}, set()),
        (
            "s3:ListObjects",
            {"pagination.token-only-when-truncated", "pagination.unknown-token-refused"},
            {"pagination.ends"},
        ),
        ("s3:ListParts", {"pagination.token-within-model"}, {"pagination.limit-respected"}),
        ("iam:ListUsers", {"pagination.token-error-declared", "sort.documented-order"}, {"validation.limit-maximum"}),
        ("cloudtrail:ListImportFailures", set(), {"pagination.token-error-declared", "pagination.token-within-model"}),
        ("dynamodb:Scan", {"pagination.token-within-model", "validation.limit-maximum"}, {"validation.limit-minimum"}),
        ("route53:ListResourceRecordSets", {"validation.limit-minimum"}, {"pagination.truncated-has-token"}),
    ],
)
def test_a_rule_applies_where_its_traits_are(name: str, absent: set[str], present: set[str]) -> None:
    """A rule about something that the operation does not have is not listed."""
    found = {*ids(load(name))}

    assert not absent & found
    assert present <= found


@each_contract
def test_no_rule_needs_a_trait_that_the_contract_lacks(contract: Contract) -> None:
    """What a rule requires can be looked up."""
    assert all(has(contract, trait) for each in everything(contract) for trait in each.requires)


@each_contract
def test_an_id_stands_once_in_a_rule_set(contract: Contract) -> None:
    """Of the rows with one id, at most one is for this operation."""
    found = [each.id for each in everything(contract)]

    assert len(found) == len({*found})
    assert {each.family for each in client_rule_set(contract)} == {"client"}
    assert "client" not in {each.family for each in rule_set(contract)}


@each_contract
def test_statements_are_sentences(contract: Contract) -> None:
    """One sentence, with no template left in it: it starts with a capital, ends with a full stop and refers to no row above it."""
    for each in everything(contract):
        assert re.fullmatch(r"[A-Z][^\n]{20,}[^.]\.", each.statement), each
        assert not re.search(r"\. [A-Z]|[{}\[\]]|  |\bNone\b", each.statement), each
        assert not each.statement.startswith(("And ", "It ", "They ", "Namely ")), each


@each_contract
def test_every_rule_has_a_source(contract: Contract) -> None:
    """A claim says who makes it."""
    assert all(re.fullmatch(r"https://[^\s]+", each.source) for each in everything(contract))


def test_sources_of_a_lists_claims_are_its_own() -> None:
    """Where a claim is the operation's, so is the page that it cites."""
    found = {each.id: each.source for each in rule_set(load("lambda:ListFunctions"))}

    assert (
        found["pagination.limit-respected"] == "https://docs.aws.amazon.com/goto/WebAPI/lambda-2015-03-31/ListFunctions"
    )
    assert not [each for each in found.values() if "/IAM/" in each]
    assert "restjson1" in found["protocol.status"]


def test_sources_of_members_are_their_types_pages() -> None:
    """A claim about a row cites the page of the row, one about the start that of the start."""
    assert spec.rule("report.attempt-counted").source.endswith("/API_AccessDetail.html")
    assert spec.rule("job.id-returned").source.endswith("/API_GenerateOrganizationsAccessReport.html")
    assert spec.rule("report.action-details-together").source.endswith("/API_TrackedActionLastAccessed.html")
    assert spec.rule("report.actions-only-when-asked").source.endswith("/API_ServiceLastAccessed.html")


@pytest.mark.parametrize(("service", "page"), [("kinesis:ListStreams", "json-1_1"), ("dynamodb:Scan", "json-1_0")])
def test_the_version_of_json_is_the_services(service: str, page: str) -> None:
    """AWS JSON has two versions, with a page each."""
    assert page in next(each.source for each in rule_set(load(service)) if each.id == "protocol.status")


@each_contract
def test_statements_name_only_members_of_their_operation(contract: Contract) -> None:
    """A rule about lambda:ListFunctions does not speak of Marker's siblings in other operations."""
    shapes = [spec.operation(contract.service, name) for name in contract.operations]
    known = {
        word
        for each in shapes
        for shape in (each.input_shape, each.output_shape)
        for word in re.findall(r"[A-Z]\w+", repr(_names(shape, set())))
    } | {*contract.operations, *contract.errors.token, *contract.errors.validation}
    foreign = {
        "IsTruncated",
        "MaxItems",
        "MaxKeys",
        "JobId",
        "NextToken",
        "NextMarker",
        "Marker",
        "SortKey",
        "AccessDetails",
    }

    for each in everything(contract):
        assert not ({*re.findall(r"\w+", each.statement)} & foreign) - known, each


def _names(shape: object, seen: set[str]) -> list[str]:
    """Every member at any depth."""
    found: list[str] = []
    name = getattr(shape, "name", None)
    if name is None or name in seen:
        return found
    seen.add(name)
    for member, inner in getattr(shape, "members", {}).items():
        found += [member, *_names(inner, seen)]
    return found + _names(getattr(shape, "member", None), seen)


@each_contract
def test_member_paths_are_in_the_model(contract: Contract) -> None:
    """A path names the service, its version, and a shape with mostly a member of it, or an operation."""
    model = spec.service(contract.service)
    for each in everything(contract):
        if each.member is None:
            continue
        path = re.fullmatch(r"([\w-]+)/([\d-]+)#(\w+)(?:\.(\w+))?", each.member)
        assert path, each
        service, version, shape, member = path.groups()
        assert (service, version) == (contract.service, model.api_version)
        assert shape in (
            model.shape_names if member or shape not in model.operation_names else model.operation_names
        ), each
        assert member is None or member in model.shape_for(shape).members, each


@pytest.mark.parametrize("absent", ["listing", "job", "sort", "order", "report"])
def test_whatever_a_contract_lacks_its_rules_are_sentences(absent: str) -> None:
    """Traits are independent of each other: a rule that mentions an absent one does not apply."""
    for contract in (FIRST, SERVICES, ENTITIES):
        for counts in (contract.counts, ()):
            for kind in ("access-report", "file"):
                poorer = replace(contract, kind=kind, counts=counts, **{absent: None})  # type: ignore[arg-type]
                assert not [each for each in everything(poorer) if re.search(r"[{}\[\]]", each.statement)]
                assert absent == "job" or "validation.no-crash" in ids(poorer)
                assert not [each for each in everything(poorer) if f"{absent}." in f"{each.requires}"] or absent in (
                    "sort",
                    "order",
                )


@pytest.mark.parametrize("trait", ["limit", "more", "default_limit", "identity"])
def test_whatever_a_listing_lacks_its_rules_are_sentences(trait: str) -> None:
    """The parts of a listing are optional too."""
    for contract in (FIRST, ENTITIES, load("iam:ListUsers"), load("kinesis:ListStreams")):
        assert contract.listing is not None
        poorer = replace(contract, listing=replace(contract.listing, **{trait: None}))  # type: ignore[arg-type]
        assert all(has(poorer, each) for rule in everything(poorer) for each in rule.requires)


def test_a_contract_overrides_rules() -> None:
    """What a contract file says about a rule comes before the catalogue; a new basis has its own level."""
    changed = replace(
        FIRST,
        overrides=(
            RuleOverride("sort.default-ascending", basis="documented", statement="Services are sorted."),
            RuleOverride("validation.job-id-length", level="may"),
        ),
    )
    found = {each.id: each for each in rule_set(changed)}

    assert found["sort.default-ascending"].level == "must"
    assert found["sort.default-ascending"].statement == "Services are sorted."
    assert (found["validation.job-id-length"].level, found["validation.job-id-length"].basis) == ("may", "model")
    assert found["sort.time-ascending"] == spec.rule("sort.time-ascending")


def test_rules_are_found_by_id() -> None:
    """Those of the first operation that has the rule, generated ones included; lists' own ones as templates."""
    assert spec.rule("pagination.complete") in rule_set(FIRST)
    assert spec.rule("validation.policy-id-pattern") in rule_set(FIRST)
    assert spec.rule("validation.granularity-known") in rule_set(SERVICES)
    assert spec.rule("client.waits") in client_rule_set(FIRST)
    assert spec.rule("pagination.token-continues").id == "pagination.token-continues"
    with pytest.raises(KeyError):
        spec.rule("sort.by-colour")


def test_levels_are_written_only_where_they_are_exceptions() -> None:
    """What follows from the basis is not repeated in the file."""
    for row in tomllib.loads(_file().read_text("utf-8"))["rule"]:
        assert row.get("level") != LEVELS[row["basis"]], row["id"]


def test_rows_have_known_names_and_sources() -> None:
    """A misspelt key in the file would be passed over in silence."""
    data = tomllib.loads(_file().read_text("utf-8"))
    named = {"operation", "start", "item", "action", "error", "order", "protocol", *data["sources"]}
    cited = {row["source"] for row in data["rule"]}

    assert {*data} == {"sources", "protocols", "rule"}
    for row in data["rule"]:
        assert {*row} <= {
            "id",
            "for",
            "protocols",
            "requires",
            "lacks",
            "output",
            "basis",
            "level",
            "source",
            "member",
            "statement",
        }, row
        assert row.get("for") in (None, "access-report", "list")
        assert {*row.get("protocols", ())} <= {*data["protocols"]}
    assert cited <= named
    assert {*data["sources"]} <= cited, "no source is there for nothing"
    assert len(rules()) == len(data["rule"])


#: Rules that are documented, and words of the page that they cite, which say so.
QUOTES = {
    "job.id-returned": "returns a JobId",
    "job.failed-has-error-details": "If the operation fails, it returns the reason",
    "job.completion-date-absent-in-progress": "null if the job is still in progress",
    "report.attempt-details-together": "null if no principals",
    "report.no-attempt-no-region": "null if no principals",
    "report.not-accessed-count": "allowed but did not attempt to access",
    "report.service-listed-once": "For each service",
    "pagination.limit-respected": "the maximum number of items you want in the response",
    "pagination.default-limit": "the number of items defaults to 100",
    "pagination.truncated-has-token": "this element is present",
    "pagination.complete": "receive all your results",
    "sort.default-by-namespace": "sorted by service namespace",
    "sort.namespace-ascending": "returned in alphabetical order",
    "sort.time-ascending": "sorted numerically by the date and time",
    "report.entity-as-asked": "Returns the user ARN that you used to generate the report",
    "report.entities-of-a-group-are-users": "returns a list of users in the group",
    "report.actions-only-when-asked": "null if the report was generated at the service level",
    "report.action-details-together": "null if no IAM entities attempted",
    "sort.by-namespace": "sorted by service namespace",
    "sort.entities-by-date": "sorted by date, with the most recent access listed first",
}


@pytest.mark.parametrize("rule_id", QUOTES)
def test_what_is_documented_can_be_read_there(rule_id: str) -> None:
    """The words at the member that a rule names say what it claims."""
    rule = spec.rule(rule_id)
    assert rule.basis == "documented"
    assert rule.member is not None
    shape, _, member = rule.member.partition("#")[2].partition(".")
    model = spec.service("iam")
    if shape in model.operation_names:
        words = model.operation_model(shape).documentation
    else:
        words = model.shape_for(shape).members[member].documentation

    assert QUOTES[rule_id] in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", words))


def test_spec_knows_no_other_package() -> None:
    """The contracts mention neither implementations nor judges of them."""
    for path in Path(spec.__file__).parent.rglob("*.*"):
        if path.suffix in {".py", ".toml"}:
            assert not re.search(r"\b(emulator|strategies|conformance)\b", path.read_text("utf-8")), path


def _file() -> Path:
    return Path(spec.__file__).parent / "rules.toml"
