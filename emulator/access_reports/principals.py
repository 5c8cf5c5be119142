"""The principals of one account: users in a group, roles, a policy attached to all of them, and what they accessed.

The account's number and a few names are fixed. An Arn is matched by its name; the path in it may be wrong or missing, as
with AWS.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from ..report_rows import Entity, Service

__all__ = ["ACCOUNT", "GROUP", "Principal", "entities_of", "principal", "report_of", "users_of"]

ACCOUNT = "123456789012"

#: A group that exists, all of whose users are listed in reports on it.
GROUP = f"arn:aws:iam::{ACCOUNT}:group/Developers"

#: Names that exist, by the type of the resource in an Arn. So do users and roles with a number behind a hyphen.
_NAMES = {
    "group": ("Developers",),
    "user": ("alice",),
    "role": ("deployer",),
    "policy": ("ReadTheReports",),
}
_NUMBERED = re.compile(r"(?:user|role)-[0-9]{1,6}", re.ASCII)

_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):iam::(?P<account>[0-9]{12}|aws):(?:(?P<root>root)"
    r"|(?P<type>user|group|role|policy)/(?P<path>[!-~]*/)?(?P<name>[\w+=,.@-]+))",
    re.ASCII,
)


class Principal(NamedTuple):
    """What an Arn names. The root user has neither type nor name."""

    partition: str
    account: str
    type: str
    name: str

    @property
    def exists(self) -> bool:
        """Whether there is such a user, group, role or policy; AWS's own policies are everybody's."""
        numbered = self.type in ("user", "role") and _NUMBERED.fullmatch(self.name) is not None
        return self.name in _NAMES.get(self.type, ()) or numbered or self.account == "aws"


def principal(arn: str) -> Principal | None:
    """What an Arn names; None where it names nothing of IAM's."""
    match = _ARN.fullmatch(arn)
    if match is None or (match["account"] == "aws" and match["type"] != "policy"):
        return None
    return Principal(match["partition"], match["account"], match["type"] or "", match["name"] or "")


def users_of(arn: str, count: int) -> tuple[Entity, ...]:
    """The entities that a report on this Arn is about: itself, or so many members of the group or bearers of the policy."""
    found = principal(arn)
    if found is not None and found.type in ("user", "role"):
        return (_entity(arn, found.type, found.name),)
    account = ACCOUNT if found is None or found.account == "aws" else found.account
    partition = "aws" if found is None else found.partition
    kinds = ("user",) if found is None or found.type == "group" else ("user", "role")
    return tuple(
        _entity(
            f"arn:{partition}:iam::{account}:{kind}/division/{kind}-{index + 1:04}",
            kind,
            f"{kind}-{index + 1:04}",
            "/division/",
        )
        for index in range(count)
        for kind in (kinds[index % len(kinds)],)
    )


def report_of(services: Sequence[Service], count: int) -> tuple[Service, ...]:
    """Services with as many principals as accessed each of `count`: some of them, never none."""
    if not services:
        return ()
    first = min(services, key=lambda each: each.key)
    example = next((each for each in services if each.accessed), None)
    if example is not None and not first.accessed:  # the service that anybody looks at first has something to show
        services = [replace(example, name=each.name, key=each.key) if each is first else each for each in services]
    return tuple(
        replace(each, total=1 + (index * 7 + count // 2) % count) if each.accessed and count else each
        for index, each in enumerate(services)
    )


def entities_of(arn: str, service: Service, count: int) -> tuple[Entity, ...]:
    """When each entity last accessed a service of the report; three of them share two instants."""
    found = users_of(arn, count)
    if service.time is None:
        return found
    used = [each for each in found if each.key == service.entity]
    others = sorted((each for each in found if each.key != service.entity), key=lambda each: each.id)
    used += others[: service.total - len(used)]
    times = {each.key: service.time - timedelta(hours=11 * (nth * 2 // 3)) for nth, each in enumerate(used)}
    return tuple(replace(each, time=times.get(each.key)) for each in found)


def _entity(arn: str, kind: str, name: str, path: str = "/") -> Entity:
    digest = sha256(arn.encode()).hexdigest().upper()[:16]
    return Entity(name, arn, kind.upper(), {"user": "AIDA", "role": "AROA"}.get(kind, "AGPA") + digest, path)
