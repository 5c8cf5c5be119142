"""How an operation pages that botocore has no paginator for: by its shapes and their documentation, where these leave no doubt.

A request that takes a token, and a response that gives one beside a list, mean "the rest of this list" in most operations, and something else in
some: a position in a stream, a cursor over rows, a parameter that nobody reads yet. So the token's own documentation has to say that it leads on, and
whatever leaves a doubt is a reason against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .exclusions import EXCLUSIONS

if TYPE_CHECKING:
    from botocore.model import OperationModel

__all__ = ["ASIDE", "LIMIT_NAMES", "Verdict", "by_shapes", "prose"]

#: The parameter that takes a token and the member of the response that has the next one, those first that are never an echo of the request's.
_PAIRS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("NextMarker", "NextMarker"),
    ("Marker", "NextMarker"),
    ("Marker", "Marker"),
    ("PageToken", "NextPageToken"),
    ("pageToken", "nextPageToken"),
    ("NextPageToken", "NextPageToken"),
    ("PaginationToken", "PaginationToken"),
    ("ContinuationToken", "NextContinuationToken"),
    ("position", "position"),
)
#: The tokens of streams that are read from either end.
_BOTH_WAYS = {"nextForwardToken", "nextBackwardToken"}
#: Names of operations that read, and change nothing.
_READS = re.compile(r"(?:Admin)?(?:Describe|Get|List|Lookup|Search)[A-Z]")
LIMIT_NAMES = frozenset({"limit", "maxitems", "maxresults", "maxrecords", "pagesize"})
_MORE_NAMES = frozenset({"istruncated"})
#: Lists that say what went wrong; they are not items.
ASIDE = frozenset({"errors", "failures", "warnings"})

#: A token that leads to more of the same list.
_LEADS_ON = re.compile(
    r"\b(?:next|more|another|additional|subsequent|remaining|rest|further|following|previous|prior)\b[^.]{0,60}?"
    r"\b(?:sets?|pages?|batch(?:es)?|groups?|results?|items?|records?|objects?|requests?|calls?|responses?|output|list)\b"
    r"|\bpaginat(?:ion|ed?|ing)\b|\btruncated\b|\b(?:continu\w+|resume)\b|\bmore \w+ (?:than|available|exist|to)\b",
    re.IGNORECASE,
)
_IS_LIMIT = re.compile(r"\b(?:max(?:imum)?|number|limits?|at most|size|how many|up to)\b", re.IGNORECASE)
#: What is said of a parameter that does not do what its name says.
_UNUSED = re.compile(r"reserved for future|not currently used|only used when|approximate", re.IGNORECASE)
#: Values of a status that a job has before its end.
_UNFINISHED = re.compile(r"IN_PROGRESS|RUNNING", re.IGNORECASE)


class Verdict(NamedTuple):
    """How the operation pages, as a paginator of botocore would say it; or the reason why that is unknown."""

    paginator: Mapping[str, str] | None
    reason: str = ""


def by_shapes(shapes: OperationModel, *, jobs: bool = False) -> Verdict:
    """How an operation pages by its shapes.

    :param jobs: also for those that give the results of a job, which are no listing before the job has ended.
    """
    if reason := EXCLUSIONS.get(f"{shapes.service_model.service_name}:{shapes.name}"):
        return Verdict(None, reason)
    if not _READS.match(shapes.name):
        return Verdict(None, "it may do more than read a list")
    taken: Mapping[str, Any] = shapes.input_shape.members if shapes.input_shape else {}
    at, given = _body(shapes.output_shape)
    pair = next(((one, other) for one, other in _PAIRS if one in taken and other in given), None)
    if pair is None and given.keys() >= _BOTH_WAYS:
        return Verdict(
            None, "it is read forwards and backwards, with a token for each, and ends where a token comes again"
        )
    if pair is None:
        return Verdict(None, "its request and its response have no token for a next page under a usual name")
    if reason := _reason(shapes, taken[pair[0]], given[pair[1]], given, jobs):
        return Verdict(None, reason)
    found = {"input_token": pair[0], "output_token": at + pair[1], "result_key": at + next(_lists(given))}
    if limit := _only(_limits(taken)):
        found["limit_key"] = limit
    if more := _only(_flags(given)):
        found["more_results"] = at + more
    return Verdict(found)


def _body(shape: Any) -> tuple[str, Mapping[str, Any]]:
    """The members of a response, and the path to them: they may all be in a structure that is all there is."""
    members: Mapping[str, Any] = shape.members if shape else {}
    if len(members) == 1:
        name, only = next(iter(members.items()))
        if only.type_name == "structure":
            return f"{name}.", only.members
    return "", members


def _reason(shapes: OperationModel, taken: Any, given: Any, members: Mapping[str, Any], jobs: bool) -> str:
    """What speaks against a listing that these tokens lead through; empty where nothing does."""
    lists = list(_lists(members))
    if len(lists) != 1:
        return "its response has several lists" if lists else "its response has no list beside the token"
    if members[lists[0]].member.type_name == "list":
        return "its items are the rows of a table"
    if taken.type_name != "string" or given.type_name != "string":
        return "its token is not a string"
    said = f"{prose(taken.documentation)} {prose(given.documentation)}"
    if _UNUSED.search(said):
        return "its documentation says that the token is not used"
    if not _LEADS_ON.search(said):
        return "its documentation does not say what the token is for"
    if not jobs and any(_is_of_job(name, each, shapes) for name, each in members.items()):
        return "it gives the results of a job, which only a contract file can describe"
    return ""


def _lists(members: Mapping[str, Any]) -> Iterator[str]:
    return (name for name, each in members.items() if each.type_name == "list" and name.lower() not in ASIDE)


def _limits(members: Mapping[str, Any]) -> Iterator[str]:
    """Parameters for the most items of a page, by what their documentation says too."""
    for name, each in members.items():
        if name.lower() in LIMIT_NAMES and each.type_name in ("integer", "long", "string"):
            said = prose(each.documentation)
            if _IS_LIMIT.search(said) and not _UNUSED.search(said):
                yield name


def _flags(members: Mapping[str, Any]) -> Iterator[str]:
    return (name for name, each in members.items() if each.type_name == "boolean" and name.lower() in _MORE_NAMES)


def _only(names: Iterator[str]) -> str | None:
    """The name, where it is the only one."""
    found = list(names)
    return found[0] if len(found) == 1 else None


def _is_of_job(name: str, shape: Any, shapes: OperationModel) -> bool:
    """Whether a member says that a job is not at its end. A status that the request asks for is no such thing."""
    asked = shapes.input_shape.members if shapes.input_shape else {}
    return (
        name.lower().endswith("status")
        and name not in asked
        and any(_UNFINISHED.search(each) for each in shape.metadata.get("enum", ()))
    )


def prose(documentation: str | None) -> str:
    """The documentation of a shape or an operation without its mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", documentation or ""))
