"""The known dangers: what services do that clients have not been ready for, by name and for each kind of operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from ....emulator.choices import may_be_absent, may_be_empty_text
from ....emulator.errors import throttled
from ....emulator.records import Call
from ....emulator.served import served
from ....spec.contract import Contract
from ....spec.operations.in_common import in_common
from ..item_pool import bare_items
from .mutations import MUTATIONS, mutations_for
from .scenario import BASE, Refusal, Scenario

__all__ = ["dangers", "denied", "forever", "plain", "throttling"]

#: More responses than the retries of any SDK's default settings; a client's own retries outlast it.
_OUTLASTS = 12

#: Pages that a client with a limit of its own does not read: loops are often bounded by 50 or 100.
_MANY_PAGES = 120


@cache
def plain(contract: Contract) -> Scenario:
    """Two pages: a client that cannot collect these is not judged further. Those of reports are cut as AWS was seen to cut them."""
    if contract.job is not None:
        return _scenario(contract, "a plain report of two pages", services=_full(contract) + 1)
    return _scenario(contract, "a plain listing of two pages", items=3, page_cap=2)


@cache
def forever(contract: Contract) -> Scenario | None:
    """Neither valid nor invalid: nobody says how long a job may take."""
    return None if contract.job is None else _scenario(contract, "a job that never finishes", polls=10**9)


def dangers(
    contract: Contract, *, observed_only: bool = False, invalid_responses: bool = False, real_time: bool = False
) -> tuple[Scenario, ...]:
    """The explicit examples, the most dangerous first; before them what is asked for as invalid.

    In real time no job takes more than three polls, and no error outlasts an SDK's retries.
    """
    if contract.job is None:
        found = list(_of_list(contract, observed_only))
    else:
        found = list(_of_reports_as_observed(contract))
        if not observed_only:
            found += _of_reports_as_documented(contract)
    if real_time:
        found = [each for each in found if each.behaviour.polls <= 3 and not (each.refusal and each.refusal.times)]
    found.sort(key=lambda each: _SHORT_RUN.index(each.name) if each.name in _SHORT_RUN else len(_SHORT_RUN))
    if invalid_responses:
        found = [
            _scenario(contract, MUTATIONS[name].statement, mutation=name, page_cap=1)
            for name in mutations_for(contract)
        ] + found
    return tuple(found)


# Of any operation.


def _scenario(contract: Contract, name: str, **settings: Any) -> Scenario:
    extra = {each: settings.pop(each) for each in ("refusal", "mutation", "in_common") if each in settings}
    return Scenario(replace(BASE, **settings), name=name, throttling=throttling(contract).code, **extra)


@cache
def throttling(contract: Contract) -> Refusal:
    """How a call is refused that comes too soon."""
    error = throttled(Call(contract, contract.operation))
    return Refusal(error.code, error.status)


def denied(contract: Contract) -> Refusal:
    """How a call is refused that the caller may not make."""
    code, status = _DENIED.get(contract.protocol, ("AccessDeniedException", 403))
    return Refusal(code, status)


def _expired(contract: Contract) -> Refusal:
    short = contract.protocol in ("query", "ec2", "rest-xml")
    return Refusal("ExpiredToken" if short else "ExpiredTokenException", 403)


def _broken(contract: Contract) -> Refusal:
    return Refusal(_BROKEN.get(contract.service, "InternalFailure"), 500, times=_OUTLASTS)


_DENIED = {"query": ("AccessDenied", 403), "rest-xml": ("AccessDenied", 403), "ec2": ("UnauthorizedOperation", 403)}
_BROKEN = {"iam": "ServiceFailure", "s3": "InternalError", "ec2": "InternalError"}


# Of access reports.


def _full(contract: Contract) -> int:
    """How many rows a page has that was requested without a limit."""
    return served(contract).default_limit


def _of_reports_as_observed(contract: Contract) -> Iterator[Scenario]:
    full = _full(contract)
    refused = denied(contract)

    def made(name: str, **settings: Any) -> Scenario:
        return _scenario(contract, name, **settings)

    yield made("a job that takes two polls", polls=2)
    yield made("a job that fails at once", outcome="failed")
    yield made("a job that fails late", outcome="failed", polls=3)
    yield made("throttled on page two", services=full + 1, refusal=replace(throttling(contract), times=_OUTLASTS))
    yield made("access lost on page two", services=full + 1, refusal=refused)
    yield made("a report without rows", services=0)
    yield made("a single page", services=2)
    yield made("exactly one full page", services=full)
    yield made("exactly two full pages", services=2 * full)
    yield made("three pages", services=2 * full + 1, polls=1)
    yield made("access denied from the start", refusal=replace(refused, page=0))
    yield made("a job that takes ten polls", polls=10)
    yield made("throttled every other time", services=full + 1, throttle_every=2)
    yield made("access lost while the job runs", polls=3, refusal=replace(refused, page=0, after=1))
    yield made("credentials that expire on page two", services=full + 1, refusal=_expired(contract))
    yield made("five pages", services=4 * full + 55)


def _of_reports_as_documented(contract: Contract) -> Iterator[Scenario]:
    def made(name: str, **settings: Any) -> Scenario:
        return _scenario(contract, name, **settings)

    yield made("a short first page", services=3, page_cap=2)
    yield made("an empty first page", services=2, page_plan=(0, 2))
    yield made("an empty page in the middle", services=3, page_plan=(2, 0, 1))
    yield made("an empty last page", services=2, empty_last_page=True)
    yield made("the last page does not say that it is the last", omit_more_when_false=True, page_cap=2, polls=1)
    if contract.listing is not None and contract.job is not None and not contract.job.required_when_succeeded:
        yield made("an empty report without its list", services=0, omit_items_when_empty=True)
        yield made(
            "an empty page in the middle without its list", services=2, page_plan=(1, 0, 1), omit_items_when_empty=True
        )
    yield made("no total where it is 0", omit_total_when_zero=True)
    yield made("tokens with spaces at both ends", page_cap=1, token_form=" {} ")
    yield made("tokens with signs and Latin letters", page_cap=1, token_form="+%2F&=\u00fc\"'<{}")
    yield made("tokens that look escaped, and in quotes", page_cap=1, token_form='"&amp;\u00bd{}"')
    yield made("thirty pages", services=30, page_cap=1)
    yield made("two empty pages in a row", services=2, page_plan=(1, 0, 0, 1))
    yield made("four empty pages in a row", services=2, page_plan=(1, 0, 0, 0, 0, 1))
    yield made("a new token for the same place each time", page_cap=1, fresh_tokens=True)
    yield made("a token that is no longer known", page_cap=1, refusal=Refusal("NoSuchEntity", 404))
    yield made("a server error on page two", page_cap=1, refusal=_broken(contract))
    yield made("a job that takes 500 polls", polls=500)
    yield made(f"{_MANY_PAGES} pages", services=_MANY_PAGES, page_cap=1)


# Of lists.


def _of_list(contract: Contract, observed_only: bool) -> Iterator[Scenario]:
    listing = contract.listing
    assert listing is not None
    exceptions = listing.exceptions

    def made(name: str, **settings: Any) -> Scenario:
        return _scenario(contract, name, **settings)

    yield made("a single page", items=2)
    yield made("an empty listing", items=0)
    yield made("three pages", items=5, page_cap=2)
    yield made("throttled on page two", page_cap=2, refusal=replace(throttling(contract), times=_OUTLASTS))
    yield made("access lost on page two", page_cap=2, refusal=denied(contract))
    yield made("access denied from the start", refusal=replace(denied(contract), page=0))
    yield made("throttled every other time", page_cap=2, throttle_every=2)
    yield made("credentials that expire on page two", page_cap=2, refusal=_expired(contract))
    if observed_only:
        return
    bare = bare_items(contract, 3)
    if bare is not None:
        yield made("items without their optional members", given=bare)
    for each in in_common(contract):
        yield made(f"items with the same {' and '.join(each.members)}", page_cap=2, in_common=each)
    yield made("one item a page", items=3, page_cap=1)
    yield made("short pages", items=6, page_plan=(2, 1, 3))
    yield made("a server error on page two", page_cap=2, refusal=_broken(contract))
    if "no-empty-page" not in exceptions:
        yield made("an empty last page", items=2, page_cap=2, empty_last_page=True)
    if "empty-page" in exceptions and "no-empty-page" not in exceptions:
        yield made("an empty first page", items=2, page_plan=(0, 2))
        yield made("an empty page in the middle", items=3, page_plan=(2, 0, 1))
        yield made("two empty pages in a row", items=2, page_plan=(1, 0, 0, 1))
        if may_be_absent(contract, listing.main):
            yield made("an empty page without its list", items=2, page_plan=(1, 0, 1), omit_items_when_empty=True)
    if may_be_absent(contract, listing.more):
        yield made("the last page does not say that it is the last", omit_more_when_false=True, page_cap=2)
    if may_be_absent(contract, listing.main):
        yield made("an empty listing without its list", items=0, omit_items_when_empty=True)
    for text in _awkward_tokens(contract):
        yield made(f"tokens like {text.replace('{}', '…')}", page_cap=1, token_form=text)
    # Where a member says whether more follows, the token is documented to be there only then, and none was seen to be empty.
    if _is_text(contract) and listing.more is None and may_be_empty_text(contract, listing.tokens[0].output):
        yield made("an empty token at the end", page_cap=2, empty_token_at_end=True)
    if _is_text(contract):
        yield made("a new token for the same place each time", page_cap=1, fresh_tokens=True)
    yield made("thirty pages", items=30, page_cap=1)
    yield made(f"{_MANY_PAGES} pages", items=_MANY_PAGES, page_cap=1)


def _is_text(contract: Contract) -> bool:
    """Whether tokens are texts that say nothing, and not keys, numbers or maps."""
    form = served(contract).tokens[0]
    return form.type == "string" and form.by_item is None and "key-cursor" not in _exceptions(contract)


def _exceptions(contract: Contract) -> frozenset[str]:
    return contract.listing.exceptions if contract.listing is not None else frozenset()


def _awkward_tokens(contract: Contract) -> Iterator[str]:
    """Forms of tokens that clients mangle, as far as the model allows them."""
    from ....spec.patterns import fits

    form = served(contract).tokens[0]
    if _is_text(contract) and form.is_free:
        for text in ("+%2F&=\"'<{}", " {} ", "{}=="):
            if fits(form.metadata, text.replace("{}", "a" * 40)):
                yield text


#: The first few of each table take the turns of a short run.
_SHORT_RUN = (
    "a job that takes two polls", "a short first page", "a job that fails at once", "an empty page in the middle",
    "a job that fails late", "access lost on page two", "an empty first page", "a report without rows", "an empty listing",
    "items without their optional members", "an empty report without its list", "an empty page without its list",
    "an empty listing without its list", "three pages", "the last page does not say that it is the last", "an empty last page",
    "tokens with spaces at both ends", "tokens with signs and Latin letters", "throttled on page two",
)  # fmt: skip
