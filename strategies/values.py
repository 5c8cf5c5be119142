"""Values: what a single member may hold. Bounds, patterns and enumerations are the model's.

Each shrinks to what a person would have written. Hypothesis takes ``0`` for the simplest character, so texts are drawn
from a block of characters that stand for an alphabet of ours, the simplest first, and are translated: one draw a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator.access_reports.services import service_names as real_services
from ..spec import operation
from ..spec.legacy import contract
from .shapes import ErrorDetails

__all__ = [
    "EARLIEST",
    "EPOCH",
    "LATEST",
    "PRECISIONS",
    "EntityKind",
    "Moment",
    "entity_paths",
    "enumerated",
    "error_details",
    "facts",
    "instant",
    "job_ids",
    "letters",
    "markers",
    "moment",
    "policy_ids",
    "regions",
    "service_names",
    "service_namespaces",
    "texts",
    "timestamps",
]  # fmt: skip

EntityKind = Literal["root", "ou", "account"]

#: The simplest time, and how far away from it in milliseconds others may be: from 1970 to the end of this century.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EARLIEST = -946_684_800_000
LATEST = 3_155_760_000_000 - 1

#: How many fractional digits a written time has; more than three are not read by every SDK.
PRECISIONS = (0, 3, 1, 2)

#: What the model's pattern leaves open, by the Organizations reference: OUs five deep, and numbers of accounts.
_OU, _DEPTH, _ACCOUNT = (8, 32), 5, 12

_LOWER = ascii_lowercase + digits
_WORD = ascii_lowercase + ascii_uppercase + digits + "-_"

_BLOCK = 0x4E00  # any block without an ASCII character: Hypothesis finds its first character the simplest


def letters(alphabet: str, low: int, high: int) -> SearchStrategy[str]:
    """Texts of so many characters of an alphabet, which has the simplest ones first."""
    last = _BLOCK + len(alphabet) - 1
    table = {_BLOCK + place: each for place, each in enumerate(alphabet)}
    block = st.characters(min_codepoint=_BLOCK, max_codepoint=last)
    return st.text(block, min_size=low, max_size=high).map(lambda text: text.translate(table))


@cache
def facts(member: str) -> Mapping[str, Any]:
    """What the model says about a member of the operations' parameters or output, or of a service in the output."""
    law = contract()
    read, start = operation(law.operation), operation(law.start.operation)
    output: Any = read.output_shape
    for shape in (read.input_shape, start.input_shape, output, output.members[law.report.items].member):
        if shape is not None and member in shape.members:
            found: Mapping[str, Any] = shape.members[member].metadata
            return found
    raise KeyError(member)


def _repeats(member: str) -> list[tuple[int, int]]:
    """The bounds of each repetition that a member's pattern counts."""
    return [(int(low), int(high)) for low, high in re.findall(r"\{(\d+),(\d+)\}", facts(member)["pattern"])]


def enumerated(member: str) -> tuple[str, ...]:
    """The values that the model lists."""
    return tuple(facts(member)["enum"])


@cache
def job_ids() -> SearchStrategy[str]:
    """JobIds: hexadecimal as IAM writes them, true UUIDs, the form of the documented example, and any 36 characters."""
    size = facts(contract().job.id)
    hexadecimal = letters(digits + "abcdef", 32, 32)
    return st.one_of(
        hexadecimal.map(_grouped),
        hexadecimal.map(lambda text: _grouped(f"{text[:12]}4{text[13:16]}a{text[17:]}")),
        hexadecimal.map(lambda text: _grouped(f"{text[:13]}xmp{text[16:]}")),
        letters(_WORD + ".:~+/=&% ", size["min"], size["max"]),
    )


def _grouped(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def entity_paths(kind: EntityKind | None = None) -> SearchStrategy[str]:
    """Paths of a root, an organizational unit or an account: from the shortest to the longest that the model allows."""
    return _entity_paths(kind)


@cache
def _entity_paths(kind: EntityKind | None) -> SearchStrategy[str]:
    (least, most), root = _repeats(contract().start.entity)
    units, number = letters(_LOWER, *_OU), letters(digits, _ACCOUNT, _ACCOUNT)
    below, account = {
        "root": (st.just([]), st.none()),
        "ou": (st.lists(units, min_size=1, max_size=_DEPTH), st.none()),
        "account": (st.lists(units, max_size=_DEPTH), number),
        None: (st.lists(units, max_size=_DEPTH), st.none() | number),
    }[kind]
    deepest = ["z" * _OU[1]] * (0 if kind == "root" else _DEPTH)
    longest = _path("z" * most, "z" * root[1], deepest, None if kind in ("root", "ou") else "9" * _ACCOUNT)
    drawn = st.builds(_path, letters(_LOWER, least, most), letters(_LOWER, *root), below, account)
    # The longest is drawn beside the others and not instead of them: fewer draws would make it the simplest.
    return st.builds(lambda path, stretched: longest if stretched else path, drawn, _rarely())


@cache
def _rarely() -> SearchStrategy[bool]:
    return st.sampled_from((False,) * 7 + (True,))


def _path(organization: str, root: str, units: list[str], account: str | None) -> str:
    below = "".join([f"/ou-{root}-{each}" for each in units])
    return f"o-{organization}/r-{root}{below}" + (f"/{account}" if account else "")


@cache
def service_namespaces() -> SearchStrategy[str]:
    """ServiceNamespaces: any, real ones, and the longest."""
    size = facts(contract().item.key)
    real = [key for key, _ in real_services()]
    # The one with a rule of its own, and the longest; as two objects, which weigh more than one.
    special = [st.sampled_from(("iam", "z" * size["max"])) for _ in range(2)]
    return st.one_of(letters(_WORD, size["min"], size["max"]), *special, st.sampled_from(real))


@cache
def service_names() -> SearchStrategy[str]:
    """Display names, which the model does not bound: real ones, empty ones, long ones, and those of any script."""
    return st.sampled_from(_NAMES) | texts()


@cache
def texts() -> SearchStrategy[str]:
    """Anything that XML can hold."""
    return st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r"), max_size=40)


_NAMES = (
    "Amazon S3",
    "Manage - Amazon API Gateway",
    "",
    "Größe & <Maß> \"'",
    "R&D <beta>",
    " 日本語のサービス \U0001f680 ",
    "long " * 100,
)


@cache
def regions() -> SearchStrategy[str]:
    """The Regions that the installed botocore knows."""
    from botocore.loaders import Loader

    known = [name for each in Loader().load_data("partitions")["partitions"] for name in each["regions"]]
    return st.sampled_from(
        sorted((each for each in known if not each.endswith("-global")), key=lambda each: (each != "us-east-1", each))
    )


@cache
def markers() -> SearchStrategy[str]:
    """Markers over the model's whole range of characters, but never of white space alone."""
    size = facts(contract().page.marker)
    span = re.fullmatch(r"\[\\u([0-9A-F]{4})-\\u([0-9A-F]{4})\]\+", size["pattern"])
    assert span, f"a new pattern: {size['pattern']}"
    allowed = [chr(code) for code in range(int(span[1], 16), int(span[2], 16) + 1)]
    simple = set(_WORD)
    alphabet = _WORD + "".join(each for each in allowed if each not in simple)
    awkward = ("a+b/c==", "<&>\"'", "%2B %20", " at the edges ", "\x7f\x80\x9f\xa0\xff")
    longest = ("z" * size["max"], "\xe9" * size["max"])
    return st.one_of(
        letters(alphabet, size["min"], size["max"]).filter(str.strip),
        st.sampled_from(awkward),
        st.sampled_from(longest),
    )


@cache
def policy_ids() -> SearchStrategy[str]:
    """The ids of service control policies."""
    [(low, high)] = _repeats(contract().start.policy)
    return letters(_WORD.replace("-", ""), low, high).map("p-".__add__)


@cache
def error_details() -> SearchStrategy[ErrorDetails]:
    """Why a job failed: the codes that were seen, and others of their form."""
    codes = st.sampled_from(
        ("INVALID_ORGANIZATIONS_ENTITY_PATH", "INVALID_ORGANIZATIONS_POLICY", "ORGANIZATIONS_REPORT_ACCESS_DENIED")
    ) | letters(ascii_uppercase + "_", 1, 40)
    reasons = st.sampled_from(("no", "", "Größe & <Maß>", "There is no such entity.")) | texts()
    return st.builds(_error_details, reasons, codes)


def _error_details(message: str, code: str) -> ErrorDetails:
    return {"Message": message, "Code": code}


class Moment(NamedTuple):
    """A time, and how it is written."""

    time: datetime
    text: str


_UNITS = (1000, 100, 10, 1)


def moment(offset: int, precision: int) -> Moment:
    """The time so many milliseconds after `EPOCH`, cut to so many fractional digits."""
    time = EPOCH + timedelta(milliseconds=offset - offset % _UNITS[precision])
    text = time.isoformat(timespec="milliseconds" if precision else "seconds")
    return Moment(time, (text[: 20 + precision] if precision else text[:19]) + "Z")


def instant(offset: int, precision: int) -> int:
    """`offset` cut to a precision."""
    return offset - offset % _UNITS[precision]


@cache
def timestamps() -> SearchStrategy[str]:
    """Times in UTC in all valid written forms: seconds, and one to three fractional digits."""
    return st.builds(moment, st.integers(EARLIEST, LATEST), st.sampled_from(PRECISIONS)).map(lambda each: each.text)
