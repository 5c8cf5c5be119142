"""The table of options: one row makes the option of the command, that of pytest, and the names in files and variables.

Importing this module costs next to nothing, because pytest does so in every run of everybody who has awscontract installed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

__all__ = ["ALTERNATIVES", "CHECK", "PYTEST", "TABLE", "TARGETS", "Option", "find", "for_check", "of"]

#: What an option is for. `target`: reaching the target. `check`: a keyword argument of `check()`. `outcome`: what becomes of the result.
Use = Literal["target", "check", "outcome", "own"]

CHECK = "check"
PYTEST = "pytest"

TARGETS = ("emulator", "moto", "moto+access-reports", "aws")
#: Options of which only one may be given. One from a stronger source takes the place of the other.
ALTERNATIVES = ("endpoint-url", "target")

_JUDGING = ("check", "validate", "replay")
_OPERATION = ("fuzz-client", "validate", "explain", "rules", "sample", "faults", "schema")
_CONTRACTS = (*_OPERATION, "check", "replay", "serve", "operations", "contract", "known", PYTEST)
_BOTH = (CHECK, PYTEST)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of one or more commands; ``pytest`` counts as a command.

    `kind` is a name in `kinds.KINDS`. `default` is the value, `default_text` describes one that depends on other options. `also` is a
    second name in files and variables. `words` names a list for shell completion. `argument`: the command takes it as its arguments, and only files,
    variables and pytest know it by name. `everywhere`: set at the top of a file, it counts for every command that has it.
    """

    name: str
    help: str
    kind: str = "text"
    default: Any = None
    default_text: str = ""
    commands: tuple[str, ...] = (CHECK,)
    use: Use = "own"
    choices: tuple[str, ...] = ()
    metavar: str = ""
    parameter: str = ""
    also: str = ""
    words: str = ""
    short: str = ""
    argument: bool = False
    everywhere: bool = False

    @property
    def dest(self) -> str:
        """The name of the Python argument."""
        return self.parameter or self.name.replace("-", "_")

    @property
    def ini(self) -> str:
        """The name in pytest's own configuration."""
        return f"awscontract_{self.name.replace('-', '_')}"


TABLE: tuple[Option, ...] = (
    # what is judged
    Option("operation", "Judge this operation, such as iam:ListUsers.", "texts", commands=_BOTH, also="operations",
           metavar="OPERATION", parameter="operations", argument=True, words="operations"),
    Option("operation", "The operation.", commands=_OPERATION, default="iam:GetOrganizationsAccessReport",
           metavar="OPERATION", words="operations"),
    Option("contract", "Add or override contracts by this file.", "files", commands=_CONTRACTS, also="contracts",
           parameter="contracts", everywhere=True),
    Option("recipe", "Add or override recipes by this file.", "files", commands=(*_CONTRACTS,), also="recipes",
           parameter="recipes", everywhere=True),
    Option("paging", "How an operation pages, where neither a paginator nor its shapes say so: input=NextToken,output=NextToken,items=Things,limit=MaxResults.",
           "paging", commands=(*_OPERATION, "check", "contract", PYTEST)),
    # the target
    Option("endpoint-url", "Judge the implementation at this URL.", metavar="URL", commands=_BOTH, use="target"),
    Option("target", "Judge an implementation by name.", "choice", choices=TARGETS, commands=_BOTH, use="target", default_text="emulator"),
    Option("allow-aws", "Permit requests to AWS itself.", "flag", commands=(PYTEST,), use="target"),
    Option("profile", "Sign requests with the credentials of this AWS profile.", commands=_BOTH, use="target"),
    Option("region", "Sign requests for this Region.", commands=_BOTH, use="target", default_text="us-east-1"),
    Option("no-sign-request", "Do not sign requests.", "flag", commands=_BOTH, use="target"),
    Option("sign-with-environment", "Sign requests to an endpoint with the credentials in the environment instead of dummy ones.",
           "flag", commands=_BOTH, use="target"),
    Option("no-verify-ssl", "Do not verify TLS certificates.", "flag", commands=_BOTH, use="target"),
    Option("ca-bundle", "Verify TLS certificates with these CA certificates.", "file", commands=_BOTH, use="target"),
    Option("wait", "How long to wait for the endpoint to come up.", "seconds", commands=_BOTH, use="target", default_text="0"),
    # access reports
    Option("entity-path", "Report on this entity of the organization.", commands=_BOTH, use="check", default_text="the organization's root"),
    Option("arn", "Report on this user, role, group or policy.", commands=_BOTH, use="check", default_text="found through IAM"),
    Option("granularity", "The granularity of the report.", "choice", choices=("SERVICE_LEVEL", "ACTION_LEVEL"), commands=_BOTH, use="check"),
    Option("service-namespace", "List the entities that accessed this service.", commands=_BOTH, use="check",
           default_text="the first service of the report"),
    Option("job-id", "Only read this finished report.", commands=_BOTH, use="check"),
    # paginated operations
    Option("parameters", "Parameters to send with every request, such as {\"Bucket\": \"b\"}.", "json", commands=_BOTH, use="check"),
    Option("items", "How many items the recipe creates.", "number", 7, commands=_BOTH, use="check"),
    Option("no-setup", "Create nothing; read the items that are there.", "flag", commands=_BOTH, use="check"),
    Option("keep", "Do not delete what the recipe created.", "flag", commands=_BOTH, use="check"),
    Option("allow-setup", "Permit recipes to create and delete items on AWS.", "flag", commands=_BOTH, use="check"),
    Option("seed-command", "Run this first; it may print an entity path, a JobId or, as JSON, request parameters.", metavar="CMD", commands=_BOTH),
    # effort and limits
    Option("timeout", "Time limit for one operation.", "limit", 120.0, commands=_BOTH, use="check"),
    Option("read-timeout", "Time limit for one response.", "limit", 10.0, commands=_BOTH, use="check"),
    Option("max-body", "Size limit of one response.", "bytes", 16 * 2**20, commands=_BOTH, use="check"),
    Option("max-elements", "Most elements of one response.", "number", 100_000, commands=_BOTH, use="check"),
    Option("max-total", "Size limit of everything kept of one operation.", "bytes", 64 * 2**20, commands=_BOTH, use="check"),
    Option("poll-interval", "Pause between two polls.", "seconds", default_text="0.2; 2 for aws", commands=_BOTH, use="check"),
    Option("explore", "Generated request sequences after the fixed survey.", "count", default_text="25; 0 for aws", commands=_BOTH, use="check"),
    Option("seed", "Seed of everything generated.", "count", 0, commands=_BOTH, use="check"),
    Option("concurrency", "Requests at once.", "number", 1, commands=_BOTH, use="check"),
    Option("jobs", "Operations at once.", "number", 1),
    Option("lacks", "A capability that the target does not have; it explains rules that were not exercised.", "choices",
           choices=("organizations", "unfinished-jobs", "failed-jobs", "second-job", "paging"), commands=_BOTH, use="check"),
    # the outcome
    Option("known", "Accept the known divergences that this file lists.", "file", commands=(*_JUDGING, PYTEST), use="outcome"),
    Option("strict", "Fail on broken rules of level should too.", "flag", commands=(*_JUDGING, PYTEST), use="outcome"),
    Option("require", "Fail unless these rules were exercised, or this operation judged.", "texts", commands=(*_JUDGING, PYTEST), use="outcome",
           metavar="FAMILY_OR_RULE_OR_OPERATION", words="rules"),
    Option("verbose", "Show why rules were not exercised.", "flag", commands=_JUDGING, use="outcome", short="v"),
    Option("quiet", "Show one line per operation.", "flag", commands=_JUDGING, use="outcome", short="q"),
    Option("format", "Format of the result.", "choice", "text", commands=_JUDGING, use="outcome", choices=("text", "json")),
    Option("save", "Write the result to this file, as JSON.", "output", commands=(*_JUDGING, PYTEST), use="outcome"),
    Option("record", "Write the trace to this file: every request and response.", "output", commands=_BOTH, use="outcome"),
    Option("keep-ids", "Do not replace account and organization ids in the trace.", "flag", commands=_BOTH, use="outcome"),
    # serve
    Option("host", "The address to listen on.", default="127.0.0.1", commands=("serve",)),
    Option("port", "The port to listen on; 0 takes a free one.", "port", 4260, commands=("serve",)),
    Option("services", "How many services the report lists.", "count", commands=("serve",)),
    Option("items", "How many items a listing has.", "count", commands=("serve",)),
    Option("polls", "How many times a job reports IN_PROGRESS.", "count", commands=("serve",)),
    Option("outcome", "How jobs end.", "choice", choices=("completed", "failed"), commands=("serve",)),
    Option("page-cap", "The most items on a page, whatever the request says.", "number", commands=("serve",)),
    Option("nulls", "Where services that were never accessed come in a time sort.", "choice", choices=("first", "last", "low", "high"),
           commands=("serve",)),
    Option("variant", "Behave like this valid variant.", "texts", metavar="ID", parameter="variants", words="variants", commands=("serve",)),
    Option("fault", "Violate the contract in this way.", metavar="ID", words="faults", commands=("serve",)),
    Option("list", "List variants and faults, then exit.", "flag", parameter="listed", commands=("serve",)),
    # fuzz-client
    Option("examples", "How many behaviours to try.", "number", 20, commands=("fuzz-client",)),
    Option("timeout", "Time limit for one run of the program.", "limit", 30.0, commands=("fuzz-client",)),
    Option("seed", "Seed of everything generated.", "count", 0, commands=("fuzz-client", "faults")),
    Option("invalid-responses", "Also send what no service may send.", "flag", commands=("fuzz-client",)),
    Option("key", "The program prints this member of each item.", metavar="MEMBER", commands=("fuzz-client",)),
    Option("jobs", "Runs of the program at once.", "number", 1, commands=("fuzz-client",)),
    # repage
    Option("repage", "Serve the listings that the tested program reads in different, equally valid pages.", "flag", commands=(PYTEST,)),
    Option("repage-operation", "Re-page this operation only, such as iam:ListUsers.", "texts", commands=(PYTEST,), also="repage-operations",
           metavar="OPERATION", parameter="repage_operations", words="operations"),
    Option("repage-page", "The most items on a page.", "number", commands=(PYTEST,), default_text="drawn, 1 to 3"),
    Option("repage-seed", "Seed of the pages.", "count", commands=(PYTEST,), default_text="0"),
    Option("repage-strict", "Fail the tests that saw lost items: pages with items that were never asked for.", "flag", commands=(PYTEST,)),
    Option("repage-strict-all", "Also fail the tests that would lose items: they never asked for the next page.", "flag", commands=(PYTEST,)),
    Option("operation", "Re-page this operation only, such as iam:ListUsers.", "texts", commands=("repage",), also="operations",
           metavar="OPERATION", parameter="operations", words="operations"),
    Option("page", "The most items on a page.", "number", commands=("repage",), default_text="drawn, 1 to 3"),
    Option("seed", "Seed of the pages.", "count", 0, commands=("repage",)),
    Option("strict", "Exit with 1 where items were lost: pages with items were never asked for.", "flag", commands=("repage",)),
    Option("strict-all", "Exit with 1 also where items would be lost: the next page was never asked for.", "flag", commands=("repage",)),
    # the other commands
    Option("pages", "The files are the pages of one listing, in this order.", "flag", commands=("validate",)),
    Option("explore", "Generated request sequences, for faults that only some page sizes show; 0 leaves those out.", "count", 0, commands=("faults",)),
    Option("format", "Format of the table.", "choice", "text", choices=("text", "markdown", "json"), commands=("faults",)),
    Option("format", "Format of the output.", "choice", "text", choices=("text", "json"), commands=("rules", "operations", "contract")),
    Option("issue", "Write text for an issue tracker instead.", "flag", commands=("explain",)),
    Option("result", "With --issue: what this saved result found.", "file", commands=("explain",)),
    Option("check", "Compare the checked-in schemas with the installed botocore; exit with 1 where they differ.", "flag", commands=("schema",)),
    Option("status", "The job's status.", default_text="any", metavar="STATUS", commands=("sample",)),
    Option("services", "How many items the response lists.", "count", commands=("sample",)),
    Option("edge", "Write one response of each edge case into this folder.", "folder", commands=("sample",)),
    Option("format", "As the AWS CLI prints it (json), or as it is on the wire (xml).", "choice", "json", choices=("json", "xml"),
           commands=("sample",)),
    Option("seed", "The same seed gives the same response.", "integer", 0, commands=("sample",)),
    Option("update", "Bring the file up to date with this saved result.", "file", metavar="RESULT", parameter="source", commands=("known",)),
    Option("reason", "The reason for every new entry.", default_text="ask for each", commands=("known",)),
    Option("format", "Format of the report.", "choice", "text", choices=("text", "markdown", "junit", "html", "badge"), commands=("report",)),
    Option("trace", "The trace of a result, to show its exchanges (html); in the order of the results.", "files", parameter="traces",
           commands=("report",)),
    Option("output", "Write to this file.", "output", default_text="standard output", commands=("report",)),
    Option("verbose", "Show why rules were not exercised.", "flag", commands=("report",), short="v"),
    Option("format", "Format of the difference.", "choice", "text", choices=("text", "markdown"), commands=("diff",)),
)  # fmt: skip


def of(command: str) -> Iterator[Option]:
    """The options of one command, in the table's order."""
    return (each for each in TABLE if command in each.commands)


def for_check(values: Mapping[str, Any], use: Use) -> dict[str, Any]:
    """Those of the values, by their Python names, that are for one use and that somebody gave."""
    names = {each.dest for each in TABLE if each.use == use}
    return {name: value for name, value in values.items() if name in names and value not in (None, ())}


@cache
def find(command: str) -> Mapping[str, Option]:
    """The options of one command, by their names in files and variables; second names included."""
    found: dict[str, Option] = {}
    for each in of(command):
        found[each.name] = each
        if each.also:
            found[each.also] = each
    return found
