"""Errors that are not violations of a contract, each with a message of one line and an exit status; and the wording of messages."""

import signal
from collections.abc import Callable, Iterable
from typing import ClassVar

__all__ = [
    "Error",
    "Interrupted",
    "TargetUnavailable",
    "UnknownOperation",
    "UsageError",
    "counted",
    "cut",
    "nearest",
    "one_line",
    "shorten",
    "times",
    "unknown",
]

#: The most words that are listed where none of them is near.
_FEW = 16
#: The fewest letters by which a part of a word is known.
_PART = 4
#: The most characters of one value that anybody reads.
_READABLE = 300


class Error(ValueError):
    """The base of all errors that awscontract raises on purpose. Its text is one line that says what to do."""

    status: ClassVar[int] = 2

    def __init__(self, message: object = "") -> None:
        super().__init__(one_line(str(message)))


class UsageError(Error):
    """Wrong usage: an option, a file or an argument."""


class TargetUnavailable(UsageError):
    """The usage is right, but the target withholds what a judgement needs."""

    status: ClassVar[int] = 3


class UnknownOperation(UsageError):
    """There is no such service or operation, or it does not page."""


class Interrupted(KeyboardInterrupt):
    """A signal asked the process to end. The text is the signal's name."""

    def __init__(self, number: int) -> None:
        self.signal = number
        super().__init__(signal.Signals(number).name)


def one_line(text: str) -> str:
    """The text as one line that is safe on a terminal: control characters and line ends are written as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``1 page``, ``2 pages``, ``3 entities``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def times(number: int) -> str:
    """How often: ``once``, ``2 times``."""
    return "once" if number == 1 else f"{number} times"


def cut(text: str, most: int) -> str:
    """The text, with an ellipsis in place of its end where it is longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shorten(text: str, limit: int = _READABLE) -> str:
    """The text, cut to a readable length with its size where it is longer."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def nearest(word: str, words: Iterable[str], form: Callable[[str], str] = str.casefold) -> str | None:
    """The one of these words that somebody most likely meant by a word; None where none is like it.

    What stands before the last dot of a word may be missing. `form` makes of words what is compared.
    """
    from difflib import get_close_matches

    forms: dict[str, str] = {}
    for each in words:
        forms.setdefault(form(each), each)
        forms.setdefault(form(each.rpartition(".")[2]), each)
    asked = form(word)
    if near := get_close_matches(asked, list(forms), n=1, cutoff=0.5 if len(asked) < _PART else 0.7):
        return forms[near[0]]
    parts = {forms[each] for each in forms if min(len(each), len(asked)) >= _PART and (each in asked or asked in each)}
    return parts.pop() if len(parts) == 1 else None


def unknown(what: str, word: str, words: Iterable[str], listed: str = "") -> UsageError:
    """The error for a word that is not one of `words`, with the nearest one that is; `listed` is the command that lists them."""
    known, shown = list(words), shorten(word, 80)
    if near := nearest(shown, known):
        return UsageError(f"unknown {what} {shown!r}; did you mean {near}?")
    if len(known) <= _FEW:
        return UsageError(f"unknown {what} {shown!r}: one of {', '.join(known)}")
    return UsageError(f"unknown {what} {shown!r}" + (f"; `{listed}` lists them" if listed else ""))
