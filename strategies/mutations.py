"""Breaches: for each rule that a single answer can break, answers to start from and the one thing to change in them.

The tables are by what is changed: members before they are written, what boto3 read, how members are written, the
document's elements, a refusal's elements, and the bytes. An answer to start from has the thing that is to be broken,
and nothing else that depends on it: counts are spoilt on pages of which more follow, so that no list contradicts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache, partial
from typing import Any, NamedTuple

from hypothesis.strategies import SearchStrategy

from ..emulator.records import Element, Members
from ..spec.legacy import contract
from .responses import Answer, answers, completed
from .values import Moment, facts

__all__ = ["BYTES", "DOCUMENT", "MEMBERS", "PARSED", "REFUSAL", "WRITTEN", "Breach"]

Edit = Callable[[Members], object]


class Breach(NamedTuple):
    """Where to start from, and what to do to it: `change` works in place on members, and returns all else anew."""

    base: Callable[[], SearchStrategy[Answer]]
    change: Callable[[Any], Any]


_LAW = contract()
_JOB, _PAGE, _REPORT, _ITEM = _LAW.job, _LAW.page, _LAW.report, _LAW.item

_ANY = answers
_PENDING = partial(answers, "IN_PROGRESS")
_FAILED = partial(answers, "FAILED")
_DONE = completed
_USED = partial(completed, first="used")
_UNUSED = partial(completed, first="unused")
_MORE = partial(completed, pages="more")
_MORE_USED = partial(completed, first="used", pages="more")
_WHOLE = partial(completed, pages="whole")
_WHOLE_USED = partial(completed, first="used", pages="whole")
_WHOLE_UNUSED = partial(completed, first="unused", pages="whole")

#: A service that nobody could take for another of the page's.
_SERVICE = {_ITEM.name: "a", _ITEM.key: "a", _ITEM.total: 0}
_REASON = {_JOB.error_message: "no", _JOB.error_code: "INVALID_ORGANIZATIONS_POLICY"}
_STRANGER = {"NeverHeardOf": "yet"}
_ROOT = "o-aaaaaaaaaa/r-aaaa"


def _put(name: str, value: Any) -> Edit:
    """Sets a member: to a value, or to what a function makes of all members."""
    return lambda members: members.update({name: value(members) if callable(value) else value})


def _drop(*names: str) -> Edit:
    return lambda members: [members.pop(name) for name in names]


def _both(*edits: Edit) -> Edit:
    return lambda members: [edit(members) for edit in edits]


def _used(edit: Edit) -> Edit:
    """Changes the first service that was accessed."""
    return lambda members: edit(next(each for each in members[_REPORT.items] if _ITEM.time in each))


def _unused(edit: Edit) -> Edit:
    """Changes the first service that never was, `iam` left out: it may have a Region."""
    return lambda members: edit(
        next(each for each in members[_REPORT.items] if _ITEM.time not in each and each[_ITEM.key] != "iam")
    )


def _reason(edit: Edit) -> Edit:
    return lambda members: edit(members[_JOB.error])


def _repeat(members: Members) -> None:
    members[_REPORT.items].append(dict(members[_REPORT.items][0]))


def _plus(name: str, amount: int) -> Callable[[Members], int]:
    return lambda members: int(members[name]) + amount


def _later(name: str, **by: int) -> Callable[[Members], Moment]:
    """A time after another, to the millisecond."""
    return lambda members: _at(members[name].time + timedelta(**by))


def _at(time: datetime) -> Moment:
    return Moment(time, time.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z")


def _accessed_later(**by: int) -> Edit:
    return lambda members: _used(_put(_ITEM.time, _later(_JOB.completed, **by)(members)))(members)


@cache
def _longest(name: str) -> int:
    return int(facts(name)["max"])


def _too_long(name: str, start: str = "") -> Callable[[Members], str]:
    return lambda members: start.ljust(_longest(name) + 1, "z")


def _same(name: str, form: Callable[[Any], Any]) -> Edit:
    """Puts the value of a member in another form, where it is there."""
    return lambda members: members.update({name: form(members[name])})


#: Seen in every protocol.
MEMBERS: Mapping[str, tuple[Breach, ...]] = {
    "shape.required": (
        Breach(_ANY, _drop(_JOB.created)),
        Breach(_ANY, _drop(_JOB.status)),
        Breach(_USED, _used(_drop(_ITEM.name))),
        Breach(_USED, _used(_drop(_ITEM.key))),
        Breach(_FAILED, _reason(_drop(_JOB.error_message))),
        Breach(_FAILED, _reason(_drop(_JOB.error_code))),
    ),
    "shape.type": (
        Breach(_DONE, _put(_REPORT.accessible, 2**31)),
        Breach(_USED, _used(_put(_ITEM.total, 2**31))),
    ),
    "shape.enum": tuple(Breach(_ANY, _put(_JOB.status, each)) for each in ("DONE", "completed", "In Progress", "")),
    "shape.length": (
        Breach(_UNUSED, _unused(_put(_ITEM.key, ""))),
        Breach(_UNUSED, _unused(_put(_ITEM.key, _too_long(_ITEM.key)))),
        Breach(_MORE, _put(_PAGE.next, _too_long(_PAGE.next))),
        Breach(_USED, _used(_put(_ITEM.entity, _too_long(_ITEM.entity, f"{_ROOT}/")))),
    ),
    "shape.pattern": (
        Breach(_MORE, _put(_PAGE.next, "\u0100")),
        Breach(_USED, _used(_put(_ITEM.entity, "111122223333".rjust(40, "a")))),
    ),
    "shape.pattern-whole": (
        Breach(_UNUSED, _unused(_put(_ITEM.key, "a b"))),
        Breach(_UNUSED, _unused(_put(_ITEM.key, "a.amazonaws.com"))),
        Breach(_MORE, _put(_PAGE.next, "a\u0100")),
        Breach(_USED, _used(_put(_ITEM.entity, f"{_ROOT}/A"))),
    ),
    "shape.unknown-member": (
        Breach(_ANY, lambda members: members.update(_STRANGER)),
        Breach(_UNUSED, _unused(lambda item: item.update(_STRANGER))),
    ),
    "job.completion-date-absent-in-progress": (Breach(_PENDING, _put(_JOB.completed, _later(_JOB.created))),),
    "job.completion-date-when-finished": tuple(Breach(each, _drop(_JOB.completed)) for each in (_FAILED, _DONE)),
    "job.completed-after-created": tuple(
        Breach(base, _put(_JOB.created, _later(_JOB.completed, **by)))
        for base in (_FAILED, _DONE)
        for by in ({"seconds": 1}, {"days": 1})
    ),
    "job.failed-has-error-details": (Breach(_FAILED, _drop(_JOB.error)),),
    "job.error-details-only-when-failed": tuple(Breach(each, _put(_JOB.error, _REASON)) for each in (_PENDING, _DONE)),
    "job.report-only-when-completed": tuple(
        Breach(base, edit)
        for base in (_PENDING, _FAILED)
        for edit in (
            _put(_REPORT.accessible, 0),
            _put(_REPORT.not_accessed, 0),
            _put(_REPORT.items, [_SERVICE]),
            _put(_PAGE.next, "a"),
            _both(_put(_PAGE.truncated, True), _put(_PAGE.next, "a")),
        )
    ),
    "report.attempt-details-together": (
        Breach(_USED, _used(_drop(_ITEM.entity))),
        Breach(_USED, _used(_drop(_ITEM.time))),
    ),
    "report.attempt-has-region": (Breach(_USED, _used(_drop(_ITEM.region))),),
    "report.no-attempt-no-region": (Breach(_UNUSED, _unused(_put(_ITEM.region, "us-east-1"))),),
    "report.attempt-counted": (Breach(_USED, _used(_put(_ITEM.total, 0))),),
    "report.no-attempt-counts-none": tuple(Breach(_UNUSED, _unused(_put(_ITEM.total, each))) for each in (1, 9)),
    "report.counts-present": (
        Breach(_DONE, _drop(_REPORT.accessible)),
        Breach(_DONE, _drop(_REPORT.not_accessed)),
        Breach(_DONE, _drop(_REPORT.accessible, _REPORT.not_accessed)),
    ),
    "report.counts-not-negative": (
        Breach(_MORE, _put(_REPORT.not_accessed, -1)),
        Breach(_MORE, _both(_put(_REPORT.not_accessed, -1), _put(_REPORT.accessible, -1))),
    ),
    "report.accessible-count": (Breach(_WHOLE_USED, _put(_REPORT.accessible, _plus(_REPORT.accessible, -1))),),
    "report.not-accessed-count": (
        Breach(_WHOLE_USED, _put(_REPORT.not_accessed, _plus(_REPORT.not_accessed, 1))),
        Breach(_WHOLE_UNUSED, _put(_REPORT.not_accessed, _plus(_REPORT.not_accessed, -1))),
    ),
    "report.not-accessed-within-accessible": (Breach(_MORE, _put(_REPORT.not_accessed, _plus(_REPORT.accessible, 1))),),
    "report.service-listed-once": (Breach(_MORE_USED, _repeat),),
    "report.accessed-before-completed": (
        Breach(_USED, _accessed_later(seconds=1)),
        Breach(_USED, _accessed_later(days=1)),
    ),
    "report.region-name": tuple(
        Breach(_USED, _used(_put(_ITEM.region, each))) for each in ("moon-1", "us-east-1a", "")
    ),
    "pagination.truncated-has-token": (Breach(_MORE, _drop(_PAGE.next)),),
    "pagination.token-only-when-truncated": (
        Breach(_WHOLE, _put(_PAGE.next, "a")),
        Breach(_WHOLE, _both(_put(_PAGE.truncated, False), _put(_PAGE.next, "a"))),
    ),
}

#: Seen in what boto3 returned: where everything has a Python type, it can be the wrong one.
PARSED: Mapping[str, tuple[Breach, ...]] = {
    "shape.type": (
        Breach(_DONE, _same(_REPORT.accessible, str)),
        Breach(_UNUSED, _unused(_put(_ITEM.name, 1))),
        Breach(_WHOLE, _put(_PAGE.truncated, "false")),
        Breach(_MORE, _put(_REPORT.items, {})),
        Breach(_FAILED, _put(_JOB.error, "no")),
        Breach(_ANY, _put(_JOB.created, 0)),
    ),
}


def _times(form: Callable[[datetime], str]) -> tuple[Breach, ...]:
    """The same instant, written otherwise: a job's and a service's."""

    def rewritten(moment: Moment) -> Moment:
        return Moment(moment.time, form(moment.time))

    return Breach(_ANY, _same(_JOB.created, rewritten)), Breach(_USED, _used(_same(_ITEM.time, rewritten)))


def _forms(*forms: Callable[[datetime], str]) -> tuple[Breach, ...]:
    return tuple(each for form in forms for each in _times(form))


_PARIS = timezone(timedelta(hours=2))

#: Seen in the way that members are written.
WRITTEN: Mapping[str, tuple[Breach, ...]] = {
    "protocol.timestamp-format": _forms(
        lambda time: f"{time.timestamp():.3f}",
        lambda time: format_datetime(time, usegmt=True),
        lambda time: time.replace(tzinfo=None).isoformat(timespec="milliseconds"),
        lambda time: _at(time).text.replace("T", " "),
        lambda time: "soon",
        lambda time: "",
    ),
    "protocol.timestamp-utc": _forms(
        lambda time: time.isoformat(timespec="milliseconds"),
        lambda time: time.astimezone(_PARIS).isoformat(timespec="milliseconds"),
        lambda time: _at(time).text.replace("Z", "z"),
    ),
    "protocol.timestamp-precision": _forms(
        lambda time: _at(time).text.replace("Z", "000Z"),
        lambda time: _at(time).text.replace("Z", "000000Z"),
    ),
    "protocol.boolean-format": tuple(
        Breach(base, _put(_PAGE.truncated, each))
        for base, texts in ((_MORE, ("True", "1", " true ")), (_WHOLE, ("False", "0", "no")))
        for each in texts
    ),
    "protocol.integer-format": tuple(
        Breach(_DONE, _same(_REPORT.accessible, form.format)) for form in ("+{}", "{}.0", " {} ")
    ),
}


def _children(element: Element) -> tuple[Element, ...]:
    content: Any = element.content
    return () if isinstance(content, str) else content


def _anywhere(element: Element, tag: str, change: Callable[[Element], tuple[Element, ...]]) -> Element:
    """The tree with every element of that name replaced by what `change` makes of it."""
    if isinstance(element.content, str):
        return element
    inner = [_anywhere(each, tag, change) for each in element.content]
    return element._replace(
        content=tuple(new for each in inner for new in (change(each) if each.tag == tag else (each,)))
    )


def _renamed(tag: str, to: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, lambda each: (each._replace(tag=to),))


def _twice(tag: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, lambda each: (each, each))


def _gone(tag: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, lambda each: ())


def _emptied(tag: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, lambda each: (each._replace(content=""),))


def _text(tag: str, text: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, lambda each: (each._replace(content=text),))


def _unwrapped(tag: str) -> Callable[[Element], Element]:
    return lambda root: _anywhere(root, tag, _children)


def _flattened(root: Element) -> Element:
    return _anywhere(
        root, _REPORT.items, lambda each: tuple(item._replace(tag=_REPORT.items) for item in _children(each))
    )


def _called(name: str) -> Callable[[Element], Element]:
    return lambda root: root._replace(tag=name)


def _within(*namespace: tuple[str, str]) -> Callable[[Element], Element]:
    return lambda root: root._replace(attributes=namespace)


def _prefixed(element: Element) -> Element:
    content = element.content if isinstance(element.content, str) else tuple(map(_prefixed, element.content))
    attributes = tuple((name.replace("xmlns", "xmlns:iam"), value) for name, value in element.attributes)
    return Element(f"iam:{element.tag}", content, attributes)


def _reversed(root: Element) -> Element:
    return root._replace(content=_children(root)[::-1])


_RESULT = f"{_LAW.operation}Result"

#: Seen in the document around the members.
DOCUMENT: Mapping[str, tuple[Breach, ...]] = {
    "protocol.root-element": tuple(
        Breach(_ANY, _called(each)) for each in ("Response", _RESULT, _LAW.operation, f"{_LAW.operation}response")
    ),
    "protocol.namespace": tuple(
        Breach(_ANY, _within(*each))
        for each in ((), (("xmlns", "https://iam.amazonaws.com/doc/2010-05-08"),), (("xmlns", "http://example.com/"),))
    ),
    "protocol.unprefixed": (Breach(_ANY, _prefixed),),
    "protocol.result-wrapper": (Breach(_ANY, _renamed(_RESULT, "Result")), Breach(_ANY, _unwrapped(_RESULT))),
    "protocol.result-first": (Breach(_ANY, _reversed),),
    "protocol.request-id": (
        Breach(_ANY, _gone("ResponseMetadata")),
        Breach(_ANY, _gone("RequestId")),
        Breach(_ANY, _emptied("RequestId")),
    ),
    "protocol.member-once": (
        Breach(_ANY, _twice(_JOB.status)),
        Breach(_DONE, _twice(_JOB.completed)),
        Breach(_FAILED, _twice(_JOB.error)),
        Breach(_USED, _twice(_ITEM.name)),
    ),
    "protocol.list-members": (
        Breach(_USED, _renamed("member", "item")),
        Breach(_USED, _renamed("member", "AccessDetail")),
        Breach(_USED, _flattened),
    ),
    "shape.type": (
        Breach(_FAILED, _text(_JOB.error, "no")),
        Breach(_MORE_USED, _text(_REPORT.items, "none")),
        Breach(
            _USED,
            lambda root: _anywhere(root, _ITEM.name, lambda each: (each._replace(content=(Element("Text", "a"),)),)),
        ),
    ),
}

#: Seen in the envelope of a service error.
REFUSAL: Mapping[str, tuple[Callable[[Element], Element], ...]] = {
    "protocol.error-envelope": (
        _gone("Code"),
        _emptied("Code"),
        _twice("Error"),
        _gone("Error"),
        lambda root: root._replace(
            tag="Response",
            content=tuple(Element("Errors", (each,)) if each.tag == "Error" else each for each in _children(root)),
        ),
    ),
    "protocol.error-details": (
        _gone("Type"),
        _gone("Message"),
        _gone("RequestId"),
        _text("Type", "Client"),
    ),
}


def _with_document_type(body: bytes) -> bytes:
    return body.replace(b"<Get", b"<!DOCTYPE report><Get", 1)


#: Seen before there is any document.
BYTES: Mapping[str, tuple[Breach, ...]] = {
    "protocol.well-formed": (
        Breach(_ANY, lambda body: body[:-1]),
        Breach(_ANY, lambda body: body.replace(b"</JobStatus>", b" & more</JobStatus>")),
        Breach(_ANY, lambda body: body.replace(b"</JobStatus>", b"</Jobstatus>")),
        Breach(_ANY, _with_document_type),
        Breach(_ANY, lambda body: body + b"<another/>"),
    ),
}
