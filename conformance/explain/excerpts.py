"""The lines of an example that matter: each request with as much of its response as shows what is different.

Rules about pages and their order are shown by what the pages list. Any other rule is shown by the response as it was written, around the
lines in which the two sides of the example differ.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from ...errors import one_line
from ...spec.contract import Contract
from ...spec.order import SortKey
from ..evidence.evidence import Evidence
from ..evidence.items import Item
from ..evidence.paths import canonical, find
from ..evidence.responses import Page
from ..evidence.words import count
from ..protocols import protocol_for
from ..trace.exchange import Exchange, Trace
from .examples import Example

__all__ = ["Excerpt", "excerpts"]

#: Families of rules that are shown by what pages list.
_LISTED = ("pagination", "sort")
#: Lines that are shown around a difference, and at most of one response; exchanges of one side; characters of a line and of a value.
_AROUND, _MOST, _EXCHANGES, _WIDTH, _VALUE = 1, 12, 8, 110, 60
#: What differs from run to run: ids and tokens.
_OPAQUE = re.compile(r"[\w+/=.~-]{20,}")
#: Headers that a rule may be about.
_HEADERS = ("x-amzn-errortype", "x-amzn-query-error", "location")
#: JSON's punctuation, and texts, in which it means nothing.
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],]|[^"{}\[\],]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One exchange: the request and the status line, and the lines of the response that matter."""

    request: str
    status: str
    lines: tuple[str, ...]


def excerpts(found: Example, rule_id: str, contract: Contract) -> tuple[tuple[Excerpt, ...], ...]:
    """Both sides of an example: what breaks the rule, and what does not."""
    sides = [_Side(each, contract) for each in (found.broken, found.corrected) if each is not None]
    if not rule_id.startswith(_LISTED):
        return _beside([[(each, side.written(each)) for each in side.exchanges] for side in sides], sides)
    brief, whole = (
        [[(each, side.listed(each, brief)) for each in side.exchanges] for side in sides] for brief in (True, False)
    )
    told_apart = len({str([lines for _, lines in side]) for side in brief}) == len(sides)
    return _beside(brief if told_apart else whole, sides)


def _beside(
    read: Sequence[Sequence[tuple[Exchange, list[str]]]], sides: Sequence["_Side"]
) -> tuple[tuple[Excerpt, ...], ...]:
    """The first exchange of one side beside the first one of the other, and so on, each cut to the lines that differ."""
    shown: tuple[list[Excerpt], ...] = ([], [])
    for pair in list(zip_longest(*read))[:_EXCHANGES]:
        lines = [each[1] if each else [] for each in pair]
        cut = _differing(*lines) if len(lines) == 2 and all(lines) else [_some(each, {*range(_MOST)}) for each in lines]
        for side, into, each, some in zip(sides, shown, pair, cut, strict=False):
            if each:
                into.append(side.excerpt(each[0], some))
    return tuple(map(tuple, shown))


class _Side:
    """One side of an example, with names for the tokens that its pages give."""

    def __init__(self, trace: Trace, contract: Contract) -> None:
        self.exchanges = trace.exchanges
        self._contract = contract
        evidence = Evidence(trace, protocol_for(contract), contract)
        self._pages: Mapping[int, Page] = {each.exchange.index: each for each in evidence.pages}
        self._tokens: dict[str, str] = {}
        for page in self._pages.values():
            for each in contract.listing.tokens if contract.listing else ():
                self._name(find(page.reading.members, each.output))

    def _name(self, token: object) -> None:
        """Only what nobody could read has a name: an empty token, or the key of an item, is what a rule may be about."""
        if isinstance(token, str) and _OPAQUE.fullmatch(token) and len(token) <= _WIDTH:
            self._tokens.setdefault(token, f"T{len(self._tokens) + 1}")

    def excerpt(self, exchange: Exchange, lines: Sequence[str]) -> Excerpt:
        """One exchange with these lines of its response."""
        sent = (f"{name}={self._value(value)}" for name, value in (exchange.parameters or {}).items())
        if exchange.failure:
            return Excerpt(" ".join([exchange.operation, *sent]), one_line(exchange.failure.message), tuple(lines))
        status = ["HTTP", str(exchange.status), exchange.headers.get("content-type", "")]
        return Excerpt(" ".join([exchange.operation, *sent]), one_line(" ".join(status).rstrip()), tuple(lines))

    def _value(self, value: object) -> str:
        return self._tokens.get(str(value)) or _cut(str(value) or '""', _VALUE)

    def written(self, exchange: Exchange) -> list[str]:
        """The response as it was written, a member a line."""
        headers = [f"{name}: {exchange.headers[name]}" for name in _HEADERS if name in exchange.headers]
        return [
            _cut(each, _WIDTH) for each in (*headers, *_laid_out(exchange.body.decode("utf-8", "backslashreplace")))
        ]

    def listed(self, exchange: Exchange, brief: bool) -> list[str]:
        """What a page lists, an item a line, and what it says of the next page; any other response as it was written.

        Where it is sorted by time and should be brief, items without a time are counted.
        """
        page, listing = self._pages.get(exchange.index), self._contract.listing
        if page is None or listing is None:
            return self.written(exchange)
        return [*self._items(page, brief), ", ".join(self._ends(page))]

    def _items(self, page: Page, brief: bool) -> Iterator[str]:
        key, report = self._key(page), self._contract.report
        timed = brief and key is not None and key.type == "time" and report is not None
        for passed, group in groupby(page.items, key=lambda each: timed and not each.has_time):
            items = list(group)
            if passed:
                yield f"  ({count(len(items), page.contract)} without {report.time if report else 'a time'})"
            else:
                yield from (f"  {_item(each, key, page.contract)}" for each in items)
        if not page.items:
            yield "  (empty)"

    def _key(self, page: Page) -> SortKey | None:
        if self._contract.sort is None:
            order = self._contract.order
            return None if order is None else SortKey("", order.by, order.type, order.descending)
        asked = page.sort_key
        return next((each for each in self._contract.sort.keys if each.value == asked), self._contract.sort.default_key)

    def _ends(self, page: Page) -> Iterator[str]:
        """The members that say whether more follows."""
        listing, members = page.contract.listing, page.reading.members
        assert listing is not None
        if listing.more:
            more = find(members, listing.more)
            yield f"no {listing.more}" if more is None else f"{listing.more} {canonical(more)}"
        for each in listing.tokens:
            token = find(members, each.output)
            yield f"no {each.output}" if token is None else f"{each.output} {self._value(token)}"


def _item(item: Item, key: SortKey | None, contract: Contract) -> str:
    """An item by what identifies it, and by what it is sorted by where that is something else."""
    identity = contract.listing.identity if contract.listing else None
    label = _cut(item.label, _VALUE)
    if key is None or key.by in (identity, "@"):
        return label
    value = find(item.value, key.by)
    return label if value is None else f"{label}  {_cut(str(value), _VALUE)}"


def _differing(one: Sequence[str], other: Sequence[str]) -> list[list[str]]:
    """The lines in which two responses differ, with those around them; ids and tokens always do, and count only where nothing else does."""
    if max(len(one), len(other)) <= _MOST:
        return [list(one), list(other)]
    keys = [[_OPAQUE.sub("*", line) for line in side] for side in (one, other)]
    if keys[0] == keys[1]:
        keys = [list(one), list(other)]
    places: list[set[int]] = [set(), set()]
    for kind, *ends in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if kind != "equal":
            for side, start, end in ((0, ends[0], ends[1]), (1, ends[2], ends[3])):
                places[side] |= {*range(start - _AROUND, end + _AROUND)}
    if not places[0]:
        return [_some(side, {*range(_MOST)}) for side in (one, other)]
    return [_some(side, wanted) for side, wanted in zip((one, other), places, strict=True)]


def _some(lines: Sequence[str], places: set[int]) -> list[str]:
    """The lines of these places, with dots for what is left out."""
    wanted = sorted(each for each in places if 0 <= each < len(lines))[:_MOST]
    shown, before = list[str](), -1
    for place in wanted:
        shown += [*["…"] * (place > before + 1), lines[place]]
        before = place
    return [*shown, *["…"] * (before + 1 < len(lines))]


def _laid_out(body: str) -> list[str]:
    """A document with a line for each element or member, its bytes otherwise as they came."""
    if body.lstrip()[:1] in ("{", "["):
        return list(_json_lines(body))
    return [one_line(each) for each in re.sub(r"(>)[ ]*(<)(?!/)", r"\1\n\2", body).splitlines()]


def _json_lines(body: str) -> Iterator[str]:
    """JSON with a line for each member, whether or not it is well-formed. Short objects and lists stay on theirs."""
    line, depth = "", 0
    for token in _JSON.findall(body):
        if token in ("}", "]"):
            if line.strip():
                yield one_line(line)
            depth = max(depth - 1, 0)
            line = "  " * depth + token
        elif token in ("{", "["):
            yield one_line(line + token)
            depth += 1
            line = "  " * depth
        elif token == ",":
            yield one_line(line + token)
            line = "  " * depth
        else:
            line += token if line.strip() else token.lstrip()
    if line.strip():
        yield one_line(line)


def _cut(text: str, most: int) -> str:
    shown = one_line(text)
    return shown if len(shown) <= most else f"{shown[: most // 2]}… ({len(text)} characters)"
