"""Text for people: as wide as the terminal and in colour on one; elsewhere no line is broken, so that logs can be searched."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

__all__ = ["PLAIN", "Layout", "columns", "layout_of"]

_RED, _GREEN, _YELLOW, _MAGENTA, _CYAN = 31, 32, 33, 35, 36
#: What is shown in colour: outcomes of rules, verdicts, and what a comparison, the detection table or re-paging found.
_COLOURS = {
    "failed": _RED,
    "violates": _RED,
    "warned": _YELLOW,
    "noted": _CYAN,
    "known": _MAGENTA,
    "stale": _RED,
    "expired": _RED,
    "conforms": _GREEN,
    "passed": _GREEN,
    "broke": _RED,
    "fixed": _GREEN,
    "missed": _RED,
    "lost items": _RED,
    "would lose items": _YELLOW,
}
#: A space in a command, which is to be pasted.
_UNBROKEN = "\xa0"
#: Narrower terminals than this are treated as if they were so wide, and a last column that is narrower stands below the others.
_NARROWEST, _COLUMN = 40, 32


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines are laid out. `width` is the number of columns of the terminal; None where the text does not go to one."""

    width: int | None = None
    colour: bool = False

    def wrap(self, text: str, indent: int = 2, first: str | None = None, *, anywhere: bool = False) -> list[str]:
        """The text in lines that fit, broken between words, or `anywhere`; commands in backticks stay whole. `first` stands before the first line instead of the indent."""
        space = " " * indent
        start = space if first is None else first
        if self.width is None:
            return [start + text]
        import textwrap

        width = max(self.width, indent + 20)
        longest = max(map(len, text.split()), default=0)
        room = width - max(indent, len(start))
        lines = textwrap.wrap(
            re.sub(r"`[^`]+`", lambda found: _whole(found[0], room), text),
            width,
            initial_indent=start,
            subsequent_indent=space if anywhere else space[: max(width - longest, 2)],
            break_long_words=anywhere,
            break_on_hyphens=False,
        )
        return [each.replace(_UNBROKEN, " ") for each in lines] or [start]

    def command(self, text: str, indent: int, first: str) -> list[str]:
        """A shell command in lines that fit and can still be pasted."""
        if self.width is None or len(first) + len(text) <= self.width:
            return [first + text]
        import shlex

        lines, line = [], first
        for word in map(shlex.quote, shlex.split(text)):
            if line.strip() and len(line) + len(word) + 2 > self.width and line != first:
                lines.append(f"{line}\\")
                line = " " * indent
            line += f"{word} "
        return [*lines, line.rstrip()]

    def paint(self, text: str, of: str) -> str:
        """The text in the colour of an outcome, a verdict or a finding."""
        colour = _COLOURS.get(of)
        return f"\x1b[{colour}m\x1b[1m{text}\x1b[0m" if self.colour and colour else text

    def table(self, rows: Sequence[Sequence[str]], indent: int = 2) -> Iterator[str]:
        """Rows of columns. What does not fit into the last column goes on in its next line, or stands below where that column is narrow."""
        if not rows:
            return
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
        start = indent + sum(widths) + 2 * len(widths)
        width = self.width or start + max(len(row[-1]) for row in rows)
        beside = width - start >= _COLUMN or all(start + len(row[-1]) <= width for row in rows)
        for row in rows:
            cells = " " * indent + "  ".join(f"{cell:<{size}}" for cell, size in zip(row, widths, strict=False))
            if beside and start + max(map(len, row[-1].split()), default=0) <= width:
                yield from (each.rstrip() for each in self.wrap(row[-1], start, f"{cells}  "))
            else:
                yield cells.rstrip()
                yield from self.wrap(row[-1], indent + 4) if row[-1] else ()


#: The layout of files, and of logs.
PLAIN = Layout()


def _whole(command: str, room: int) -> str:
    """A command that is not broken, if there is room for it."""
    return command.replace(" ", _UNBROKEN) if len(command) <= room else command


def layout_of(stream: TextIO | None) -> Layout:
    """The layout of what goes to a stream: NO_COLOR outweighs FORCE_COLOR, which outweighs what the stream is."""
    terminal = stream is not None and stream.isatty()
    forced, dumb = os.environ.get("FORCE_COLOR"), os.environ.get("TERM") == "dumb"
    colour = forced != "0" if forced else terminal and not dumb
    return Layout(columns() if terminal else None, colour and not os.environ.get("NO_COLOR"))


def columns() -> int:
    """How wide the terminal is."""
    return max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST)
