"""Values of single members. Bounds, patterns and enumerations are the model's.

Each shrinks to what a person would have written.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...emulator.access_reports.services import service_names as real_services
from ...spec.contract import Contract
from ...spec.operations import DEFAULT, load
from ..shapes import ErrorDetails
from .constraints import constraints, input_shape, shape_at
from .letters import letters, texts
from .moments import EARLIEST, LATEST, PRECISIONS, moment
from .shape_values import fits, values

__all__ = [
    "EntityKind",
    "arns",
    "entity_ids",
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
def job_ids() -> SearchStrategy[str]:
    """JobIds: hexadecimal as IAM writes them, true UUIDs, the form of the documented example, and any 36 characters."""
    size = constraints(load(DEFAULT), "JobId")
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
    (least, most), root = _repeats(constraints(load(DEFAULT), "EntityPath")["pattern"])
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
    size = constraints(load(DEFAULT), "ServiceNamespace")
    real = [key for key, _ in real_services()]
    # The one with a rule of its own, and the longest; as two objects, which weigh more than one.
    special = [st.sampled_from(("iam", "z" * size["max"])) for _ in range(2)]
    return st.one_of(letters(_WORD, size["min"], size["max"]), *special, st.sampled_from(real))


@cache
def service_names() -> SearchStrategy[str]:
    """Display names, which the model does not bound: real ones, empty ones, long ones, and those of any script."""
    return st.sampled_from(_NAMES) | texts()


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
    from ...spec.model import loader

    known = [name for each in loader().load_data("partitions")["partitions"] for name in each["regions"]]
    return st.sampled_from(
        sorted((each for each in known if not each.endswith("-global")), key=lambda each: (each != "us-east-1", each))
    )


@cache
def tokens_of(contract: Contract) -> SearchStrategy[Any]:
    """Tokens of the operation's first token parameter: text, or whatever type the model gives it."""
    assert contract.listing is not None, f"{contract.id} does not page"
    return token_values(contract, contract.listing.token.input)


@cache
def token_values(contract: Contract, parameter: str) -> SearchStrategy[Any]:
    """Values of one token parameter."""
    shape = shape_at(input_shape(contract), parameter)
    size = shape.metadata
    span = re.fullmatch(r"\[\\u([0-9A-F]{4})-\\u([0-9A-F]{4})\]\+", size.get("pattern", ""))
    if shape.type_name != "string":
        return values(shape)
    if span is None:
        return _fitting_tokens(shape)
    allowed = [chr(code) for code in range(int(span[1], 16), int(span[2], 16) + 1)]
    simple = set(_WORD)
    alphabet = _WORD + "".join(each for each in allowed if each not in simple)
    longest = ("z" * size["max"], "\xe9" * size["max"])
    return st.one_of(
        letters(alphabet, size["min"], size["max"]).filter(str.strip),
        st.sampled_from(_AWKWARD),
        st.sampled_from(longest),
    )


#: Tokens that clients have mangled: by decoding, encoding, escaping or stripping them.
_AWKWARD = ("a+b/c==", "<&>\"'", "%2B %20", " at the edges ", "\x7f\x80\x9f\xa0\xff")


def _fitting_tokens(shape: Any) -> SearchStrategy[str]:
    """Awkward tokens as far as the model allows them, among texts that it allows."""
    if shape.metadata.get("enum"):
        return values(shape)
    low, high = shape.metadata.get("min", 1), shape.metadata.get("max", 4_000)
    candidates = [*_AWKWARD, "z" * min(high, 2_000)]
    fitting = [each for each in candidates if low <= len(each) <= high and fits(shape, each)]
    drawn = values(shape).filter(str.strip)
    return drawn | st.sampled_from(fitting) if fitting else drawn


@cache
def policy_ids() -> SearchStrategy[str]:
    """The ids of service control policies."""
    [(low, high)] = _repeats(constraints(load(DEFAULT), "OrganizationsPolicyId")["pattern"])
    return letters(_WORD.replace("-", ""), low, high).map("p-".__add__)


@cache
def error_details_of(contract: Contract) -> SearchStrategy[Any]:
    """Why a job of the contract failed: the codes that were seen, and others of their form."""
    assert contract.job is not None, f"{contract.id} has no job"
    seen = _SEEN[:3] if contract.counts else _SEEN[3:]
    codes = st.sampled_from(seen) | letters(ascii_uppercase + "_", 1, 40)
    reasons = st.sampled_from(("no", "", "Größe & <Maß>", "There is no such entity.")) | texts()
    return st.builds(_error_details, reasons, codes)


#: Codes of failed jobs: of reports on an organization, and of others.
_SEEN = (
    "INVALID_ORGANIZATIONS_ENTITY_PATH",
    "INVALID_ORGANIZATIONS_POLICY",
    "ORGANIZATIONS_REPORT_ACCESS_DENIED",
    "INTERNAL_ERROR",
)


def _error_details(message: str, code: str) -> ErrorDetails:
    return {"Message": message, "Code": code}


@cache
def timestamps() -> SearchStrategy[str]:
    """Times in UTC in all valid written forms: seconds, and one to three fractional digits."""
    return st.builds(moment, st.integers(EARLIEST, LATEST), st.sampled_from(PRECISIONS)).map(lambda each: each.text)


def arns(kind: PrincipalKind | None = None) -> SearchStrategy[str]:
    """Arns of users, roles and groups: with and without a path, up to the longest name."""
    return _arns(kind)


@cache
def _arns(kind: PrincipalKind | None) -> SearchStrategy[str]:
    kinds = st.sampled_from(("user", "role", "group")) if kind is None else st.just(kind)
    accounts = st.sampled_from(("123456789012", "000000000000"))
    return st.builds(_arn, kinds, accounts, st.sampled_from(_PRINCIPAL_PATHS), entity_names())


def _arn(kind: str, account: str, path: str, name: str) -> str:
    return f"arn:aws:iam::{account}:{kind}{path}{name}"


_PRINCIPAL_PATHS = ("/", "/a/", "/division_abc/subdivision_xyz/", f"/{'z' * 200}/")


@cache
def entity_names() -> SearchStrategy[str]:
    """Names of users, roles and groups."""
    return letters(_WORD + "+=,.@", 1, 64) | st.sampled_from(("z" * 64,))


@cache
def entity_ids() -> SearchStrategy[str]:
    """Unique ids of users, roles and groups, from the shortest to the longest."""
    return letters(ascii_uppercase + digits, 16, 21) | st.sampled_from(("Z" * 128,))
