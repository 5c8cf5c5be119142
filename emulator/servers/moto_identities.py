"""Reports on the users, groups, roles and policies of moto's own IAM: which services their policies allow, and who used them.

A policy's report is about the users and roles that it is attached to, also through a group. Only the prefixes of services in
the policies count, as in reports on an organization: conditions and resources take no service away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .. import errors
from ..access_reports.control_policies import left
from ..access_reports.principals import Principal, principal
from ..access_reports.services import service_names
from ..access_reports.subjects import granularity_of, subject_of
from ..records import Call, Read, Row, ServiceError, StartedJob
from ..report_rows import Entity, Service, TrackedAction
from ..stages import jobs as stages
from .moto_attempts import Attempt, attempts_of

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend

__all__ = ["entities", "start"]


@dataclass(frozen=True)
class _Identity:
    """A thing of moto's IAM: `levels` are the documents of its policies, and of the boundary of its permissions."""

    levels: tuple[tuple[str, ...], ...]
    #: The users and roles that a report on it is about.
    members: tuple[Any, ...]


def start(call: Call, jobs: Mapping[str, StartedJob], backend: IAMBackend) -> StartedJob:
    """The stage: is there such an identity, and what will the report hold."""
    assert call.contract.job is not None
    arn = call.text(call.contract.job.start.subject)
    subject_of(call.contract).admit(call, arn)
    identity = _find(backend, arn)
    job = stages.start(call, jobs)
    if job.id in jobs or call.behaviour.outcome == "failed":
        return job
    with_actions = granularity_of(call, job) == _action_level(call)
    return replace(job, error=None, rows=_services(backend, identity, job.created, with_actions))


def entities(read: Read, backend: IAMBackend) -> tuple[Row, ...]:
    """Who could access the service, as things are now: a list of entities is not kept with the job."""
    assert read.contract.report is not None
    namespace = read.call.text(read.contract.report.about)
    if namespace not in dict(service_names()):
        raise errors.invalid_input(read.call, f"{namespace} is not the namespace of a service.")
    try:
        identity = _find(backend, read.job.subject)
    except ServiceError:
        return ()
    if namespace not in {each.key for each in read.job.rows}:
        return ()
    latest: dict[str, datetime] = {}
    for arn, mine in _by_principal(backend, identity, read.job.created).items():
        for each in mine:
            if each.service == namespace:
                latest[arn] = max(each.time, latest.get(arn, each.time))
    return tuple(
        Entity(
            each.name, each.arn, "USER" if ":user/" in each.arn else "ROLE", each.id, each.path, latest.get(each.arn)
        )
        for each in identity.members
    )


def _find(backend: IAMBackend, arn: str) -> _Identity:
    """What an Arn names, matched by its name alone; raises where there is no such thing, or not in this account."""
    found = principal(arn)
    assert found is not None, "the Arn was looked at before"
    if found.account not in (backend.account_id, "aws"):
        raise ServiceError("AccessDenied", 403, f"{arn} is in another account.")
    identity = _FINDERS[found.type](backend, found, arn)
    if identity is None:
        raise ServiceError("NoSuchEntity", 404, f"ARN {arn} cannot be found.")
    return identity


def _user(backend: IAMBackend, named: Principal, arn: str) -> _Identity | None:
    user = next((each for each in backend.users.values() if each.name == named.name), None)
    return None if user is None else _Identity((_of_user(backend, user),), (user,))


def _group(backend: IAMBackend, named: Principal, arn: str) -> _Identity | None:
    group = next((each for each in backend.groups.values() if each.name == named.name), None)
    return None if group is None else _Identity((_own(group),), tuple(group.users))


def _role(backend: IAMBackend, named: Principal, arn: str) -> _Identity | None:
    role = next((each for each in backend.roles.values() if each.name == named.name), None)
    if role is None:
        return None
    # moto 5.0 names it differently
    arn_of = "permissions_boundary_arn" if hasattr(role, "permissions_boundary_arn") else "permissions_boundary"
    boundary = backend.managed_policies.get(getattr(role, arn_of) or "")
    levels = (_own(role), (_document(boundary),)) if boundary is not None else (_own(role),)
    return _Identity(levels, (role,))


def _policy(backend: IAMBackend, named: Principal, arn: str) -> _Identity | None:
    policy = next(
        (
            each
            for each in backend.managed_policies.values()
            if each.name == named.name and ("::aws:" in each.arn) == (named.account == "aws")
        ),
        None,
    )
    if policy is None:
        return None
    bearers: dict[str, Any] = {}
    through = [
        user for group in backend.groups.values() if policy.arn in group.managed_policies for user in group.users
    ]
    direct: list[Any] = [*backend.users.values(), *backend.roles.values()]
    for each in (*(one for one in direct if policy.arn in one.managed_policies), *through):
        bearers[each.arn] = each
    return _Identity(((_document(policy),),), tuple(bearers.values()))


_FINDERS = {"user": _user, "group": _group, "role": _role, "policy": _policy}


def _of_user(backend: IAMBackend, user: Any) -> tuple[str, ...]:
    """The documents of a user's own policies and those of its groups."""
    groups = [each for each in backend.groups.values() if user in each.users]
    return (*_own(user), *(document for each in groups for document in _own(each)))


def _own(thing: Any) -> tuple[str, ...]:
    return (*map(_text, thing.policies.values()), *map(_document, thing.managed_policies.values()))


def _document(policy: Any) -> str:
    versions = {each.version_id: each.document for each in policy.versions}
    return _text(versions.get(policy.default_version_id, ""))


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _services(backend: IAMBackend, identity: _Identity, created: datetime, with_actions: bool) -> tuple[Service, ...]:
    """The services that the policies allow, each with who used it last."""
    names = dict(service_names())
    listed = left(names, identity.levels)
    mine: dict[str, list[Attempt]] = {}
    for attempts in _by_principal(backend, identity, created).values():
        for each in attempts:
            mine.setdefault(each.service, []).append(each)
    tracked = _tracked(attempts_of(backend)) if with_actions else {}
    return tuple(_service(key, names[key], mine.get(key, []), tracked.get(key, ())) for key in names if key in listed)


def _by_principal(backend: IAMBackend, identity: _Identity, created: datetime) -> Mapping[str, list[Attempt]]:
    """The attempts of each user and role that the report is about, until the job was created. Users are matched by name."""
    found: dict[str, list[Attempt]] = {}
    for member in identity.members:
        kind = "user" if ":user/" in member.arn else "role"
        for each in attempts_of(backend):
            by = principal(each.principal or "")
            if by is not None and (by.type, by.name) == (kind, member.name) and each.time <= created:
                found.setdefault(member.arn, []).append(replace(each, principal=member.arn))
    return found


def _service(key: str, name: str, attempts: list[Attempt], tracked: Iterable[str]) -> Service:
    """One row: the latest attempt, how many principals made any, and the actions that are tracked."""
    actions = tuple(_action(each, [one for one in attempts if one.action == each]) for each in tracked)
    if not attempts:
        return Service(name, key, actions=actions)
    latest = max(attempts, key=lambda each: each.time)
    total = len({each.principal for each in attempts})
    return Service(name, key, latest.region, latest.principal, latest.time, total, actions)


def _action(name: str, attempts: list[Attempt]) -> TrackedAction:
    if not attempts:
        return TrackedAction(name)
    latest = max(attempts, key=lambda each: each.time)
    return TrackedAction(name, latest.principal, latest.region, latest.time)


def _tracked(attempts: Iterable[Attempt]) -> Mapping[str, tuple[str, ...]]:
    """The actions of each service that anybody of the account has used: those that a report tracks."""
    found: dict[str, dict[str, None]] = {}
    for each in attempts:
        if each.action is not None:
            found.setdefault(each.service, {})[each.action] = None
    return {service: tuple(sorted(actions)) for service, actions in found.items()}


def _action_level(call: Call) -> str:
    """The granularity that has actions, of whichever operation reads the job."""
    report = call.contract.report
    return (report.actions.only_when if report is not None and report.actions is not None else None) or "ACTION_LEVEL"
