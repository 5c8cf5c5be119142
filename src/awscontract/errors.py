"""What goes wrong apart from the contract, each as one line for a human and one exit status."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

__all__ = ["TargetUnavailable", "UsageError", "one_line", "unknown"]

#: So many words are listed where none is near.
_FEW = 16


class UsageError(ValueError):
    """Wrong usage: the message is one line that says what to do."""

    status: ClassVar[int] = 2


class TargetUnavailable(UsageError):
    """The usage is right, but the target keeps from us what a judgement needs."""

    status: ClassVar[int] = 3


def one_line(text: str) -> str:
    """The text as a terminal may have it: what it would obey or hide is written as an escape, line ends too."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def unknown(what: str, word: str, words: Iterable[str]) -> UsageError:
    """The error for a word that is not one of `words`, with the nearest one that is."""
    known = list(words)
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return UsageError(f"unknown {what} {word!r}; did you mean {near[0]}?")
    return UsageError(f"unknown {what} {word!r}" + (f": one of {', '.join(known)}" if len(known) <= _FEW else ""))
