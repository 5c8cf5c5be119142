"""Which entity to ask for a report on: the root of the target's organization, where the target tells one.

The look-up is a convenience: it is no finding whatever an emulator does there. So it has limits of its own, in time and
in size, for a server that answers everything with anything.
"""

from __future__ import annotations

import re
from contextlib import closing

from ...errors import TargetUnavailable
from .clients import TargetOptions, make_client

__all__ = ["find_entity_path", "is_entity_path"]

#: Seconds for one answer, and bytes.
_PATIENCE = 2.0
_LARGEST_ANSWER = 1_000_000


def find_entity_path(options: TargetOptions) -> str | None:
    """The root of the target's organization, where the target tells one. Call it while the target is open.

    :raises TargetUnavailable: where AWS does not tell: no other path would do there.
    """
    if options.kind == "emulator":
        return None  # it speaks for IAM alone
    try:
        path = _root(options)
    except Exception as error:  # of any kind: see above
        if options.kind != "aws":
            return None
        raise TargetUnavailable(_why(error)) from None
    return path if is_entity_path(path) else None


def _why(error: Exception) -> str:
    """What an answer of AWS means to whoever asked for a judgement."""
    from ..survey.refusals import EXPIRED

    line = " ".join(str(error).split()) or type(error).__name__
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    if code in EXPIRED:
        return f"the credentials have expired ({code}): get new ones"
    if code == "AWSOrganizationsNotInUseException":
        return "the account is in no organization: there is no report to ask for"
    return f"cannot read the organization's root ({line}); say --entity-path o-…/r-… or --job-id"


def is_entity_path(text: str) -> bool:
    """Whether the service model allows the text as an entity's path, read as a whole."""
    from ...spec import schema
    from ...spec.legacy import contract

    start = contract().start
    definitions = schema(f"{start.operation}.request")["$defs"].values()
    path = next(each["properties"][start.entity] for each in definitions if start.entity in each["properties"])
    return path["minLength"] <= len(text) <= path["maxLength"] and re.fullmatch(path["pattern"], text) is not None


def _root(options: TargetOptions) -> str:
    from .session import LimitedSession

    with closing(make_client(options, "organizations", patience=_PATIENCE)) as client:
        endpoint = client._endpoint
        allow_aws = options.kind == "aws"
        endpoint.http_session = LimitedSession(endpoint.http_session, _PATIENCE, _LARGEST_ANSWER, allow_aws)
        organization = client.describe_organization()["Organization"]["Id"]
        return f"{organization}/{client.list_roots()['Roots'][0]['Id']}"
