"""What a report is to be about where nobody said so: an entity of the target's organization, or something in its IAM.

The look-up is a convenience: whatever a target does there is not a finding. So it has limits of its own, in time and in size, for a
server that answers everything with anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from ...errors import Error, TargetUnavailable
from ...spec.contract import Contract
from ...spec.schema import request_schema
from ..trace.error_codes import EXPIRED
from .session import limited

__all__ = ["FIXED", "OF_REPORTS", "find_subject", "is_entity_path", "misplaced"]

#: Valid subjects that no target has, by the parameter that takes one.
FIXED = {"EntityPath": "o-a1b2c3d4e5/r-f6g7h8", "Arn": "arn:aws:iam::123456789012:user/awscontract"}

#: The options of access reports alone, by their Python names.
OF_REPORTS = ("entity_path", "arn", "granularity", "service_namespace", "job_id")

#: Seconds for one response, and bytes.
_PATIENCE = 2.0
_LARGEST = 1_000_000

#: List calls of IAM, the first of which shows something to report on; the list, and the member with its Arn.
_LISTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("list_users", "Users", {}),
    ("list_roles", "Roles", {}),
    ("list_groups", "Groups", {}),
    ("list_policies", "Policies", {"Scope": "Local"}),
)
_ARN = re.compile(r"arn:[^:\s]*:iam::[^:\s]*:\S+")

Clients = Callable[[str], Any]


def misplaced(contract: Contract, name: str) -> str | None:
    """Why this option of access reports is a mistake for the operation; None where it is not."""
    option = f"--{name.replace('_', '-')}"
    if contract.job is None:
        return f"{option}: {contract.id} is a list operation, which starts no job"
    takes_path = contract.job.start.subject == "EntityPath"
    if name == "arn" and takes_path:
        return f"{option}: {contract.id} reports on an entity of an organization; use --entity-path"
    if name == "entity_path" and not takes_path:
        return f"{option}: {contract.id} reports on an IAM entity or policy; use --arn"
    if name == "granularity" and "Granularity" not in contract.job.start.options:
        return f"{option}: reports of {contract.id} have no granularity"
    if name == "service_namespace" and not (contract.report and contract.report.about):
        return f"{option}: {contract.id} lists services, not who accessed one"
    return None


def find_subject(contract: Contract, clients: Clients, *, aws: bool = False) -> str | None:
    """A subject that the target itself has; None where it shows none.

    :raises TargetUnavailable: where AWS does not show one: no other subject would do there.
    """
    if contract.job is None:
        return None
    look_up = {"EntityPath": _organization, "Arn": _identity}.get(contract.job.start.subject)
    if look_up is None:
        return None
    try:
        found = look_up(clients, aws)
    except Exception as error:  # of any kind: see above
        if not aws:
            return None
        raise TargetUnavailable(_why(error, contract.job.start.subject)) from None
    if contract.job.start.subject == "EntityPath":
        return found if found is not None and is_entity_path(found) else None
    return found


def is_entity_path(text: str) -> bool:
    """Whether the service model allows the text as an entity's path, read as a whole."""
    whole = request_schema("iam", "GenerateOrganizationsAccessReport")
    definitions = whole["$defs"].values()
    path = next(each["properties"]["EntityPath"] for each in definitions if "EntityPath" in each.get("properties", {}))
    return path["minLength"] <= len(text) <= path["maxLength"] and re.fullmatch(path["pattern"], text) is not None


def _organization(clients: Clients, aws: bool) -> str | None:
    with ExitStack() as stack:
        client = _limited(clients("organizations"), stack, aws)
        organization = client.describe_organization()["Organization"]["Id"]
        return f"{organization}/{client.list_roots()['Roots'][0]['Id']}"


def _identity(clients: Clients, aws: bool) -> str | None:
    """The Arn of the first user, role, group or policy."""
    refused: Exception | None = None
    with ExitStack() as stack:
        client = _limited(clients("iam"), stack, aws)
        for method, items, parameters in _LISTS:
            try:
                found = getattr(client, method)(**parameters, MaxItems=1)[items]
            except Exception as error:
                refused = refused or error
                continue
            arn = next((each.get("Arn") for each in found), None)
            if isinstance(arn, str) and _ARN.fullmatch(arn) and len(arn) <= 2048:
                return arn
    if refused is not None:
        raise refused
    return None


def _limited(client: Any, stack: ExitStack, aws: bool) -> Any:
    stack.enter_context(limited(client, _PATIENCE, _LARGEST, allow_aws=aws))
    return client


def _why(error: Exception, subject: str) -> str:
    """What AWS's response means to whoever asked for a judgement."""
    if isinstance(error, Error):
        return str(error)
    line = " ".join(str(error).split()) or type(error).__name__
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    if code in EXPIRED:
        return f"the credentials have expired ({code}): get new ones"
    if code == "AWSOrganizationsNotInUseException":
        return "the account is in no organization: there is no report to ask for"
    if subject == "EntityPath":
        return f"cannot read the organization's root ({line}); use --entity-path o-…/r-… or --job-id"
    return f"cannot list users, roles, groups or policies ({line}); use --arn or --job-id"
