"""The model's part of the derived schemas, keyword by keyword."""

from collections.abc import Iterator

from ..evidence.schema.documents import Document
from .registry import KEPT, Check, broken, kept, rule


def _checks(document: Document, rule_id: str, message: str) -> Iterator[Check]:
    flawed = [each for each in document.flaws if each.rule == rule_id]
    yield from kept(document.checked.get(rule_id, 0) - len(flawed))
    flawed = [each for each in flawed if each.path not in document.reading.left_out]
    sized = (
        {each.path for each in document.flaws if each.rule == "shape.length"} if rule_id == "shape.pattern" else set()
    )
    for each in flawed:
        because = "shape.length" if each.path in sized else None
        yield broken(message, expected=each.expected, actual=each.actual, path=each.path, because=because)


@rule("shape.required", needs="a result")
def required(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.required", "a required member is missing")


@rule("shape.type", needs="a result with a member")
def type_(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.type", "a member is of another type")


@rule("shape.enum", needs="a result with an enumerated member")
def enum(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.enum", "a member holds a value that the model does not list")


@rule("shape.length", needs="a result with a member of bounded length")
def length(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.length", "a member is out of the bounds that the model sets")


@rule("shape.pattern", needs="a result with a member that has a pattern")
def pattern(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.pattern", "a string matches the model's pattern at no position")


@rule("shape.pattern-whole", needs="a result with a member that has a pattern")
def pattern_whole(document: Document) -> Iterator[Check]:
    yield from _checks(document, "shape.pattern-whole", "a string matches the model's pattern only in part")


@rule("shape.unknown-member", needs="a result")
def unknown_member(document: Document) -> Iterator[Check]:
    unknown = dict.fromkeys(document.reading.unknown)
    if not unknown:
        yield KEPT
    for path in unknown:
        yield broken(
            "a member that the installed model does not know", expected="the model's members", actual=path, path=path
        )
