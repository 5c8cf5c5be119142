"""A fault: an emulator that breaks one rule, and the short words that most faults are written in.

Each stage is replaced by one that calls it and changes what comes out, or what goes in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...spec import rule as catalogued
from ..access_reports.services import Service
from ..behaviour import Behaviour
from ..protocols.query import document
from ..records import Answer, Call, Element, Members, Page, Place, Read, ServiceError
from ..stages.pipeline import Stages, cut, item, members
from ..stages.validation import Constraint, Failure, failures, refuse, routable

__all__ = [
    "Fault", "accepting", "answers", "attempted", "dropped", "elements", "errors", "items", "ongoing", "results", "sliced", "texts",
    "unattempted", "without",
]  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One way to be wrong. `rule` is the one that must catch it; `statement` says what the service does.

    `first` is the rule that a user is shown first, where another one explains the fault as well and stands before. `deep` faults show under some page sizes only, which the fixed survey does not ask for.
    """

    id: str
    rule: str
    statement: str
    stages: Stages = Stages()  # noqa: RUF009 -- frozen
    behaviour: Behaviour = Behaviour()  # noqa: RUF009 -- frozen
    first: str | None = None
    deep: bool = False

    @property
    def explained(self) -> str:
        """The rule that a user should be shown first."""
        return self.first or self.rule

    @property
    def notes(self) -> bool:
        """Whether this is no breach but something that a `may` rule notes."""
        return catalogued(self.rule).level == "may"


Documents = Callable[[Call, Answer], Element]


def elements(change: Callable[[Element], Element]) -> Documents:
    """Each element of a result changed, those inside it before itself."""

    def walk(element: Element) -> Element:
        if isinstance(element.content, str):
            return change(element)
        return change(element._replace(content=tuple(walk(each) for each in element.content)))

    return results(walk)


def texts(change: Callable[[str], str], *tags: str) -> Documents:
    """The texts of a result's elements of these names changed."""

    def changed(element: Element) -> Element:
        if element.tag in tags and isinstance(element.content, str):
            return element._replace(content=change(element.content))
        return element

    return elements(changed)


def results(change: Callable[[Element], Element]) -> Documents:
    """The root of every result changed."""

    def changed(call: Call, answer: Answer) -> Element:
        root = document(call, answer)
        return root if isinstance(answer, ServiceError) else change(root)

    return changed


def errors(change: Callable[[Element], Element]) -> Documents:
    """The root of every error changed."""

    def changed(call: Call, answer: Answer) -> Element:
        root = document(call, answer)
        return change(root) if isinstance(answer, ServiceError) else root

    return changed


def dropped(element: Element, *tags: str) -> Element:
    """The element without those of these names, at any depth."""
    if isinstance(element.content, str):
        return element
    return element._replace(content=tuple(dropped(each, *tags) for each in element.content if each.tag not in tags))


def answers(change: Callable[[Read, Members], Members]) -> Callable[[Read, tuple[Members, ...], str | None], Members]:
    """The members of every answer about a job changed."""
    return lambda read, found, marker: change(read, members(read, found, marker))


def items(change: Callable[[Service, Members], Members]) -> Callable[[Read, Service], Members]:
    """The members of every service changed."""
    return lambda read, service: change(service, item(read, service))


def attempted(**changed: object) -> Callable[[Read, Service], Members]:
    """Other members for the services that somebody tried to use."""
    return items(lambda service, found: found | changed if service.accessed else found)


def unattempted(**changed: object) -> Callable[[Read, Service], Members]:
    """Other members for the services that nobody tried to use."""
    return items(lambda service, found: found if service.accessed else found | changed)


def without(found: Members, *names: str) -> Members:
    """The members without these."""
    return {name: value for name, value in found.items() if name not in names}


def ongoing(change: Callable[[Place], Place | None]) -> Callable[[Read, tuple[Service, ...]], Page]:
    """Pages as they should be; where one promises more, the next begins somewhere else."""

    def changed(read: Read, services: tuple[Service, ...]) -> Page:
        page = cut(read, services)
        return page if page.next is None else page._replace(next=change(page.next))

    return changed


def sliced(limit: Callable[[Read], int]) -> Callable[[Read, tuple[Service, ...]], Page]:
    """Pages as if another number had been asked for."""
    return lambda read, services: cut(replace(read, limit=limit(read)), services)


def accepting(
    member: str, *constraints: Constraint, where: Callable[[str], bool] = lambda text: True
) -> Callable[[Call], None]:
    """Validation that overlooks these constraints of one parameter, where its text is such a one."""

    def overlooked(call: Call, failure: Failure) -> bool:
        return failure.member == member and failure.constraint in constraints and where(call.parameters.get(member, ""))

    def validate(call: Call) -> None:
        routable(call)
        refuse(each for each in failures(call) if not overlooked(call, each))

    return validate
