"""A fault: an emulator that breaks one rule, and the short functions that most faults are written with.

Each stage is replaced by one that calls it and changes what comes out, or what goes in. Faults name members by the part that
they play in a contract (``job.created``), so that one fault breaks every operation that has such a member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ...spec.catalogue import rule as catalogued, rule_set
from ...spec.contract import Contract
from ...spec.traits import fill, has, look_up
from ...spec.validation import slug
from ..behaviour import Behaviour
from ..paths import put, without
from ..records import Call, Cursor, Members, Output, Read, Row, ServedPage, ServiceError, XmlElement
from ..served import served
from ..stages.listings import paginate, said
from ..stages.pipeline import Stages, document
from ..stages.responses import item, members
from ..stages.validation import Constraint, ConstraintFailure, failures, refuse, routable

__all__ = [
    "XML", "Fault", "accepting", "accessed", "attempted", "by_itself", "changed", "children", "comparable", "dropped", "elements",
    "errors", "has_token", "identified", "in_state", "is_list", "issues_token", "items", "ongoing",
    "outputs", "put_in", "results", "role", "sliced", "tag", "texts", "typed", "unattempted", "without",
]  # fmt: skip

#: Protocols whose documents are XML elements.
XML = ("query", "ec2", "rest-xml")


@dataclass(frozen=True)
class Fault:
    """One way to be wrong. `rule` is the one that must catch it; `statement` says what the service does.

    `first` is the rule that a user is shown first, where another one explains the fault as well and stands before. `deep` faults show under
    some page sizes only, which the fixed survey does not request.

    A fault applies to operations whose contract has all traits in `requires`, speaks one of `protocols` (any, where there are none), is of
    the kind `on` and has the rule. Rules, `first` and statements are templates until `bound`: ``{listing.more}`` is what the contract
    calls that member. `list_rule` and `list_first` are the rules on operations that are no access report, where those are others.
    """

    id: str
    rule: str
    statement: str
    stages: Stages = Stages()  # noqa: RUF009 -- frozen
    behaviour: Behaviour = Behaviour()  # noqa: RUF009 -- frozen
    first: str | None = None
    deep: bool = False
    requires: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    on: Literal["reports", "lists"] | None = None
    list_rule: str | None = None
    list_first: str | None = None
    #: Whether it shows where a job fails: every job does, where the operation refuses at once what does not exist.
    fails: bool = False
    #: Whether it shows on this operation, where traits do not say it.
    shows: Callable[[Contract], bool] = lambda contract: True
    #: The level of the rule for the contract that the fault was bound to.
    level: str | None = None

    @property
    def explained(self) -> str:
        """The rule that a user should be shown first."""
        return self.first or self.rule

    @property
    def notes(self) -> bool:
        """Whether this is not a violation but something that a `may` rule notes."""
        return (self.level or catalogued(self.rule).level) == "may"

    def bound(self, contract: Contract) -> Fault | None:
        """The fault as it breaks this contract; None where it does not apply."""
        if self.on is not None and (self.on == "lists") != is_list(contract):
            return None
        if self.protocols and contract.protocol not in self.protocols:
            return None
        if not all(has(contract, each) for each in self.requires) or not self.shows(contract):
            return None
        lists = is_list(contract)
        rule = _rule((self.list_rule if lists else None) or self.rule, contract)
        shown = _rule((self.list_first if lists else self.first) or rule, contract)
        levels = {each.id: each.level for each in rule_set(contract)}
        statement = fill(self.statement, contract)
        if rule not in levels or statement is None or (rule == "pagination.complete" and not comparable(contract)):
            return None
        first = shown if shown in levels and shown != rule else None
        behaviour = self.behaviour
        if self.fails and not has(contract, "report.entity_is=below"):
            behaviour = replace(behaviour, outcome="failed")
        return replace(self, behaviour=behaviour, rule=rule, first=first, statement=statement, level=levels[rule])


def is_list(contract: Contract) -> bool:
    """Whether the rules of lists apply, and not those of access reports."""
    return contract.kind != "access-report"


def identified(contract: Contract) -> bool:
    """Whether it can be seen that two items are one: by what identifies them, or because it is known which items there are."""
    return _known(contract) or (contract.listing is not None and contract.listing.identity not in (None, "@"))


def comparable(contract: Contract) -> bool:
    """Whether it can be seen that items are missing: pages of several sizes can be requested, or it is known which items there are."""
    return not is_list(contract) or _known(contract) or bool(contract.listing and contract.listing.limit)


def _known(contract: Contract) -> bool:
    """Whether the judge knows which items the emulator has: those that the filter of a recipe lets through."""
    return contract.recipe is not None and bool(contract.recipe.filter)


def issues_token(contract: Contract) -> bool:
    """Whether the service writes the tokens, which are no keys of items."""
    return contract.listing is not None and all("[-1]" not in each.output for each in contract.listing.tokens)


def has_token(contract: Contract) -> bool:
    """Whether responses have a member for the token, though items may say it too."""
    return contract.listing is not None and any("[" not in each for each in contract.listing.token.output.split("||"))


def by_itself(contract: Contract) -> bool:
    """Whether what is listed stays as it is: entities of a service may change between two reads."""
    return contract.report is None or contract.report.about is None


def _rule(template: str, contract: Contract) -> str:
    """An id with the names of members in it as its slugs: ``validation.{job.id_in}-required``."""
    return re.sub(r"\{([\w.]+)\}", lambda match: slug(contract, str(look_up(contract, match[1]))), template)


# -- members by the part that they play


def role(contract: Contract, part: str) -> str:
    """What the contract calls a member; empty where it has none."""
    return str(look_up(contract, part) or "")


def tag(contract: Contract, *parts: str) -> tuple[str, ...]:
    """The names of these members' elements in XML."""
    found = served(contract)
    return tuple(
        found.tag_of(path, inside_item=part.startswith("report.")) for part in parts if (path := role(contract, part))
    )


def put_in(found: Members, path: str, value: object) -> Members:
    """The members with this value at the path; None leaves it out."""
    if not path:
        return found
    if value is None:
        return without(found, path)
    new = dict(found)
    put(new, path, value)
    return new


def changed(contract: Contract, found: Members, parts: Mapping[str, object]) -> Members:
    """Other values for members, named by their parts; None leaves one out."""
    for part, value in parts.items():
        found = put_in(found, role(contract, part), value)
    return found


def accessed(row: Row) -> bool:
    """Whether somebody tried, where rows say so."""
    return row.time is not None


# -- documents of XML protocols


Documents = Callable[[Call, Output], Any]


def elements(change: Callable[[XmlElement], XmlElement]) -> Documents:
    """Each element of a result changed, those inside it before itself."""

    def walk(element: XmlElement) -> XmlElement:
        if isinstance(element.content, str):
            return change(element)
        return change(element._replace(content=tuple(walk(each) for each in element.content)))

    return results(lambda call, root: walk(root))


def texts(change: Callable[[str], str], kind: str) -> Documents:
    """The texts of a result's elements of this type changed: ``timestamp``, ``boolean``, ``integer``."""

    def walk(element: XmlElement, tags: frozenset[str]) -> XmlElement:
        if isinstance(element.content, str):
            return element._replace(content=change(element.content)) if element.tag in tags else element
        return element._replace(content=tuple(walk(each, tags) for each in element.content))

    return results(lambda call, root: walk(root, call.served.tags(kind)))


def typed(kind: str) -> Callable[[Contract], bool]:
    """Whether the emulator's responses have a member of this type."""
    return lambda contract: kind in served(contract).types_shown


def results(change: Callable[[Call, XmlElement], XmlElement]) -> Documents:
    """The root of every result changed."""

    def changed(call: Call, output: Output) -> Any:
        root = document(call, output)
        return root if isinstance(output, ServiceError) else change(call, root)

    return changed


def errors(change: Callable[[XmlElement], XmlElement]) -> Documents:
    """The root of every error changed."""

    def changed(call: Call, output: Output) -> Any:
        root = document(call, output)
        return change(root) if isinstance(output, ServiceError) else root

    return changed


def children(element: XmlElement) -> tuple[XmlElement, ...]:
    """The elements inside one."""
    return element.content if isinstance(element.content, tuple) else ()


def dropped(element: XmlElement, *tags: str) -> XmlElement:
    """The element without those of these names, at any depth."""
    if isinstance(element.content, str):
        return element
    return element._replace(content=tuple(dropped(each, *tags) for each in element.content if each.tag not in tags))


# -- members


def outputs(change: Callable[[Read, Members], Members]) -> Callable[[Read, tuple[Any, ...], str | None], Members]:
    """The members of every page changed."""
    return lambda read, found, token: change(read, members(read, found, token))


def in_state(state: str, **parts: Any) -> Stages:
    """Other members in one state of the job (`pending`, `succeeded`, `failed`); a member that is None is left out."""
    named = {name.replace("__", "."): value for name, value in parts.items()}

    def change(read: Read, found: Members) -> Members:
        states = getattr(read.contract.job, state)
        if read.status not in states:
            return found
        return changed(
            read.contract, found, {part: each(read) if callable(each) else each for part, each in named.items()}
        )

    return Stages(members=outputs(change))


def items(change: Callable[[Read, Row, Members], Members]) -> Callable[[Read, Row], Any]:
    """The members of every row changed, where a row has members."""

    def one(read: Read, row: Row) -> Any:
        found = item(read, row)
        return change(read, row, found) if isinstance(found, dict) else found

    return one


def attempted(**parts: object) -> Callable[[Read, Row], Any]:
    """Other members for the rows that were accessed, by their parts in a report."""
    return items(lambda read, row, found: _reported(read, found, parts) if accessed(row) else found)


def unattempted(**parts: object) -> Callable[[Read, Row], Any]:
    """Other members for the rows that were never accessed."""
    return items(lambda read, row, found: found if accessed(row) else _reported(read, found, parts))


def _reported(read: Read, found: Members, parts: Mapping[str, object]) -> Members:
    return changed(read.contract, found, {f"report.{name}": value for name, value in parts.items()})


# -- pages


def ongoing(change: Callable[[Cursor], Cursor | None]) -> Callable[[Read, tuple[Row, ...]], ServedPage]:
    """Pages as they should be; where one announces more, the next begins somewhere else."""

    def other(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        page = paginate(read, rows)
        if page.next is None:
            return page
        moved = change(page.next)
        if moved is not None:  # tokens that are the key of the last row move too
            moved = moved._replace(last=said(read.call, rows[moved.start - 1]) if 0 < moved.start <= len(rows) else "")
        return page._replace(next=moved)

    return other


def sliced(limit: Callable[[Read], int]) -> Callable[[Read, tuple[Row, ...]], ServedPage]:
    """Pages as if another number had been requested."""
    return lambda read, rows: paginate(read._replace(limit=limit(read)), rows)


# -- requests


def accepting(
    part: str, *constraints: Constraint, where: Callable[[Any], bool] = lambda value: True
) -> Callable[[Call], None]:
    """Validation that overlooks these constraints of one parameter, named by its part in the contract, where its value is such a one."""

    def overlooked(call: Call, failure: ConstraintFailure) -> bool:
        member = part if part[:1].isupper() else role(call.contract, part)
        return failure.member == member and failure.constraint in constraints and where(call.parameters.get(member, ""))

    def validate(call: Call) -> None:
        routable(call)
        refuse(call, (each for each in failures(call) if not overlooked(call, each)))

    return validate
