"""Functions that make one request and give its token to their caller, who pages then.

Where the caller is a test, the test pages: it says what the token must be, so the call is its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType

from .sources import SourceCall, call_at

#: Functions on the stack, the innermost first: their code, and the instruction that they are at.
Frames = tuple[tuple[CodeType, int], ...]

__all__ = ["Frames", "receivers", "returns_response", "returns_token"]

#: What a token is called in code, or what says that there is one.
_TOKEN = re.compile(r"(?:token|marker|cursor|last_?evaluated_?key|is_?truncated)$", re.IGNORECASE)

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@lru_cache(maxsize=4096)
def returns_token(frames: Frames, operation: str) -> bool:
    """Whether every one of these functions, the innermost first, gives its caller the token of the request that it makes.

    Each is its code and the instruction that it is at.

    That is what the source says: it has no loop around the request and does not call itself, and returns the response, or something with a token.
    Where there is no source to read, it is False.
    """
    from botocore import xform_name

    name = operation.partition(":")[2]
    names = {name, xform_name(name)}
    for code, instruction in frames:
        found = call_at(code, instruction)
        own = code.co_name
        if found is None or _repeats(found.function, names) or _calls_itself(found.function, own, names):
            return False
        if not (returns_response(found) or any(map(_TOKEN.search, _returned_words(found.function)))):
            return False
        names.add(own)
    return bool(frames)


def _repeats(function: ast.AST, names: set[str]) -> bool:
    """Whether a loop of the function uses one of the names."""
    loops = (each for each in ast.walk(function) if isinstance(each, _LOOPS))
    return any(not names.isdisjoint(_words([each])) for each in loops)


def _calls_itself(function: ast.AST, own: str, names: set[str]) -> bool:
    """Whether a function uses its own name. Methods are often named as those of the client that they call."""
    return any(
        each.id == own
        if isinstance(each, ast.Name)
        else isinstance(each, ast.Attribute)
        and each.attr == own
        and (own not in names or (isinstance(each.value, ast.Name) and each.value.id in ("self", "cls")))
        for part in _body(function)
        for each in ast.walk(part)
    )


def returns_response(found: SourceCall) -> bool:
    """Whether the function returns what the call gave, as it is or next to something else."""
    bound = {
        each.targets[0].id
        for each in ast.walk(found.function)
        if isinstance(each, ast.Assign) and each.value is found.node and isinstance(each.targets[0], ast.Name)
    }
    for value in _returned(found.function):
        for part in value.elts if isinstance(value, ast.Tuple) else [value]:
            if part is found.node or (isinstance(part, ast.Name) and part.id in bound):
                return True
    return False


def receivers(frames: Frames) -> Iterator[tuple[int, SourceCall, bool]]:
    """The functions that get the response, the innermost first: the place on the stack, the call, and whether it keeps the response.

    Each but the last returns it to the next one. They end where there is no source to read.
    """
    for index, (code, instruction) in enumerate(frames):
        found = call_at(code, instruction)
        if found is None:
            return
        keeps = not returns_response(found)
        yield index, found, keeps
        if keeps:
            return


def _returned(function: ast.AST) -> Iterator[ast.expr]:
    if isinstance(function, ast.Lambda):
        yield function.body
    for each in ast.walk(function):
        if isinstance(each, ast.Return) and each.value is not None:
            yield each.value


def _returned_words(function: ast.AST) -> Iterator[str]:
    return _words(_returned(function))


def _body(function: ast.AST) -> list[ast.AST]:
    body = getattr(function, "body", [])
    return body if isinstance(body, list) else [body]


def _words(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names, attributes, keywords and strings in code."""
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                yield each.id
            elif isinstance(each, ast.Attribute):
                yield each.attr
            elif isinstance(each, ast.keyword) and each.arg:
                yield each.arg
            elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value
