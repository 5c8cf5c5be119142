"""Values of single members. Bounds, patterns and enumerations are the model's.

Each shrinks to what a person would have written.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...emulator.access_reports.services import service_names as real_services
from ...spec.contract import Contract
from ...spec.operations import DEFAULT, load
from ..drawing import Drawer, composed, one_of, pick
from ..shapes import ErrorDetails
from .constraints import constraints, input_shape, shape_at
from .letters import letters, texts
from .moments import EARLIEST, LATEST, PRECISIONS, moment
from .shape_values import filled_maps, fits, values

__all__ = [
    "NAMES",
    "PRINCIPALS",
    "EntityKind",
    "arns",
    "entity_names",
    "entity_paths",
    "error_details_of",
    "job_ids",
    "policy_ids",
    "regions",
    "service_names",
    "service_namespaces",
    "timestamps",
    "token_values",
    "tokens_of",
]  # fmt: skip

EntityKind = Literal["root", "ou", "account"]
PrincipalKind = Literal["user", "role", "group"]

#: What the model's pattern leaves open, by the Organizations reference: OUs five deep, and numbers of accounts.
_OU, _DEPTH, _ACCOUNT = (8, 32), 5, 12

_LOWER = ascii_lowercase + digits
_WORD = ascii_lowercase + ascii_uppercase + digits + "-_"


def _repeats(pattern: str) -> list[tuple[int, int]]:
    """The bounds of each repetition that a pattern counts."""
    return [(int(low), int(high)) for low, high in re.findall(r"\{(\d+),(\d+)\}", pattern)]


@cache
def job_ids() -> Drawer[str]:
    """JobIds: hexadecimal as IAM writes them, true UUIDs, the form of the documented example, and any 36 characters."""
    size = constraints(load(DEFAULT), "JobId")
    hexadecimal = letters(digits + "abcdef", 32, 32)
    kinds = pick(
        lambda draw: _grouped(hexadecimal(draw)),
        lambda draw: _grouped(_version_4(hexadecimal(draw))),
        lambda draw: _grouped(_as_documented(hexadecimal(draw))),
        letters(_WORD + ".:~+/=&% ", size["min"], size["max"]),
    )
    return lambda draw: one_of(draw, kinds)


def _grouped(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _version_4(text: str) -> str:
    return f"{text[:12]}4{text[13:16]}a{text[17:]}"


def _as_documented(text: str) -> str:
    return f"{text[:13]}xmp{text[16:]}"


@cache
def entity_paths(kind: EntityKind | None = None) -> Drawer[str]:
    """Paths of a root, an organizational unit or an account: from the shortest to the longest that the model allows."""
    (least, most), root = _repeats(constraints(load(DEFAULT), "EntityPath")["pattern"])
    organizations, roots = letters(_LOWER, least, most), letters(_LOWER, *root)
    unit, number = letters(_LOWER, *_OU), letters(digits, _ACCOUNT, _ACCOUNT)
    units = st.lists(composed(unit, "unit"), min_size=int(kind == "ou"), max_size=_DEPTH)
    nobody: Drawer[None] = lambda draw: None  # noqa: E731
    accounts = {"account": pick(number), None: pick(nobody, number)}.get(kind)
    deepest = ["z" * _OU[1]] * (0 if kind == "root" else _DEPTH)
    longest = _path("z" * most, "z" * root[1], deepest, None if kind in ("root", "ou") else "9" * _ACCOUNT)
    # The longest is drawn beside the others and not instead of them: fewer draws would make it the simplest.
    stretched = st.sampled_from((False,) * 7 + (True,))

    def path(draw: DrawFn) -> str:
        found = _path(
            organizations(draw),
            roots(draw),
            [] if kind == "root" else draw(units),
            None if accounts is None else one_of(draw, accounts),
        )
        return longest if draw(stretched) else found

    return path


def _path(organization: str, root: str, units: list[str], account: str | None) -> str:
    below = "".join([f"/ou-{root}-{each}" for each in units])
    return f"o-{organization}/r-{root}{below}" + (f"/{account}" if account else "")


@cache
def service_namespaces() -> Drawer[str]:
    """ServiceNamespaces: any, real ones, the one with rules of its own, and the longest."""
    size = constraints(load(DEFAULT), "ServiceNamespace")
    real = st.sampled_from([key for key, _ in real_services()])
    special = ("iam", "z" * size["max"])
    found = pick("a", *special, *special, "s3", "ec2", "sts", *[letters(_WORD, size["min"], size["max"])] * 3, lambda draw: draw(real))  # fmt: skip
    return lambda draw: one_of(draw, found)


@cache
def service_names() -> Drawer[str]:
    """Display names, which the model does not bound: real ones, empty ones, long ones, and those of any script."""
    found = pick(*NAMES, *[texts()] * len(NAMES))
    return lambda draw: one_of(draw, found)


#: Display names, the simplest first.
NAMES = (
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
    from ...spec.model import loader

    known = [name for each in loader().load_data("partitions")["partitions"] for name in each["regions"]]
    return st.sampled_from(
        sorted((each for each in known if not each.endswith("-global")), key=lambda each: (each != "us-east-1", each))
    )


@cache
def tokens_of(contract: Contract) -> Drawer[Any]:
    """Tokens of the operation's first token parameter: text, or whatever type the model gives it."""
    assert contract.listing is not None, f"{contract.id} does not page"
    return token_values(contract, contract.listing.token.input)


@cache
def token_values(contract: Contract, parameter: str) -> Drawer[Any]:
    """Values of one token parameter."""
    shape = shape_at(input_shape(contract), parameter)
    size = shape.metadata
    if shape.type_name == "map":  # an empty one is no token, but the end
        return filled_maps(shape)
    if shape.type_name != "string" or size.get("enum"):
        return values(shape)
    span = re.fullmatch(r"\[\\u([0-9A-F]{4})-\\u([0-9A-F]{4})\]\+", size.get("pattern", ""))
    low, high = size.get("min", 1), size.get("max", 4_000)
    if span is None:
        drawn, longest = _not_blank(values(shape)), ["z" * min(high, 2_000)]
    else:
        allowed = [chr(code) for code in range(int(span[1], 16), int(span[2], 16) + 1)]
        drawn = _not_blank(letters("".join(dict.fromkeys([*_WORD, *allowed])), low, high))
        longest = ["z" * high, "\xe9" * high]
    plain, awkward = (
        [each for each in texts if low <= len(each) <= high and fits(shape, each)] for texts in (_PLAIN, _AWKWARD)
    )
    longest = [each for each in longest if fits(shape, each)]
    found = pick(*plain, *awkward, *longest * (5 // max(len(longest), 1)), *[drawn] * 5)
    return lambda draw: one_of(draw, found)


_PLAIN = ("a", "aa", "abcd")

#: Tokens that clients have mangled: by decoding, encoding, escaping or stripping them.
_AWKWARD = ("a+b/c==", "<&>\"'", "%2B %20", " at the edges ", "\x7f\x80\x9f\xa0\xff")


def _not_blank(drawn: Drawer[str]) -> Drawer[str]:
    """White space alone is hardly a token: letters of the same number, which every pattern of a token allows that allows it."""

    def text(draw: DrawFn) -> str:
        found = drawn(draw)
        return found if found.strip() else "a" * max(len(found), 1)

    return text


@cache
def policy_ids() -> Drawer[str]:
    """The ids of service control policies."""
    [(low, high)] = _repeats(constraints(load(DEFAULT), "OrganizationsPolicyId")["pattern"])
    found = letters(_WORD.replace("-", ""), low, high)
    return lambda draw: f"p-{found(draw)}"


@cache
def error_details_of(contract: Contract) -> Drawer[Any]:
    """Why a job of the contract failed: the codes that were seen, and others of their form."""
    assert contract.job is not None, f"{contract.id} has no job"
    seen = _SEEN[:3] if contract.counts else _SEEN[3:]
    codes = pick(*seen, *[letters(ascii_uppercase + "_", 1, 40)] * len(seen))
    reasons = pick("no", "", "Größe & <Maß>", "There is no such entity.", *[texts()] * 4)

    def details(draw: DrawFn) -> ErrorDetails:
        return {"Message": one_of(draw, reasons), "Code": one_of(draw, codes)}

    return details


#: Codes of failed jobs: of reports on an organization, and of others.
_SEEN = (
    "INVALID_ORGANIZATIONS_ENTITY_PATH",
    "INVALID_ORGANIZATIONS_POLICY",
    "ORGANIZATIONS_REPORT_ACCESS_DENIED",
    "INTERNAL_ERROR",
)


@cache
def timestamps() -> Drawer[str]:
    """Times in UTC in all valid written forms: seconds, and one to three fractional digits."""
    offsets, precisions = st.integers(EARLIEST, LATEST), st.sampled_from(PRECISIONS)
    return lambda draw: moment(draw(offsets), draw(precisions)).text


@cache
def arns(kind: PrincipalKind | None = None) -> Drawer[str]:
    """Arns of users, roles and groups: with and without a path, up to the longest name."""
    kinds = st.sampled_from(PRINCIPALS if kind is None else (kind,))
    accounts = st.sampled_from(("123456789012", "000000000000"))
    paths = st.sampled_from(("/", "/a/", "/division_abc/subdivision_xyz/", f"/{'z' * 200}/"))
    names = entity_names()
    return lambda draw: f"arn:aws:iam::{draw(accounts)}:{draw(kinds)}{draw(paths)}{names(draw)}"


#: The kinds of principals and their groups, the simplest first.
PRINCIPALS: tuple[PrincipalKind, ...] = ("user", "role", "group")


@cache
def entity_names() -> Drawer[str]:
    """Names of users, roles and groups."""
    drawn = letters(_WORD + "+=,.@", 1, 64)
    found = pick("a", "b", "z" * 64, "z" * 64, drawn, drawn, drawn)
    return lambda draw: one_of(draw, found)
