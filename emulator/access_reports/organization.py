"""The organization: under any well-formed root the same few organizational units and accounts.

The first two segments of the path that is asked for *are* the organization, so that any client's configured root works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

__all__ = ["DEFAULT_ROOT", "POLICIES", "Organization", "accounts_of"]

DEFAULT_ROOT = "o-a1b2c3d4e5/r-f6g7"

#: Policies that exist, and how many services each allows; None is every service.
POLICIES: dict[str, int | None] = {"p-FullAWSAccess": None, "p-examplepolicyid111": 11}

_ROOT = re.compile(r"(o-[0-9a-z]{10,32}/r-([0-9a-z]{4,32}))(?:/.*)?", re.ASCII | re.DOTALL)
_ACCOUNT = re.compile(r".*/[0-9]{12}", re.ASCII | re.DOTALL)

#: Below the root, OUs by the tail of their id (the root's own id comes before it) and accounts by number.
_MANAGEMENT = "111122223333"
_BELOW = (
    "{ou}-11111111",
    "{ou}-11111111/123456789012",
    "{ou}-11111111/{ou}-22222222",
    "{ou}-11111111/{ou}-22222222/210987654321",
    "{ou}-11111111/{ou}-22222222/444455556666",
    "{ou}-33333333",
    "{ou}-33333333/555566667777",
    "{ou}-33333333/{ou}-44444444",
    "777788889999",
    _MANAGEMENT,
)


@dataclass(frozen=True)
class Organization:
    """One organization by its root's path."""

    root: str = DEFAULT_ROOT

    @classmethod
    def of(cls, path: str) -> Organization | None:
        """The organization that a path lies in, if its first two segments name one."""
        match = _ROOT.fullmatch(path)
        return cls(match[1]) if match else None

    @cached_property
    def entities(self) -> tuple[str, ...]:
        """The path of every entity: the root, the OUs, the accounts. None ends in a slash."""
        unit = "ou-" + self.root.partition("/r-")[2]
        return (self.root, *(f"{self.root}/{each.format(ou=unit)}" for each in _BELOW))

    @property
    def accounts(self) -> tuple[str, ...]:
        """The paths of all accounts."""
        return tuple(each for each in self.entities if _ACCOUNT.fullmatch(each))

    def knows(self, path: str) -> bool:
        """Whether there is such an entity; a path with a slash at its end is another path."""
        return path in self.entities


def accounts_of(path: str) -> tuple[str, ...]:
    """The accounts that a report on this entity speaks of.

    A report of a root or an OU leaves the management account out. Below a path that this organization does not have,
    but that a caller is said to have, stand accounts of the same numbers.
    """
    if _ACCOUNT.fullmatch(path):
        return (path,)
    organization = Organization.of(path)
    accounts = organization.accounts if organization else ()
    members = tuple(each for each in accounts if not each.endswith("/" + _MANAGEMENT))
    if organization and organization.knows(path):
        return tuple(each for each in members if each.startswith(path + "/"))
    return tuple(f"{path.rstrip('/')}/{each.rpartition('/')[2]}" for each in members)
