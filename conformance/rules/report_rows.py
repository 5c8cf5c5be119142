"""The rows of a report: what each says of an item, and of the tracked actions in it."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from ...spec.contract import Report
from ...spec.model import loader
from ..evidence.collection import Collection
from ..evidence.items import Action, Item
from ..evidence.paths import find, place
from ..evidence.responses import Page
from ..evidence.words import few
from ..protocols.timestamps import Instant
from .registry import KEPT, Check, broken, expect, rule


def _report(page: Page) -> Report:
    assert page.contract.report is not None, "the rule is not in the rule set of an operation without rows"
    return page.contract.report


def _at(item: Item | Action, path: str | None) -> str:
    return item.path + place(path or "")


@rule(
    "report.attempt-details-together",
    needs="a report with an accessed {listing.noun}",
    suppressed_by=("shape.length",),
)
def attempt_details_together(page: Page) -> Iterator[Check]:
    report = _report(page)
    for each in page.items:
        if each.accessed:
            has, lacks = (report.entity, report.time) if each.has_entity else (report.time, report.entity)
            yield expect(
                each.has_time and each.has_entity,
                f"{each.label} has {has} without {lacks}",
                expected="both or neither",
                actual=f"{has} alone",
                path=each.path,
            )


@rule("report.attempt-has-region", needs="a report with an accessed {listing.noun}")
def attempt_has_region(page: Page) -> Iterator[Check]:
    name = _report(page).region
    for each in page.items:
        if each.accessed:
            yield expect(
                each.has_region,
                f"{each.label} was accessed and has no {name}",
                expected=f"a {name}",
                actual="none",
                path=each.path,
            )


@rule(
    "report.no-attempt-no-region",
    needs="a report with a {listing.noun} that was never accessed",
    suppressed_by=("report.attempt-details-together",),
)
def no_attempt_no_region(page: Page) -> Iterator[Check]:
    report = _report(page)
    for each in page.items:
        if not each.accessed and each.identity not in report.regions_always:
            if not each.has_region:
                yield KEPT
                continue
            yield broken(
                f"{each.label} was never accessed and has a {report.region}",
                expected=f"no {report.region}",
                actual=each.region,
                path=_at(each, report.region),
            )


def _total(page: Page, each: Item, holds: bool, expected: str) -> Check:
    if holds:
        return KEPT
    who = f"{each.label} was {'' if each.accessed else 'never '}accessed"
    name = _report(page).total
    return broken(f"{who} and {name} is {each.total}", expected=expected, actual=each.total, path=_at(each, name))


@rule(
    "report.attempt-counted",
    needs="an accessed {listing.noun} with {report.total}",
    suppressed_by=("report.attempt-details-together",),
)
def attempt_counted(page: Page) -> Iterator[Check]:
    for each in page.items:
        if each.accessed and each.total is not None:
            yield _total(page, each, each.total > 0, "above 0")


@rule(
    "report.no-attempt-counts-none",
    needs="a {listing.noun} that was never accessed, with {report.total}",
    suppressed_by=("report.attempt-details-together",),
)
def no_attempt_counts_none(page: Page) -> Iterator[Check]:
    for each in page.items:
        if not each.accessed and each.total is not None:
            yield _total(page, each, each.total == 0, "0")


@rule("report.accessed-before-completed", needs="an accessed {listing.noun}, and {job.completed}")
def accessed_before_completed(page: Page) -> Iterator[Check]:
    report = _report(page)
    for each in page.items:
        if each.time:
            yield from _before(page, each.label, each.time, _at(each, report.time))
        for action in each.actions or ():
            name = f"{action.name or 'an action'} of {each.label}"
            yield from _before(page, name, action.time, _at(action, report.actions.time if report.actions else None))


def _before(page: Page, label: str, time: Instant | None, path: str) -> Iterator[Check]:
    if time and page.completed:
        yield expect(
            not time.after(page.completed),
            f"{label} was accessed after the report was completed",
            expected=f"not after {page.completed}",
            actual=time,
            path=path,
            because="job.creation-date-plausible",
        )


@rule(
    "report.entity-inside-entity",
    needs="an accessed {listing.noun} in a report on a known {job.start.subject}",
    suppressed_by=("shape.pattern", "shape.length"),
)
def entity_inside_entity(collection: Collection) -> Iterator[Check]:
    if collection.subject is None:
        return
    asked = collection.subject.rstrip("/")
    for page in collection.pages:
        for each in page.items:
            if each.entity is not None:
                yield expect(
                    each.entity.rstrip("/") == asked or each.entity.startswith(asked + "/"),
                    f"{each.label} was accessed from outside the reported entity",
                    expected=f"{asked} or below it",
                    actual=each.entity,
                    path=_at(each, _report(page).entity),
                    exchanges=page.exchanges,
                )


def _resource(arn: str) -> tuple[str, str, str]:
    """The account, the kind and the name in an Arn of IAM; its path is left out, since entities are matched without it."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return "", "", arn
    kind, _, rest = parts[5].partition("/")
    return parts[4], kind, rest.rpartition("/")[2]


@rule(
    "report.entity-as-asked",
    needs="an accessed {listing.noun} in a report on a known {job.start.subject}",
    suppressed_by=("shape.pattern", "shape.length"),
)
def entity_as_asked(collection: Collection) -> Iterator[Check]:
    if collection.subject is None:
        return
    kind = _resource(collection.subject)[1]
    if kind not in ("user", "role", "group"):
        return
    for page in collection.pages:
        for each in page.items:
            if each.entity is not None:
                group = kind == "group"
                yield expect(
                    _resource(each.entity)[1] == "user"
                    if group
                    else _resource(each.entity) == _resource(collection.subject),
                    f"{each.label} was accessed by another entity than the report is on",
                    expected="a user of the group" if group else collection.subject,
                    actual=each.entity,
                    path=_at(each, _report(page).entity),
                    exchanges=page.exchanges,
                )


@rule("report.entities-of-a-group-are-users", needs="an entity in a report on a group")
def entities_of_a_group_are_users(collection: Collection) -> Iterator[Check]:
    if collection.subject is None or _resource(collection.subject)[1] != "group":
        return
    for page in collection.pages:
        for each in page.items:
            arn = find(each.value, _report(page).entity_arn)
            if isinstance(arn, str):
                yield expect(
                    _resource(arn)[1] == "user",
                    "an entity in a report on a group is not a user",
                    expected="a user",
                    actual=arn,
                    path=_at(each, _report(page).entity_arn),
                    exchanges=page.exchanges,
                )


@rule("report.entity-type-matches-arn", needs="an entity with its type and its Arn")
def entity_type_matches_arn(page: Page) -> Iterator[Check]:
    report = _report(page)
    for each in page.items:
        arn, kind = find(each.value, report.entity_arn), find(each.value, report.entity_type)
        if isinstance(arn, str) and isinstance(kind, str) and _resource(arn)[1]:
            yield expect(
                kind.lower() == _resource(arn)[1].lower(),
                f"the type of {each.label} is not that of its Arn",
                expected=_resource(arn)[1].upper(),
                actual=kind,
                path=_at(each, report.entity_type),
            )


@rule("report.actions-only-when-asked", needs="a report that was not asked for with {report.actions.only_when}")
def actions_only_when_asked(collection: Collection) -> Iterator[Check]:
    """An empty list of actions is none."""
    asked = None if collection.job is None else collection.job.type
    for page in collection.pages:
        actions, kind = _report(page).actions, asked or page.job_type
        if actions is None or kind is None or kind == actions.only_when:
            continue
        for each in page.items:
            if not each.actions:
                yield KEPT
                continue
            yield broken(
                f"{each.label} has tracked actions in a {kind} report",
                expected=f"no {actions.items}",
                actual=f"{len(each.actions)} actions",
                path=_at(each, actions.items),
                exchanges=page.exchanges,
            )


@rule("report.action-details-together", needs="an accessed tracked action")
def action_details_together(page: Page) -> Iterator[Check]:
    actions = _report(page).actions
    for each in page.items:
        for action in each.actions or ():
            if actions and (action.has_time or action.has_region):
                has, lacks = (actions.time, actions.region) if action.has_time else (actions.region, actions.time)
                yield expect(
                    action.has_time and action.has_region,
                    f"{action.name or 'an action'} of {each.label} has {has} without {lacks}",
                    expected="both or neither",
                    actual=f"{has} alone",
                    path=action.path,
                )


@rule(
    "report.action-entity-with-time",
    needs="an accessed tracked action",
    suppressed_by=("report.action-details-together",),
)
def action_entity_with_time(page: Page) -> Iterator[Check]:
    actions = _report(page).actions
    for each in page.items:
        for action in each.actions or ():
            if actions and (action.has_time or action.has_entity):
                has, lacks = (actions.time, actions.entity) if action.has_time else (actions.entity, actions.time)
                yield expect(
                    action.has_time and action.has_entity,
                    f"{action.name or 'an action'} of {each.label} has {has} without {lacks}",
                    expected="both or neither",
                    actual=f"{has} alone",
                    path=action.path,
                )


@rule("report.action-listed-once", needs="a {listing.noun} with two tracked actions")
def action_listed_once(page: Page) -> Iterator[Check]:
    for each in page.items:
        names = Counter(action.name for action in each.actions or () if action.name is not None)
        if names.total() > 1:
            twice = [name for name, times in names.items() if times > 1]
            yield expect(
                not twice,
                f"{each.label} has a tracked action more than once",
                expected="each once",
                actual=few(twice),
                path=each.path,
            )


@rule("report.region-name", needs="a {listing.noun} with a {report.region}")
def region_name(collection: Collection) -> Iterator[Check]:
    used = {each.region: each for page in collection.pages for each in page.items if each.region is not None}
    name = collection.contract.report.region if collection.contract.report else ""
    for region, each in used.items():
        yield expect(
            region in _regions(),
            f"a {name} that botocore does not know",
            expected="a region's name, such as eu-central-1",
            actual=region,
            path=_at(each, name),
            exchanges=(each.exchange,),
        )


@cache
def _regions() -> frozenset[str]:
    """Every region of every partition in the installed botocore's data."""
    data = loader().load_data("partitions")
    return frozenset(name for partition in data["partitions"] for name in partition["regions"])
