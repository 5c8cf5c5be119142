"""Names of operations: any case, the AWS CLI's spelling, and the nearest name for one that does not exist."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache

from ...errors import UnknownOperation, shorten, unknown
from ..model import service as service_model, services

__all__ = ["canonical", "letters", "nearest"]


def canonical(name: str) -> str:
    """The operation's name as the model has it, out of any case and out of the AWS CLI's spelling.

    :raises UnknownOperation: where there is none, with the nearest one.
    """
    return _canonical_cached(shorten(name.strip(), 200), os.environ.get("AWS_DATA_PATH", ""))


@lru_cache(maxsize=4096)
def _canonical_cached(name: str, paths: str) -> str:
    service, colon, operation = (each.strip() for each in name.partition(":"))
    if not colon or not service or not operation:
        raise UnknownOperation(f"{name!r} is not SERVICE:OPERATION, as in iam:ListUsers")
    known = services()
    service = service if service in known else service.lower()
    if service not in known:
        raise UnknownOperation(str(unknown("service", service, known)))
    names = service_model(service).operation_names
    if operation in names:
        return f"{service}:{operation}"
    by_letters = {letters(each): each for each in names}
    if found := by_letters.get(letters(operation)):
        return f"{service}:{found}"
    near = nearest(operation, names)
    raise UnknownOperation(f"unknown operation {name!r}" + (f"; did you mean {service}:{near}?" if near else ""))


def letters(name: str) -> str:
    """The letters and digits of a name, in lower case: the same for ``ListUsers`` and ``list-users``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of these words that is most like a word, if one is like it at all."""
    from difflib import get_close_matches

    by_letters = {letters(each): each for each in words}
    near = get_close_matches(letters(word), list(by_letters), n=1, cutoff=0.5)
    return by_letters[near[0]] if near else None
