"""One rule explained: its statement, level, basis and source, the service model's own words, a failing and a corrected example.

The service model's own prose is printed from the installed botocore, so that nothing of it is copied into this project.
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Protocol

from ...errors import UsageError, one_line, unknown
from ...options.terminal import PLAIN, Layout
from ...spec.catalogue import Rule, client_rule_set, rule, rule_set, rules
from ...spec.contract import Contract
from ...spec.operations import load
from .examples import Example, example
from .excerpts import Excerpt, excerpts

__all__ = ["BASES", "LEVELS", "exchange_lines", "explain", "find", "model_words"]

LEVELS = {
    "must": "broken, it fails the run",
    "should": "broken, it is a warning; a failure under --strict",
    "may": "never broken: what was seen is only noted",
}

BASES = {
    "documented": "the operation's documentation says so",
    "model": "a constraint in botocore's service model",
    "protocol": "the protocol's specification says so",
    "observed": "AWS was seen to do so; no document says it",
    "convention": "a fair interpretation, or what an SDK needs; no source states it",
}

#: Sections of the text: each is made for a rule of a contract, in a layout.
Section = Callable[["Rule", "Contract", "Layout"], Iterator[str]]


class ClientExample(Protocol):
    """Lines of a client in Python that break a rule, and corrected ones."""

    @property
    def broken(self) -> str: ...

    @property
    def corrected(self) -> str: ...


def explain(
    rule_id: str,
    contract: Contract | None = None,
    client_examples: Mapping[str, ClientExample] | None = None,
    layout: Layout = PLAIN,
) -> str:
    """The text about one rule of an operation. `client_examples` are clients that break rules for clients, by the rules' ids.

    :raises UsageError: where the operation has no such rule, with the nearest one that it has.
    """
    contract = contract or load()
    found = find(rule_id, contract)
    lines = [line for section in _SECTIONS for line in section(found, contract, layout)]
    return "\n".join([*lines, *_client_example(found, client_examples or {})]) + "\n"


def find(rule_id: str, contract: Contract | None = None) -> Rule:
    """The operation's rule of this id, else a `UsageError` with the nearest one; a family's name lists its rules."""
    contract = contract or load()
    known = {each.id: each for each in (*rule_set(contract), *client_rule_set(contract))}
    if rule_id in known:
        return known[rule_id]
    family = [each.id for each in known.values() if each.family == rule_id]
    if family:
        raise UsageError(f"{rule_id} is a family of rules: {', '.join(family)}")
    try:
        rule(rule_id)
    except KeyError:
        raise unknown("rule", rule_id, [*known, *(each.id for each in rules())], "awscontract rules") from None
    raise UsageError(f"{rule_id} does not apply to {contract.id}: name an operation that has it with --operation")


def model_words(member: str) -> str:
    """The documentation of a member path, such as ``iam/2010-05-08#Shape.Member``, as the installed botocore has it.

    The empty text where that model has no such member or says nothing about it.
    """
    from ...spec import service

    name, _, path = member.partition("#")
    shape_name, *steps = path.split(".")
    model = service(name.partition("/")[0])
    if shape_name in model.operation_names and not steps:
        return _plain(model.operation_model(shape_name).documentation)
    if shape_name not in model.shape_names:
        return ""
    shape = model.shape_for(shape_name)
    for step in steps:
        members = getattr(shape, "members", {})
        if step not in members:
            return ""
        shape = members[step]
    return _plain(shape.documentation)


def _heading(it: Rule, contract: Contract, layout: Layout) -> Iterator[str]:
    yield it.id
    yield from layout.wrap(it.statement)


def _standing(it: Rule, contract: Contract, layout: Layout) -> Iterator[str]:
    yield ""
    rows = {
        "level": f"{it.level}: {LEVELS[it.level]}",
        "basis": f"{it.basis}: {BASES[it.basis]}",
        "source": it.source,
        "member": it.member,
    }
    for name, value in rows.items():
        if value:
            yield from layout.wrap(value, 8, f"{name:<8}")


def _words(it: Rule, contract: Contract, layout: Layout) -> Iterator[str]:
    words = model_words(it.member) if it.member else ""
    if words:
        import botocore

        yield ""
        yield f"In the words of the service model (botocore {botocore.__version__}):"
        for paragraph in words.split("\n\n"):
            yield from layout.wrap(paragraph)


def _example(it: Rule, contract: Contract, layout: Layout) -> Iterator[str]:
    if it.family == "client":
        return
    found = example(it.id, contract)
    yield ""
    if found is None:
        yield from layout.wrap(
            f"There is no example for {contract.id}: no fault of the emulator breaks the rule there.", first=""
        )
        return
    yield from layout.wrap(f"Example (the emulator's fault {found.fault.id}: {found.fault.statement})", first="")
    for title, shown in zip(_sides(it, found), excerpts(found, it.id, contract), strict=True):
        if shown:
            yield from layout.wrap(title, 4, "  ")
            for each in (line for exchange in shown for line in exchange_lines(exchange)):
                yield from layout.wrap(each, 4 + len(each) - len(each.lstrip(" ")) + 2, "    ", anywhere=True)


def _sides(it: Rule, found: Example) -> tuple[str, str]:
    """The titles of the two sides: what the rule finds in the first one, and the second one's word for it."""
    finding = found.finding
    words = [
        finding.message,
        finding.expected and f"expected {finding.expected}",
        finding.actual and f"actual {finding.actual}",
    ]
    return (
        f"{'noted' if it.level == 'may' else 'broken'}: {one_line('; '.join(each for each in words if each))}",
        "corrected",
    )


def _client_example(it: Rule, examples: Mapping[str, ClientExample]) -> Iterator[str]:
    found = examples.get(it.id)
    if found is None:
        return
    yield ""
    yield "Example (of a client in Python; docs/client-bugs.md has more)"
    for title, lines in (("broken", found.broken), ("corrected", found.corrected)):
        yield f"  {title}"
        yield from textwrap.indent(textwrap.dedent(lines), "    ").splitlines()


def exchange_lines(exchange: Excerpt) -> Iterator[str]:
    """One exchange of an example: the request, the status line, and lines of the response."""
    yield f"> {exchange.request}"
    yield f"< {exchange.status}"
    yield from (f"  {line}".rstrip() for line in exchange.lines)


#: The parts of the text, in order; each may be empty.
_SECTIONS: tuple[Section, ...] = (_heading, _standing, _words, _example)


class _Prose(HTMLParser):
    """The text of the model's HTML, with paragraphs kept apart."""

    _BLOCKS = frozenset({"p", "li", "ul", "ol", "note", "important", "dt", "dd", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def _plain(html: str) -> str:
    parser = _Prose()
    parser.feed(html)
    parser.close()
    paragraphs = "".join(parser.parts).split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs if each.strip())
