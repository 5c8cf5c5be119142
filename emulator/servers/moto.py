"""moto, taught the two operations of the report: its IAM answers them out of its own Organizations.

    with mock_aws(), access_reports() as reports:
        …
        reports.attempt("123456789012", "s3")

Nothing of moto is replaced: `IamResponse` gains a method for each operation, as an operation of moto has one, and the
backend of the account that asks keeps the jobs, so that moto's reset forgets them. What is not about Organizations is
the emulator's. For moto's server, run ``python -m awscontract.emulator.servers.moto`` with the arguments of ``moto_server``, or
start moto's ThreadedMotoServer inside the context. ``pytest_plugins = "awscontract.emulator.servers.moto"`` makes it a fixture.

The order of refusals, and that AccessDenied is the refusal of an account that manages no organization and of a root
without service control policies, is our reading of the documentation: nobody has published such an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.organizations.models import organizations_backends

from ...spec.legacy import contract
from ..access_reports.control_policies import left
from ..access_reports.services import Service, service_names
from ..behaviour import Behaviour
from ..engine import Emulator
from ..records import Call, Job, ServiceError
from ..stages import pipeline as stages
from ..stages.pipeline import Stages

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend
    from moto.organizations.models import OrganizationsBackend

__all__ = ["AS_OBSERVED", "AccessReports", "access_reports", "main"]

#: The dials as AWS was seen. What a report lists comes from Organizations, never from a dial.
AS_OBSERVED = Behaviour(polls=1, region_of_unused_iam=True)

_POLICY_TYPE = "SERVICE_CONTROL_POLICY"
#: Where the state is kept: moto's reset empties a backend's attributes.
_JOBS, _ATTEMPTS = "_access_report_jobs", "_access_attempts"

_NO_ENTITY = "INVALID_ORGANIZATIONS_ENTITY_PATH", "There is no such entity in the organization."
_NO_POLICY = "INVALID_ORGANIZATIONS_POLICY", "There is no such policy in the organization."


@dataclass(frozen=True)
class _Attempt:
    """Somebody in an account tried to use a service."""

    account: str
    service: str
    region: str
    time: datetime


class AccessReports:
    """What there is to say about the reports from the other side: who tried what."""

    def attempt(
        self,
        account: str,
        service: str,
        *,
        at: datetime | None = None,
        region: str = "us-east-1",
        partition: str = "aws",
    ) -> None:
        """Note that a principal of the account tried to use a service, given by its namespace. moto's reset forgets it.

        :param at: the moment, with its zone; now, without one.
        :raises ValueError: for a service that no report lists, or a moment without a zone.
        """
        if service not in dict(service_names()):
            raise ValueError(f"no report lists a service {service!r}")
        moment = datetime.now(UTC) if at is None else at
        if moment.tzinfo is None:
            raise ValueError(f"{at!r} has no zone")
        attempts = vars(iam_backends[account][partition]).setdefault(_ATTEMPTS, [])
        attempts.append(_Attempt(account, service, region, moment.astimezone(UTC).replace(microsecond=0)))


@contextmanager
def access_reports(
    behaviour: Behaviour = AS_OBSERVED, *, clock: Callable[[], float] = time.time
) -> Iterator[AccessReports]:
    """Within it, moto's IAM answers GenerateOrganizationsAccessReport and GetOrganizationsAccessReport.

    :param behaviour: the emulator's dials, such as `same_request_same_job=False` and `one_running_job=False`.
    :param clock: seconds since 1970, for the jobs' dates and for when a minute is over.
    """
    # What a job holds is looked up in Organizations: see `_start`.
    behaviour = replace(behaviour, report=(), known_entities="any")

    def answer(self: IamResponse) -> tuple[int, dict[str, Any], str]:
        """Answer whatever came, as it came: moto's own parser would stumble over wrong parameters."""
        form = urlencode({name: values[0] for name, values in self.querystring.items()})
        response = _emulator(self.backend, behaviour, clock).respond(form.encode())
        return response.status, {**response.headers, "status": response.status}, response.body.decode()

    with ExitStack() as patches:
        for name in ("generate_organizations_access_report", "get_organizations_access_report"):
            patches.enter_context(patch.object(IamResponse, name, answer, create=True))
        if hasattr(IamResponse, "parse_parameters"):  # from moto 5.1 on
            patches.enter_context(patch.object(IamResponse, "parse_parameters", _parsing_others()))
        patches.callback(_forget)
        yield AccessReports()


@pytest.fixture(name="access_reports")
def _fixture() -> Iterator[AccessReports]:
    """moto's IAM, with the report; `mock_aws` is the test's own."""
    with access_reports() as reports:
        yield reports


def main(arguments: list[str] | None = None) -> None:
    """``moto_server`` with the report."""
    from moto.server import main as serve

    with access_reports():
        serve(arguments)


def _parsing_others() -> Callable[[IamResponse, Any], None]:
    original, ours = IamResponse.parse_parameters, {contract().operation, contract().start.operation}

    def parse_parameters(self: IamResponse, request: Any) -> None:
        if self._get_action() not in ours:
            original(self, request)

    return parse_parameters


def _forget() -> None:
    for partitions in list(iam_backends.values()):
        for backend in list(partitions.values()):
            for name in (_JOBS, _ATTEMPTS):
                vars(backend).pop(name, None)


def _emulator(backend: IAMBackend, behaviour: Behaviour, clock: Callable[[], float]) -> Emulator:
    """The emulator of one account: a job is its caller's."""

    def start(call: Call, jobs: Mapping[str, Job]) -> Job:
        return _start(call, jobs, backend)

    emulator: Emulator = vars(backend).setdefault(_JOBS, Emulator(behaviour, Stages(start=start), clock))
    return emulator


def _start(call: Call, jobs: Mapping[str, Job], backend: IAMBackend) -> Job:
    """The stage: may this account ask that, and what will the report hold."""
    roles = contract().start
    path, policy = call.parameters[roles.entity], call.parameters.get(roles.policy)
    organization = organizations_backends[backend.account_id][backend.partition]
    _admit(organization, path)
    job = stages.start(call, jobs)
    if job.id in jobs or call.behaviour.outcome == "failed":
        return job
    entity = next((each for each in _entities(organization) if each.path == path), None)
    document = next((each.content for each in _control_policies(organization.policies) if each.id == policy), None)
    if entity is None:
        return replace(job, error=_NO_ENTITY, services=())
    if policy is not None and document is None:
        return replace(job, error=_NO_POLICY, services=())
    return replace(job, error=None, services=tuple(_services(organization, entity, document, job.created)))


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
    """The services that the policies leave, with the attempts of the accounts that the report speaks of.

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
    attempts: dict[str, list[_Attempt]] = {}
    for account in accounts:
        for each in vars(iam_backends[account][organization.partition]).get(_ATTEMPTS, ()):
            if each.time <= created:
                attempts.setdefault(each.service, []).append(each)
    for key, name in names.items():
        if key in listed:
            yield _service(key, name, attempts.get(key, []), accounts)


def _service(key: str, name: str, attempts: list[_Attempt], paths: Mapping[str, str]) -> Service:
    """One line: the latest attempt, and how many accounts made any."""
    if not attempts:
        return Service(name, key)
    latest = max(attempts, key=lambda each: each.time)
    total = len({each.account for each in attempts})
    return Service(name, key, latest.region, paths[latest.account], latest.time, total)


if __name__ == "__main__":
    main()
