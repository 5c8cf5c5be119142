"""Reports on the entities of moto's own Organizations: who may have one, and which services its policies leave.

The order of refusals, and that AccessDenied is the refusal of an account that manages no organization and of a root
without service control policies, is our reading of the documentation: nobody has published such a response.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from ..access_reports.control_policies import left
from ..access_reports.services import service_names
from ..records import Call, ServiceError, StartedJob
from ..report_rows import Service
from ..stages import jobs as stages
from .moto_attempts import Attempt, attempts_of

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend
    from moto.organizations.models import OrganizationsBackend

__all__ = ["start"]

_POLICY_TYPE = "SERVICE_CONTROL_POLICY"

_NO_ENTITY = "INVALID_ORGANIZATIONS_ENTITY_PATH", "There is no such entity in the organization."
_NO_POLICY = "INVALID_ORGANIZATIONS_POLICY", "There is no such policy in the organization."


def start(call: Call, jobs: Mapping[str, StartedJob], backend: IAMBackend) -> StartedJob:
    """The stage: may this account request that, and what will the report hold."""
    assert call.contract.job is not None
    roles = call.contract.job.start
    path, policy = call.text(roles.subject), next((call.parameters.get(each) for each in roles.options), None)
    organization = organizations_backends[backend.account_id][backend.partition]
    _admit(organization, path)
    job = stages.start(call, jobs)
    if job.id in jobs or call.behaviour.outcome == "failed":
        return job
    entity = next((each for each in _entities(organization) if each.path == path), None)
    document = next((each.content for each in _control_policies(organization.policies) if each.id == policy), None)
    if entity is None:
        return replace(job, error=_NO_ENTITY, rows=())
    if policy is not None and document is None:
        return replace(job, error=_NO_POLICY, rows=())
    return replace(job, error=None, rows=tuple(_services(organization, entity, document, job.created)))


def _admit(organization: OrganizationsBackend, path: str) -> None:
    """Only the management account, only about its own organization, only with service control policies in force."""
    if organization.org is None:
        raise _denied(f"account {organization.account_id} is not the management account of an organization.")
    if path.partition("/")[0] != organization.org.id:
        raise _denied(f"{path} is not in organization {organization.org.id}.")
    roots = [each for each in organization.list_roots()["Roots"] if each["Id"] == organization.org.root_id]
    if not any(each["Type"] == _POLICY_TYPE for root in roots for each in root["PolicyTypes"]):
        raise _denied(f"service control policies are not enabled on root {organization.org.root_id}.")


def _denied(reason: str) -> ServiceError:
    return ServiceError("AccessDenied", 403, f"The report cannot be generated: {reason}")


@dataclass(frozen=True)
class _Entity:
    """A root, an OU or an account of moto's: `levels` are the policies' documents on it and on whatever it stands below."""

    path: str
    id: str
    is_account: bool
    levels: tuple[tuple[str, ...], ...]


def _entities(organization: OrganizationsBackend) -> Iterator[_Entity]:
    """Everything that has a place below the root."""
    assert organization.org is not None
    units: dict[Any, Any] = {each.id: each for each in organization.ou}
    things: list[Any] = [*organization.ou, *organization.accounts]
    for thing in things:
        line = [thing]
        while line[-1].parent_id in units:
            line.append(units[line[-1].parent_id])
        if line[-1].id == organization.org.root_id:
            yield _Entity(
                "/".join([organization.org.id, *(each.id for each in reversed(line))]),
                thing.id,
                thing in organization.accounts,
                tuple(tuple(p.content for p in _control_policies(each.attached_policies)) for each in line),
            )


def _control_policies(policies: Iterable[Any]) -> Iterator[Any]:
    return (each for each in policies if each.type == _POLICY_TYPE)


def _services(
    organization: OrganizationsBackend, entity: _Entity, document: str | None, created: datetime
) -> Iterator[Service]:
    """The services that the policies leave, with the attempts of the accounts that the report is about.

    No policy binds the management account: its own report lists every service, and no other report counts it.
    """
    names, management = dict(service_names()), organization.account_id
    if entity.id == management:
        listed, accounts = frozenset(names), {management: entity.path}
    else:
        listed = left(names, entity.levels if document is None else [[document]])
        accounts = {
            each.id: each.path
            for each in _entities(organization)
            if each.is_account and each.id != management and f"{each.path}/".startswith(f"{entity.path}/")
        }
    attempts: dict[str, list[Attempt]] = {}
    for account in accounts:
        for each in attempts_of(iam_backends[account][organization.partition]):
            if each.time <= created:
                attempts.setdefault(each.service, []).append(each)
    for key, name in names.items():
        if key in listed:
            yield _service(key, name, attempts.get(key, []), accounts)


def _service(key: str, name: str, attempts: list[Attempt], paths: Mapping[str, str]) -> Service:
    """One row: the latest attempt, and how many accounts made any."""
    if not attempts:
        return Service(name, key)
    latest = max(attempts, key=lambda each: each.time)
    total = len({each.account for each in attempts})
    return Service(name, key, latest.region, paths[latest.account], latest.time, total)
