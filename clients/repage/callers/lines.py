"""The line of a caller's frame, and what the source says there."""

from __future__ import annotations

import ast
import linecache
import os
import re
from functools import cache
from typing import NamedTuple

from .places import Frame
from .sources import tree

__all__ = ["Line", "is_intended", "line_of", "names"]

_COMMENT = re.compile(r"#\s*awscontract:\s*first[ -]page[ -]only\b", re.IGNORECASE)


class Line(NamedTuple):
    """A line of a file, with the name of the function that it is in."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        """FILE:LINE, from here where the file is below the current folder."""
        return f"{_shown(self.file)}:{self.line}"


def line_of(frame: Frame) -> Line:
    """The line on which the frame's call begins."""
    return Line(_absolute(frame.code.co_filename), _span(frame)[0], frame.code.co_name)


def names(frame: Frame, words: frozenset[str]) -> bool:
    """Whether the frame's code has one of the words, as an attribute or a literal."""
    constants = (each if isinstance(each, tuple | frozenset) else (each,) for each in frame.code.co_consts)
    literals = {each for group in constants for each in group if isinstance(each, str)}
    return not words.isdisjoint(frame.code.co_names) or not words.isdisjoint(literals)


def is_intended(frame: Frame) -> bool:
    """Whether a comment on the call's statement says that only the first page is meant."""
    file = frame.code.co_filename
    lines = linecache.getlines(file)
    if not any(_COMMENT.search(each) for each in lines):
        return False
    first, last = _statement(file, _span(frame))
    return any(_COMMENT.search(each) for each in lines[first - 1 : last])


def _span(frame: Frame) -> tuple[int, int]:
    """The first and the last line of the call."""
    positions = list(frame.code.co_positions())
    place = frame.instruction // 2
    first, last = positions[place][:2] if 0 <= place < len(positions) else (None, None)
    first = first or frame.code.co_firstlineno
    return first, last or first


def _statement(file: str, span: tuple[int, int]) -> tuple[int, int]:
    """The lines of the innermost statement around the call; of a compound one, those of its head."""
    around = [each for each in _statements(file) if each[0] <= span[0] and span[1] <= each[1]]
    first, last = min(around, key=lambda each: each[1] - each[0], default=span)
    return min(first, span[0]), max(last, span[1])


@cache
def _statements(file: str) -> tuple[tuple[int, int], ...]:
    return tuple((each.lineno, _end(each)) for each in ast.walk(tree(file)) if isinstance(each, ast.stmt))


def _end(statement: ast.stmt) -> int:
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    if not body:
        return statement.end_lineno or statement.lineno
    first = body[0]
    start: int = first.pattern.lineno if isinstance(first, ast.match_case) else first.lineno
    return max(start - 1, statement.lineno)


@cache
def _absolute(file: str) -> str:
    return file if file.startswith("<") else os.path.abspath(file)


def _shown(file: str) -> str:
    if file.startswith("<"):
        return file
    try:
        relative = os.path.relpath(file)
    except ValueError:  # another drive
        return file
    return file if relative.startswith("..") else relative
