"""Lines of a client that leave pages unread, and those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["EXAMPLES"]


class _Example(NamedTuple):
    broken: str
    corrected: str


EXAMPLES: Mapping[str, _Example] = {
    "client.unread-pages": _Example(
        'users = client.list_users()["Users"]',
        'pages = client.get_paginator("list_users").paginate()\nusers = [user for page in pages for user in page["Users"]]',
    ),
}
