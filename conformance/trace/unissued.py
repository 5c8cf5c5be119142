"""Identifiers that were never issued, made from those that were.

Each is computed, never recorded as an intent: whoever looks at a trace later finds an unissued identifier again by computing it from
the known ones.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = ["altered_token", "unissued_job_id", "unissued_number", "unissued_subject", "unissued_token"]

_PLACES = (8, 13, 18, 23)  # of the hyphens in 8-4-4-4-12
#: A token that is not lengthened any more: the access reports accept no longer one.
_LONGEST = 320


def unissued_job_id(job_id: str) -> str:
    """A job's id that nobody was given, in the form of one that somebody was: every digit and letter moved, hexadecimal staying so.

    A UUID keeps its version and variant, which a service may check before it looks the job up.
    """
    hexadecimal = re.fullmatch(r"[0-9a-f-]*", job_id, re.IGNORECASE) is not None
    moved = job_id.translate(_AMONG_HEXADECIMAL if hexadecimal else _AMONG_LETTERS)
    if len(job_id) != 36 or any(job_id[place] != "-" for place in _PLACES):
        return moved
    return moved[:14] + job_id[14] + moved[15:19] + job_id[19] + moved[20:]


def unissued_token(token: str, issued: Iterable[str] = (), kept: Collection[str] = frozenset()) -> str:
    """A token that was never issued, written in the letters of one that was.

    Where the token is several in one text, or one that is not a text (JSON), every text in it is moved, and every number is raised, but for
    what is `kept`: members that have a few values.
    """
    if (parts := _parts(token)) is not None:
        return _written(parts, kept)
    known, unissued = {*issued, token}, token
    for _ in range(9):
        unissued = unissued.translate(_AMONG_LETTERS)[::-1]
        if unissued not in known:
            return unissued
    return token + "0" if len(token) < _LONGEST else "0" * (_LONGEST - 1)


def unissued_number(token: int) -> int:
    """A token that is a number, and that was never issued."""
    return token + 1000


def altered_token(token: str, kept: Collection[str] = frozenset()) -> str:
    """A token with one character changed, in its middle: another letter for a letter, another digit for a digit.

    Of a token that is several in one text, or one that is not a text (JSON), every part is moved that is not `kept`.
    """
    if (parts := _parts(token)) is not None:
        return _written(parts, kept)
    place = next((each for each in _from_the_middle(len(token)) if ord(token[each]) in _AMONG_LETTERS), None)
    if place is None:
        return token + "0"
    return token[:place] + token[place].translate(_AMONG_LETTERS) + token[place + 1 :]


def _from_the_middle(length: int) -> Iterator[int]:
    """The places in a text of this length, the nearest to its middle first: a token may be megabytes long."""
    down, up = min(length // 2, length - 1), length // 2 + 1
    while down >= 0:
        if up >= length or length - 2 * down <= 2 * up - length:
            yield down
            down -= 1
        else:
            yield up
            up += 1


def _written(parts: Mapping[str, object], kept: Collection[str]) -> str:
    moved = {name: each if name in kept else _moved(each) for name, each in parts.items()}
    return json.dumps(moved, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _parts(token: str) -> dict[str, object] | None:
    """The parts of a token that is JSON."""
    if not token.startswith("{") and not token.lstrip("-").isdecimal():
        return None
    try:
        value = json.loads(token)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _moved(value: object) -> object:
    if isinstance(value, dict):
        return {name: _moved(each) for name, each in value.items()}
    if isinstance(value, str):
        return value.translate(_AMONG_LETTERS)
    return unissued_number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def unissued_subject(subject: str) -> str:
    """A well-formed subject of a report that does not exist: an account below the root of a known path, or a user of a known Arn's account."""
    if subject.startswith("arn:"):
        account = ":".join(subject.split(":")[:5])
        return f"{account}:user/awscontract-no-such-user"
    root = "/".join(subject.split("/")[:2])
    return f"{root}/ou-{root.rpartition('r-')[2][:32]}-{'0' * 8}/{'0' * 12}"


def _turned(*alphabets: str) -> dict[int, int]:
    """A translation that moves every character three places on in its alphabet."""
    return {ord(a): ord(b) for letters in alphabets for a, b in zip(letters, letters[3:] + letters[:3], strict=True)}


_AMONG_HEXADECIMAL = _turned("0123456789", "abcdef", "ABCDEF")
_AMONG_LETTERS = _turned("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
