"""Names of operations: any case, the AWS CLI's spelling, and the nearest name for one that does not exist."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache

from ... import errors
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
        raise UnknownOperation(str(unknown("service", service, known, "awscontract operations")))
    names = service_model(service).operation_names
    if operation in names:
        return f"{service}:{operation}"
    by_letters = {letters(each): each for each in names}
    if found := by_letters.get(letters(operation)):
        return f"{service}:{found}"
    near = errors.nearest(operation, names, letters)
    hint = f"did you mean {service}:{near}?" if near else f"`awscontract operations {service}` lists those that page"
    raise UnknownOperation(f"unknown operation {name!r}; {hint}")


def letters(name: str) -> str:
    """The letters and digits of a name, in lower case: the same for ``ListUsers`` and ``list-users``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of these operations that is about the same thing, if one is."""
    return errors.nearest(word, words, _noun)


def _noun(name: str) -> str:
    """What an operation is about, or all of its name: most names begin alike."""
    return re.sub(r"^(list|describe|get|search)(?=.)", "", letters(name))
