"""What a report may be about, by the operation that starts it: entities of an organization, principals of an account.

A contract whose start operation is not among them takes any subject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import invalid_input, invalid_value
from ..lists.items import item_shape
from ..lists.values import value
from ..records import Call, Row, ServiceError, StartedJob
from ..report_rows import Service
from ..served import served
from .organization import POLICIES, Organization, accounts_of
from .principals import ACCOUNT, GROUP, entities_of, principal, report_of, users_of
from .services import default_report, service_names, with_actions

if TYPE_CHECKING:
    from ...spec.contract import Contract

__all__ = ["Subject", "granularity_of", "knows_subjects", "rows_about", "subject_of"]


class Subject(Protocol):
    """What one start operation takes, and what its reports hold."""

    #: One that exists.
    example: str
    #: The error code of a job that is to fail.
    failure: str

    def admit(self, call: Call, subject: str) -> None:
        """Raises where the request is refused at once."""

    def error(self, call: Call, subject: str) -> str | None:
        """The code with which its job fails, if it does."""

    def services(self, call: Call, subject: str, created: datetime) -> Sequence[Service]:
        """The report."""


class _Entities:
    """Roots, organizational units and accounts, by their paths."""

    example = Organization().root
    failure = "ORGANIZATIONS_REPORT_ACCESS_DENIED"

    def admit(self, call: Call, subject: str) -> None:
        """Whatever is well-formed gets a job."""

    def error(self, call: Call, subject: str) -> str | None:
        organization = Organization.of(subject)
        if call.behaviour.known_entities == "any":
            return None
        if organization is None or not organization.knows(subject):
            return "INVALID_ORGANIZATIONS_ENTITY_PATH"
        policy = call.parameters.get("OrganizationsPolicyId")
        return "INVALID_ORGANIZATIONS_POLICY" if policy is not None and policy not in POLICIES else None

    def services(self, call: Call, subject: str, created: datetime) -> Sequence[Service]:
        found = default_report(call.behaviour.services, accounts_of(subject), created)
        return found[: POLICIES.get(call.parameters.get("OrganizationsPolicyId", ""))]


class _Principals:
    """Users, groups, roles and policies, by their Arns."""

    example = GROUP
    failure = "SERVICE_FAILURE"

    def admit(self, call: Call, subject: str) -> None:
        found = principal(subject)
        if found is None or found.partition != "aws":
            raise invalid_value(call, "Arn must be that of an IAM user, group, role or policy")
        if not found.type:
            raise invalid_input(call, "A report on the root user cannot be generated.")
        if call.behaviour.known_entities == "any":
            return
        if found.account not in (ACCOUNT, "aws"):
            raise ServiceError("AccessDenied", 403, f"{subject} is in another account.")
        if not found.exists:
            raise ServiceError("NoSuchEntity", 404, f"ARN {subject} cannot be found.")

    def error(self, call: Call, subject: str) -> str | None:
        return None

    def services(self, call: Call, subject: str, created: datetime) -> Sequence[Service]:
        users = users_of(subject, call.behaviour.services)
        found = report_of(default_report(call.behaviour.services, [each.key for each in users], created), len(users))
        return with_actions(found) if call.parameters.get("Granularity") == "ACTION_LEVEL" else found


class _Anything:
    """A contract of somebody's own: any subject has a report, accessed by the subject or as the model allows."""

    failure = "REPORT_FAILED"

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.example = self._valid_subject(contract)

    @staticmethod
    def _valid_subject(contract: Contract) -> str:
        job = contract.job
        assert job is not None
        shape = served(contract).inputs[job.start.operation].members[job.start.subject]
        return str(value(shape, 1, job.start.subject))

    def admit(self, call: Call, subject: str) -> None:
        """Whatever is well-formed gets a job."""

    def error(self, call: Call, subject: str) -> str | None:
        return None

    def services(self, call: Call, subject: str, created: datetime) -> Sequence[Service]:
        report = self._contract.report
        entities: list[str] = [subject]
        if report is not None and report.entity is not None and report.entity_is is None and self._contract.listing:
            shape = item_shape(call.served.output, f"{self._contract.listing.main}.{report.entity}")
            entities = [str(value(shape, number, report.entity)) for number in range(4)]
        found = default_report(call.behaviour.services, entities, created)
        return with_actions(found) if report is not None and report.actions is not None else found


_SUBJECTS: Mapping[str, Subject] = {
    "GenerateOrganizationsAccessReport": _Entities(),
    "GenerateServiceLastAccessedDetails": _Principals(),
}


def subject_of(contract: Contract) -> Subject:
    """What the operation that starts this contract's job takes."""
    assert contract.job is not None
    return _SUBJECTS.get(contract.job.start.operation) or _Anything(contract)


def knows_subjects(contract: Contract) -> bool:
    """Whether some subjects exist and others do not."""
    return contract.job is not None and contract.job.start.operation in _SUBJECTS


def rows_about(call: Call, job: StartedJob) -> tuple[Row, ...]:
    """The rows that this operation lists of a job: all of them, or the entities that accessed the service that it asks about."""
    report = call.contract.report
    if report is None or report.about is None:
        return job.rows
    namespace = call.text(report.about)
    given = call.behaviour.report
    service = next((each for each in job.rows if each.key == namespace), None)
    if service is None and namespace not in dict(service_names()) and not _made_up(namespace):
        raise invalid_input(call, f"{namespace} is not the namespace of a service.")
    if given is not None and any(not isinstance(each, Service) for each in given):
        return tuple(each for each in given if not isinstance(each, Service))
    return entities_of(job.subject, service, call.behaviour.services) if isinstance(service, Service) else ()


def _made_up(namespace: str) -> bool:
    """Whether it is one of those with which long reports go on."""
    return namespace.startswith("unheard-of-")


def granularity_of(call: Call, job: StartedJob) -> Any:
    """The granularity of a job: what was requested, else the model's first. None where reports have none."""
    roles = call.contract.job
    option = roles.start.job_type if roles is not None else None
    if option is None or roles is None:
        return None
    shape = call.served.inputs[roles.start.operation].members[option]
    return job.options.get(option, (shape.metadata.get("enum") or [None])[0])
