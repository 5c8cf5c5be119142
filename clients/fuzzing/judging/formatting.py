"""How values, tokens and exceptions are shown in one line of a report."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping, Set as AbstractSet
from traceback import extract_tb
from typing import Any

from ....emulator.paths import get
from ....errors import cut
from ....spec.contract import Contract

__all__ = ["named", "one", "origin", "raised", "short", "shown"]


def named(contract: Contract, item: Any) -> str:
    """An item by what identifies it, everything else by itself."""
    identity = contract.listing.identity if contract.listing is not None else None
    name = get(item, identity) if isinstance(item, Mapping) and identity and identity != "@" else None
    return repr(name) if name is not None else shown(contract, item)


def one(noun: str) -> str:
    """A noun with its article: ``an item``, ``a service``."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def shown(contract: Contract, value: Any) -> str:
    """What the client returned, or a part of it."""
    if isinstance(value, (list, tuple, AbstractSet)):
        if not value:
            return f"an empty {type(value).__name__}"
        first = named(contract, next(iter(value)))
        return f"a {type(value).__name__} of {len(value)}: {first}" + (", …" * (len(value) > 1))
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever the client returns decides what it looks like
        text = f"a {type(value).__name__}"
    return cut(text, 60)


def short(token: str) -> str:
    """A token, whose blanks are to be seen."""
    text = repr(token)
    return text if len(text) <= 40 else f"{text[:24]}…{text[-12:]}"


def raised(error: BaseException) -> str:
    """An exception as a traceback's last line has it."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # so does what it raises
        text = ""
    return type(error).__name__ + (f": {cut(text, 80)}" if text else "")


def origin(error: BaseException) -> str:
    """The line of the client's own code that an exception comes from, in brackets; empty where it has none."""
    library = sysconfig.get_path("stdlib")
    frames = [
        each
        for each in extract_tb(error.__traceback__)
        if "site-packages" not in each.filename
        and not each.filename.startswith((library, "<"))
        and "awscontract" not in each.filename.replace("\\", "/").split("/")[:-1]
        and "/clients/fuzzing/" not in each.filename
        and "/clients/sandbox/" not in each.filename
    ]
    return f" ({frames[-1].filename.replace(chr(92), '/').rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
