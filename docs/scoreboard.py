"""The scoreboard: results of emulators over every operation with a recipe, kept small, and the page made from them.

``python -P docs/scoreboard.py`` writes docs/scoreboard.md anew from docs/scoreboard/*.json. With ``moto=FILE ministack=FILE``, files that
``awscontract check all --save`` wrote, it first replaces those results.
"""

import importlib.metadata
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

__all__ = ["RESULTS", "pack", "page", "unpack"]

RESULTS = Path(__file__).with_name("scoreboard")
PAGE = Path(__file__).with_suffix(".md")

#: The emulators, with the versions that were judged and how each was started.
TARGETS = {
    "moto": ("moto 5.2.5", "`awscontract check all --target moto --explore 0`"),
    "ministack": (
        "ministack 1.5.33",
        "`ministack`, then `awscontract check all --endpoint-url http://127.0.0.1:4566 --explore 0`",
    ),
}
_VIOLATED = ("failed", "warned", "noted")
#: The address that was judged; reproductions have the default port.
_PORT = re.compile(r"(http://127\.0\.0\.1:)\d+")


class Finding(NamedTuple):
    """One of the ten findings that are shown: where it is, and what causes it in the emulator's source code."""

    target: str
    operation: str
    rule: str
    cause: str


FINDINGS = (
    Finding("moto", "iam:ListUsers", "pagination.limit-respected", "`IAMBackend.list_users` takes MaxItems and Marker and uses neither, and IsTruncated is always false: a client that reads one page only passes every test. More than a hundred operations ignore the limit."),
    Finding("moto", "kinesis:DescribeStream", "pagination.ends", "`describe_stream` reads Limit and never ExclusiveStartShardId, so page one comes back with HasMoreShards true for ever: boto3's paginator gives up with a PaginationError."),
    Finding("moto", "iot:ListJobs", "pagination.ends", "the paginator's `unique_attribute` is `jobId`, and the jobs of the backend call it `job_id`: no cursor is ever found again, so page one comes back."),
    Finding("moto", "s3:ListBuckets", "pagination.complete", "`list_buckets` cuts the list at MaxBuckets and returns no ContinuationToken: the other buckets cannot be reached."),
    Finding("moto", "kinesis:ListShards", "pagination.token-continues", "the token holds a checksum of StreamName, which AWS refuses beside a NextToken: a request that AWS accepts is refused."),
    Finding("moto", "rds:DescribeDBInstances", "protocol.well-formed", "the shared paginator's InvalidToken is JSON, also for services that speak XML: SDKs cannot read the error."),
    Finding("moto", "iam:ListGroups", "pagination.filters-kept", "`list_groups` does not read PathPrefix."),
    Finding("ministack", "transfer:ListServers", "pagination.complete", "the token names the first server of the next page, and reading goes on behind it: one server is lost at each boundary."),
    Finding("ministack", "pipes:ListPipes", "pagination.ends", "`_list_pipes` returns a NextToken and never reads one: page one for ever."),
    Finding("ministack", "iam:ListVirtualMFADevices", "pagination.complete", "without AssignmentStatus only assigned devices are listed; IAM documents that the default is Any."),
)  # fmt: skip

#: What reading the sources showed about our own rules, all of it corrected before these results were made.
CORRECTED = (
    "EC2's namespace was expected without the slash at its end, which EC2 itself writes (21 warnings about ministack)",
    "S3 sends a next token on the last page of ListParts and ListMultipartUploads too",
    "an error that is declared for expired tokens was expected for altered ones (kinesis:ListShards)",
    "values that only the documentation lists were held against enumerations (`available` of an internet gateway, the empty `preset` of a channel, EC2's lower case)",
    "Route 53's required Marker was expected in responses to requests without one, and the prefix of its ids was counted",
    "executions of a state machine that ended between two pages, and so moved, were taken for lost (stepfunctions:ListExecutions)",
    "managed prefix lists were filtered by a tag, which their operation does not document (ec2:DescribeManagedPrefixLists)",
    "listings whose required id is out of the model's own pattern were not judged at all (identitystore)",
)


def pack(results: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What is kept of a results file: each operation's verdict, the rules by outcome, and the first violation of each."""
    first = results["results"][0]
    return {
        "awscontract": results["awscontract"],
        "botocore": first["model"]["botocore"],
        "version": version,
        "target": {"kind": results["target"]["kind"]},
        "operations": {each["operation"]: _packed(each) for each in results["results"]},
    }


def _packed(result: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "verdict": result["verdict"],
        "sha256": result["model"]["sha256"],
        "calls": result["calls"],
    }
    if result.get("reason"):
        found["reason"] = result["reason"]
    for rule in result["rules"]:
        outcome = rule["outcome"]
        if outcome not in _VIOLATED:
            found.setdefault(outcome, []).append(rule["id"])
            continue
        kept = {name: rule["violations"][0].get(name) for name in ("message", "expected", "actual")}
        wanted = any((result["operation"], rule["id"]) == (each.operation, each.rule) for each in FINDINGS)
        if wanted and rule["violations"][0].get("reproduce"):
            kept["reproduce"] = _PORT.sub(r"\g<1>4566", rule["violations"][0]["reproduce"])
        found.setdefault(outcome, {})[rule["id"]] = {name: value for name, value in kept.items() if value is not None}
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in found.items()}


def unpack(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A results file again, as far as it was kept."""
    return {
        "schema_version": 1,
        "awscontract": kept["awscontract"],
        "target": kept["target"],
        "results": [_unpacked(name, each, kept) for name, each in kept["operations"].items()],
    }


def _unpacked(operation: str, kept: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    outcomes = {rule: outcome for outcome, rules in _outcomes(kept).items() for rule in rules}
    rules = [
        {
            "id": each.id,
            "level": each.level,
            "basis": each.basis,
            "source": each.source,
            "statement": each.statement,
            "outcome": outcomes[each.id],
            "checked": int(outcomes[each.id] != "not-exercised"),
            "violations": [
                {**kept[outcomes[each.id]][each.id], "exchanges": []}
            ] if outcomes[each.id] in _VIOLATED else [],
        }
        for each in rule_set(load(operation))
        if each.id in outcomes
    ]  # fmt: skip
    names = ("passed", "failed", "warned", "noted", "not-exercised", "indeterminate", "known")
    return {
        "schema_version": 1,
        "awscontract": whole["awscontract"],
        "operation": operation,
        "model": {"botocore": whole["botocore"], "sha256": kept["sha256"]},
        "target": whole["target"],
        "verdict": kept["verdict"],
        **({"reason": kept["reason"]} if "reason" in kept else {}),
        "calls": kept["calls"],
        "seconds": 0,
        "seed": 0,
        "exercised": sum(each["outcome"] not in ("not-exercised", "indeterminate") for each in rules),
        "summary": {name: sum(each["outcome"] == name for each in rules) for name in names},
        "rules": rules,
    }


def _outcomes(kept: Mapping[str, Any]) -> dict[str, list[str]]:
    """The rules of an operation by outcome."""
    aside = ("verdict", "sha256", "calls", "reason")
    return {
        name: value.split() if isinstance(value, str) else list(value)
        for name, value in kept.items()
        if name not in aside
    }


def page(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """The page, from the results of each target by its name."""
    return "\n".join(_lines(kept)) + "\n"


def _lines(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "# Scoreboard\n"
    yield "This page is for users of emulators, and for their authors: what two of them do with every operation that we have a recipe for. Seven items are created, listed in different pages, and deleted again."
    yield "The tables name the rules that are broken, those of level `must` in bold. Divergence (rules broken) and coverage (rules exercised) are two figures.\n"
    yield "| target | judged | conform | break a `must` | could not be judged | made with |\n|---|---|---|---|---|---|"
    for name, each in kept.items():
        verdicts = Counter(one["verdict"] for one in each["operations"].values())
        judged = verdicts["conforms"] + verdicts["violates"]
        rest = ", ".join(
            f"{number} {what}" for what, number in sorted(verdicts.items()) if what not in ("conforms", "violates")
        )
        yield f"| {each['version']} | {judged} | {verdicts['conforms']} | {verdicts['violates']} | {rest or 0} | {TARGETS[name][1]} |"
    one = next(iter(kept.values()))
    yield f"\nawscontract {one['awscontract']}, botocore {one['botocore']}. [The matrix](scoreboard/matrix.html) shows every rule, "
    yield f"made from {' and '.join(f'`{name}.json`' for name in kept)} in `docs/scoreboard`. `python -P docs/scoreboard.py` makes this page.\n"
    yield from _by_rule(kept)
    yield "## Ten findings\n"
    yield "Each of these was compared with the emulator's source code. So were more than forty others, drawn at random over all rules, services and"
    yield "protocols: by reading the code that answers the operation, or by running the reproduction. What was wrong with our own rules is corrected:\n"
    yield "\n".join(f"* {each};" for each in CORRECTED)[:-1] + ".\n"
    for number, finding in enumerate(FINDINGS, 1):
        yield from _finding(number, finding, kept[finding.target])
    yield "## Operations\n"
    yield "| operation | " + " | ".join(each["version"] for each in kept.values()) + " |\n|---|" + "---|" * len(kept)
    for operation in dict.fromkeys(name for each in kept.values() for name in each["operations"]):
        yield (
            f"| {operation} | " + " | ".join(_cell(each["operations"].get(operation)) for each in kept.values()) + " |"
        )
    yield "\n## How to cite a finding\n"
    yield "Name the rule, the version of awscontract and the version of botocore that the result holds, and link the rule's page: \"`pagination.no-repeats`,"
    yield f'awscontract {one["awscontract"]}, botocore {one["botocore"]}". Attach the trace, which anybody can judge again.'


def _by_rule(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """How many operations break each rule."""
    counts = {
        name: Counter(rule for one in each["operations"].values() for outcome in ("failed", "warned") for rule in one.get(outcome, ()))
        for name, each in kept.items()
    }  # fmt: skip
    yield "| rule broken in so many operations | " + " | ".join(kept) + " |\n|---|" + "---|" * len(kept)
    for rule in sorted(
        {each for count in counts.values() for each in count},
        key=lambda each: (-sum(count[each] for count in counts.values()), each),
    ):
        yield f"| {rule} | " + " | ".join(str(count[rule] or "") for count in counts.values()) + " |"
    yield ""


def _finding(number: int, finding: Finding, kept: Mapping[str, Any]) -> Iterator[str]:
    one = kept["operations"][finding.operation]
    violation = next(one[outcome][finding.rule] for outcome in _VIOLATED if finding.rule in one.get(outcome, ()))
    yield f"### {number}. {finding.operation} on {kept['version']}: {finding.rule}\n"
    yield f"{violation['message'][:1].upper()}{violation['message'][1:]} (expected {violation['expected']}, actual {violation['actual']})."
    yield f"Cause: {finding.cause}\n"
    if violation.get("reproduce"):
        yield f"```{'python' if 'import ' in violation['reproduce'] else 'console'}\n{violation['reproduce']}\n```\n"


def _cell(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return ""
    if one["verdict"] not in ("conforms", "violates"):
        return str(one["verdict"])
    outcomes = {name: len(rules) for name, rules in _outcomes(one).items()}
    exercised = sum(outcomes.values()) - outcomes.get("not-exercised", 0) - outcomes.get("indeterminate", 0)
    broken = [f"**{each}**" for each in one.get("failed", ())] + list(one.get("warned", ()))
    return f"{exercised} of {sum(outcomes.values())}: " + (", ".join(broken) or "conforms")


def main(arguments: list[str]) -> None:
    """Replace the results that are given, and write the page."""
    for each in arguments:
        name, _, file = each.partition("=")
        version = TARGETS[name][0]
        if name == "moto" and importlib.metadata.version("moto") != version.split()[1]:
            raise SystemExit(
                f"the scoreboard is about {version}, and moto {importlib.metadata.version('moto')} is installed"
            )
        kept = pack(json.loads(Path(file).read_text()), version)
        lines = (
            f"{json.dumps(each)}: {json.dumps(value, ensure_ascii=False)}"
            for each, value in kept.pop("operations").items()
        )
        head = json.dumps(kept)[:-1]
        (RESULTS / f"{name}.json").write_text(
            head + ', "operations": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8"
        )
    PAGE.write_text(
        page({name: json.loads((RESULTS / f"{name}.json").read_text()) for name in TARGETS}), encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
