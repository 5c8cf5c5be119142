"""JSON out of bytes, strictly as RFC 8259 has it, within limits on size and depth."""

import codecs
import json
import re
from decimal import Decimal
from typing import Any

from ....errors import one_line, shorten
from ...trace.exchange import check_depth
from ..notes import DEPTH, MAX_ELEMENTS, OverLimit

__all__ = ["NotJson", "Repeated", "decode", "kind_of"]

#: An integer of more digits is not read as one: no shape has such numbers.
_DIGITS = 40
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE = re.compile("[\ud800-\udfff]")


class NotJson(ValueError):
    """The bytes are not JSON."""


class Repeated(dict[str, Any]):
    """An object in which a name stands more than once. The last value counts, as for every parser."""

    names: tuple[str, ...] = ()


def decode(body: bytes, max_elements: int = MAX_ELEMENTS) -> Any:
    """The value of a document. Numbers that are not integers are exact decimals.

    :raises OverLimit: where the document may be well-formed and is too large or nested too deep to be read.
    :raises NotJson: with the reason in one line, for anything else that is not JSON.
    """
    if not body.strip():
        raise NotJson("it is empty")
    if body.startswith(codecs.BOM_UTF8):
        raise NotJson("it begins with a byte order mark")
    if _elements(body, max_elements) > max_elements:
        raise OverLimit(f"it has more than {max_elements:,} elements")
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJson(f"it is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise OverLimit(f"it is nested more than {DEPTH} levels deep") from None
    except ValueError as error:
        raise NotJson(shorten(one_line(str(error)))) from None
    if body.count(b"[") + body.count(b"{") > DEPTH:
        try:
            check_depth(value, DEPTH)  # how deep Python itself reads depends on its version
        except ValueError as error:
            raise OverLimit(f"it is {error}") from None
    return _without_surrogates(value) if _SURROGATE.search(body) else value


def kind_of(value: Any) -> str:
    """What a JSON value is, in words, where it is not an object."""
    return {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}.get(type(value), "a number")


def _elements(body: bytes, most: int) -> int:
    """About how many values there are: exact only where a first estimate is above the limit."""
    estimate = body.count(b",") + body.count(b"[") + body.count(b"{")
    if estimate <= most:
        return estimate
    bare = _STRING.sub(b"", body)
    return bare.count(b",") + bare.count(b"[") + bare.count(b"{")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _DIGITS else Decimal(text)


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = Repeated(found)
    twice.names = tuple(dict.fromkeys(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return twice


#: Exact decimals keep the digits of a time; Python's own words for what is not finite are refused.
_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
)


def _without_surrogates(value: Any) -> Any:
    """The same with U+FFFD for halves of characters, which no encoding can write again."""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        for name in list(value):
            each = _without_surrogates(value.pop(name))
            value[_LONE.sub("\ufffd", name)] = each
    return value
