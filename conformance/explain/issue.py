"""A text for an emulator's issue tracker: what is expected and where that is said, what was observed, and how to reproduce it.

What a target said is in code blocks, where no markup, mention or link in it means anything.
"""

import re
from collections.abc import Iterator

from ...errors import UsageError, one_line
from ...spec.catalogue import Rule
from ...spec.contract import Contract
from ...spec.operations import load
from ..reproduce.steps import BETWEEN
from ..results.result import Result, RuleResult, Violation
from .examples import example
from .excerpts import excerpts
from .explain import BASES, LEVELS, exchange_lines, find

__all__ = ["issue"]


def issue(rule_id: str, result: Result | None = None, contract: Contract | None = None) -> str:
    """The text in Markdown, its first line for a title: of what a result found about the rule, else of the rule's example.

    :raises UsageError: where there is no such rule, or the result has no finding about it.
    """
    contract = contract or load()
    it = find(rule_id, contract)
    found = None if result is None else _finding(it, result)
    blocks = [f"# {it.id}: {it.statement}", *_expected(it, found)]
    blocks += _general(it, contract) if found is None else _observed(found)
    blocks += ["## Source", _source(it), "## Reproduction", *_reproduction(it, found, contract)]
    return "\n\n".join([*blocks, _origin(result)]) + "\n"


def _finding(it: Rule, result: Result) -> Violation:
    """The first violation of the rule in the result."""
    found = next((each for each in result.rules if each.id == it.id), None)
    if found is None:
        raise UsageError(f"the result says nothing about {it.id}")
    if not found.violations:
        raise UsageError(f"the result has no finding about {it.id}: it is {found.outcome}{_why(found)}")
    return found.violations[0]


def _why(found: RuleResult) -> str:
    return f" ({one_line(found.reason)})" if found.reason else ""


def _expected(it: Rule, found: Violation | None) -> Iterator[str]:
    yield "## Expected"
    yield it.statement
    if found and found.expected:
        yield _fenced(one_line(found.expected))


def _observed(found: Violation) -> Iterator[str]:
    yield "## Observed"
    lines = {"": found.message, "actual    ": found.actual, "at        ": found.path}
    yield _fenced("\n".join(f"{name}{one_line(value)}" for name, value in lines.items() if value))


def _general(it: Rule, contract: Contract) -> Iterator[str]:
    """An example, where nothing was observed yet."""
    shown = example(it.id, contract)
    if shown is None:
        return
    yield "## Observed"
    broken, corrected = excerpts(shown, it.id, contract)
    yield f"An example, to be replaced by what you saw (`explain --issue --result FILE` does so). This breaks the rule ({shown.fault.statement}):"
    yield _fenced("\n".join(line for each in broken for line in exchange_lines(each)))
    if corrected:
        yield "This does not:"
        yield _fenced("\n".join(line for each in corrected for line in exchange_lines(each)))


def _source(it: Rule) -> str:
    member = f", `{it.member}` in the service model" if it.member else ""
    return f"{it.source}{member}\n\nBasis: {it.basis} ({BASES[it.basis]}). Level: {it.level} ({LEVELS[it.level]})."


def _reproduction(it: Rule, found: Violation | None, contract: Contract) -> Iterator[str]:
    if found and found.reproduce:
        bash, between, python = found.reproduce.partition(BETWEEN)
        yield _fenced(_printable(bash), "sh" if between else "python")
        if between:
            yield "or in Python"
            yield _fenced(_printable(python), "python")
    elif it.family == "client":
        yield _fenced("awscontract fuzz-client -- CMD ARG…", "sh")
    else:
        yield _fenced(f"awscontract check {contract.id} --endpoint-url URL --require {it.id}", "sh")


def _origin(result: Result | None) -> str:
    if result is None:
        return f"The rule is one of awscontract {_version()}."
    model = one_line(str(result.model.get("botocore", "")))
    server = f", against `{one_line(result.target.server).replace('`', '')}`" if result.target.server else ""
    return f"Found with awscontract {one_line(result.awscontract)}, service model of botocore {model}{server}."


def _version() -> str:
    from ...version import __version__

    return __version__


def _printable(text: str) -> str:
    return "\n".join(map(one_line, text.split("\n")))


def _fenced(text: str, language: str = "text") -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
