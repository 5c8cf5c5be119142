"""The text of a known-divergences file, brought up to date: people's comments and the order of the entries stay.

The text is cut into entries line by line, each with the comment right above it, because a TOML library that keeps comments would count
that comment to the entry before. Whatever cannot be cut like that is written anew.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from ...errors import UsageError
from .known_failures import FILE, KnownFailure, load

__all__ = ["updated"]

_HEADING = "[[known]]"
_ENTRY = re.compile(r"[ \t]*\[\[[ \t]*known[ \t]*\]\]")


def updated(content: str, stale: Callable[[KnownFailure], bool], new: Iterable[KnownFailure]) -> str:
    """The text of the file without its stale entries and with new ones at its end; all else stays as it is."""
    old, new = load(FILE, content.encode()), tuple(new)
    kept = [each for each in old if not stale(each)]
    head, blocks = _blocks(content)
    texts = [block for each, block in zip(old, blocks, strict=False) if not stale(each)]
    text = _joined([head, *texts, *map(_toml, new)])
    try:
        if load(FILE, text.encode()) == (*kept, *new):
            return text
    except UsageError:
        pass
    return _joined(map(_toml, [*kept, *new]))


def _blocks(text: str) -> tuple[str, list[str]]:
    """What comes before the first entry, and each entry's text, with the comment right above it."""
    blocks: list[list[str]] = [[]]
    comment: list[str] = []
    for each in text.splitlines(keepends=True):
        if _ENTRY.match(each):
            blocks.append([*comment, each])
            comment = []
        elif each.startswith("#"):
            comment.append(each)
        else:
            blocks[-1] += [*comment, each]
            comment = []
    blocks[-1] += comment
    head, *rest = ("".join(block) for block in blocks)
    return head, rest


def _joined(blocks: Iterable[str]) -> str:
    stripped = [block.strip("\n") for block in blocks]
    return "\n\n".join(block for block in stripped if block) + "\n"


def _toml(entry: KnownFailure) -> str:
    from ...spec.operations import DEFAULT

    values: Mapping[str, str | date | None] = {
        "rule": entry.rule,
        "operation": None if entry.operation == DEFAULT else entry.operation,
        "reason": entry.reason,
        "link": entry.link,
        "expires": entry.expires,
    }
    lines = [
        f"{name} = {value if isinstance(value, date) else _string(value)}" for name, value in values.items() if value
    ]
    return "\n".join([_HEADING, *lines])


def _string(text: str) -> str:
    """A basic string of TOML, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
