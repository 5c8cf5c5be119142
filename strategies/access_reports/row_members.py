"""The members of the rows of an access report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from ...spec.contract import Actions, Contract
from ..values.constraints import in_model_order, item_shape, put, shape_at
from ..values.moments import instant, moment
from .jobs import JobFacts
from .rows import Access, DrawnRow

__all__ = ["WrittenRow", "written_rows"]

#: The names of the members that describe an access, each with what it holds: a Region, an entity or a time.
_Roles: TypeAlias = Sequence[tuple[str, str]]


class WrittenRow(NamedTuple):
    """A row's members, and what it is sorted by."""

    key: str
    time: int | None
    members: dict[str, Any]


@cache
def written_rows(contract: Contract) -> Callable[[JobFacts, list[DrawnRow], Sequence[str]], list[WrittenRow]]:
    """Makes the members of rows in a report on these entities. What the contract says of them is looked up once."""
    report = contract.report
    write = _services(contract) if report is None or report.entity_arn is None else _entities(contract)
    return lambda job, rows, entities: [write(job, each, entities) for each in rows]


def _services(contract: Contract) -> Callable[[JobFacts, DrawnRow, Sequence[str]], WrittenRow]:
    report, listing, shape = contract.report, contract.listing, item_shape(contract)
    assert report is not None and report.time is not None and listing is not None and listing.identity is not None
    name, region, total, actions, identity = report.name, report.region, report.total, report.actions, listing.identity
    roles = _roles(region=region, entity=report.entity, time=report.time)

    def service(job: JobFacts, row: DrawnRow, entities: Sequence[str]) -> WrittenRow:
        key, access, time = row.key, row.access, None
        found: dict[str, Any] = {identity: key}
        if name is not None:
            found[name] = key if row.name is None else row.name
        if actions is not None and row.actions and job.choices.second_type:
            found[actions.items] = [_action(actions, job, *each, entities) for each in row.actions]
        if access is not None:
            time = instant(job.dates.completed - access.ago, access.precision)
            found |= _access(job, access, entities, roles)
            if total is not None and access.total:
                found[total] = access.total
        else:
            if region is not None and job.choices.region_of_unused_iam and key in report.regions_always:
                found[region] = "us-east-1"
            if total is not None and row.counted:
                found[total] = 0
        return WrittenRow(key, time, in_model_order(shape, found))

    return service


def _roles(**names: str | None) -> _Roles:
    return [(name, role) for role, name in names.items() if name is not None]


def _access(job: JobFacts, access: Access, entities: Sequence[str], roles: _Roles) -> dict[str, Any]:
    """The members that describe one access."""
    values = {
        "region": access.region,
        "entity": entities[access.place % len(entities)],
        "time": moment(job.dates.completed - access.ago, access.precision),
    }
    return {name: values[role] for name, role in roles}


def _action(
    actions: Actions, job: JobFacts, name: str, access: Access | None, entities: Sequence[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {actions.name: name}
    if access is not None:
        roles = _roles(entity=actions.entity, time=actions.time, region=actions.region)
        found |= _access(job, access, entities, roles)
    return found


def _entities(contract: Contract) -> Callable[[JobFacts, DrawnRow, Sequence[str]], WrittenRow]:
    """Rows that are users, roles or groups. Their ids are what IAM would give, by their Arns."""
    report, shape = contract.report, item_shape(contract)
    assert report is not None and report.entity_arn is not None
    assert report.entity_type is not None and report.time is not None
    arn, kind_of, accessed = report.entity_arn, report.entity_type, report.time
    where = arn.rpartition(".")[0]
    details = shape_at(shape, where)

    def entity(job: JobFacts, row: DrawnRow, entities: Sequence[str]) -> WrittenRow:
        kind, _, rest = row.key.rpartition(":")[2].partition("/")
        path, _, name = rest.rpartition("/")
        found: dict[str, Any] = {}
        put(found, arn, row.key)
        put(found, kind_of, kind.upper())
        info: dict[str, Any] = found[where]
        info |= {"Name": name, "Id": f"{_ID_STARTS[kind]}{sha256(row.key.encode()).hexdigest()[:17].upper()}"}
        if path or row.counted:
            info["Path"] = f"/{path}/" if path else "/"
        found[where] = in_model_order(details, info)
        time = None
        if row.access is not None:
            offset = job.dates.completed - row.access.ago
            time, found[accessed] = instant(offset, row.access.precision), moment(offset, row.access.precision)
        return WrittenRow(row.key, time, in_model_order(shape, found))

    return entity


_ID_STARTS = {"user": "AIDA", "role": "AROA", "group": "AGPA"}
