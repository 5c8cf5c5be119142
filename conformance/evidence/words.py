"""How messages name things: by the contract's own words, in the right number."""

from collections.abc import Iterable

from ...errors import counted, shorten
from ...spec.contract import Contract
from .responses import Page

__all__ = ["count", "few", "limit", "more", "nouns", "token", "unread", "value"]


def nouns(contract: Contract) -> str:
    """Several items."""
    return "items" if contract.listing is None else contract.listing.nouns


def count(number: int, contract: Contract) -> str:
    """So many items: ``1 service``, ``3 services``."""
    listing = contract.listing
    return counted(number, "item") if listing is None else counted(number, listing.noun, listing.nouns)


def token(contract: Contract) -> str:
    """The token's own name."""
    return "token" if contract.listing is None else contract.listing.token.name


def limit(contract: Contract) -> str:
    """The page size's own name."""
    return contract.listing.limit or "a page size" if contract.listing else "a page size"


def more(contract: Contract) -> str:
    """How a response says that more follows."""
    listing = contract.listing
    return f"{listing.more} true" if listing and listing.more else f"a {token(contract)}"


def unread(pages: Iterable[Page]) -> str:
    """The members of these responses, at their top, that the model does not have: the name of one may be the mistake. Empty without any."""
    names = dict.fromkeys(each[1:] for page in pages for each in page.reading.unknown if each.count("/") == 1)
    return f"; the model does not know {few(names, 3)}" if names else ""


def few(names: Iterable[str], most: int = 5) -> str:
    """The first names of several."""
    listed = [shorten(each, 80) for each in names]
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")


def value(text: object) -> str:
    """A value in quotation marks, cut to a readable length."""
    return repr(text) if not isinstance(text, str) else repr(shorten(text, 120))
