"""Lines of Python and of bash that a terminal of 80 columns shows whole, and that still run when they are pasted."""

import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["WIDTH", "command", "statement"]

#: Columns of a line: findings are indented by six of the eighty.
WIDTH = 74


@dataclass
class _Bracket:
    """Where the content of a bracket begins and ends in a line, and the commas between its parts."""

    begin: int
    end: int = 0
    commas: list[int] = field(default_factory=list)


def statement(line: str, width: int = WIDTH) -> Iterator[str]:
    """A line of Python; on several lines where it is longer: the arguments on one of their own or, if need be, each of them."""
    bracket = max(_brackets(line), key=lambda each: each.end - each.begin, default=None) if len(line) > width else None
    if bracket is None or bracket.begin == bracket.end:
        yield line
        return
    indent = line[: len(line) - len(line.lstrip())]
    starts, ends = [bracket.begin, *(each + 1 for each in bracket.commas)], [*bracket.commas, bracket.end]
    yield line[: bracket.begin]
    together = f"{indent}    {line[bracket.begin : bracket.end]}"
    if len(together) <= width:
        yield together
        yield indent + line[bracket.end :]
        return
    for start, end in zip(starts, ends, strict=True):
        yield from statement(f"{indent}    {line[start:end].strip()}{',' if bracket.commas else ''}", width)
    yield indent + line[bracket.end :]


def _brackets(line: str) -> list[_Bracket]:
    """The outermost brackets of a line. The commas of a lambda's parameters are not between parts."""
    found: list[_Bracket] = []
    depth = inside_text = 0
    in_lambda = False
    for token in tokenize.generate_tokens(io.StringIO(line.lstrip()).readline):
        at = token.start[1] + len(line) - len(line.lstrip())
        name = tokenize.tok_name[token.type]
        inside_text += (name == "FSTRING_START") - (name == "FSTRING_END")  # from Python 3.12 on
        if inside_text:
            continue
        if depth == 1 and token.string == "lambda":
            in_lambda = True
        elif depth == 1 and in_lambda and token.string == ":":
            in_lambda = False
        elif name == "OP" and token.string in "([{":
            depth += 1
            if depth == 1:
                found.append(_Bracket(at + 1))
        elif name == "OP" and token.string in ")]}":
            depth -= 1
            if depth == 0:
                found[-1].end = at
        elif depth == 1 and token.string == "," and not in_lambda:
            found[-1].commas.append(at)
    return found


def command(words: Sequence[str], indent: str = "", width: int = WIDTH) -> str:
    """A command of bash; on several lines, all but the last with a backslash at the end, where it is longer."""
    lines = [indent + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 3 > width:
            lines[-1] += " \\"
            lines.append(f"{indent}    {word}")
        else:
            lines[-1] += f" {word}"
    return "\n".join(lines)
