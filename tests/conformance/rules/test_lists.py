"""The rules of lists: which valid service none of them punishes, and what each of them catches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from awscontract.conformance.trace.exchange import Failure
from awscontract.conformance.trace.unissued import altered_token, unissued_token
from awscontract.spec.contract import Contract, Order, Sort, SortKey
from awscontract.spec.operations import load

from conformance_kit import JSON, SECRETS, USERS, Reply, Scene, refusal, secrets, users

OWN = "abcdefg"
TABLES = load("dynamodb:ListTables")


def with_exceptions(contract: Contract, *names: str) -> Contract:
    assert contract.listing is not None
    return replace(contract, listing=replace(contract.listing, exceptions=frozenset(names)))


class Service:
    """A list that is served by a function from (names, limit, token) to a page, and the requests of a short survey."""

    def __init__(
        self,
        names: Iterable[str] = OWN,
        contract: Contract = SECRETS,
        made: str = OWN,
        serve: Callable[..., Reply] | None = None,
    ) -> None:
        self.names = list(names)
        self.scene = Scene(contract, made=tuple(made))
        self.serve = serve or numbered

    def read(self, limit: int | None = None, token: str | None = None, **parameters: Any) -> Reply:
        reply = self.serve(self.names, limit, token)
        self.scene.list(reply, limit=limit, token=token, **parameters)
        return reply

    def walk(self, *limits: int | None) -> Service:
        """Follow the tokens, with each page size in turn and then with the last one, for no more than twenty pages."""
        token, sizes = None, list(limits or (None,))
        for _ in range(20):
            limit = sizes.pop(0) if len(sizes) > 1 else sizes[0]
            token = next_token(self.read(limit, token))
            if not token:
                break
        return self

    def survey(self) -> Scene:
        """Whole listings with several page sizes between two without one."""
        return self.walk().walk(3).walk(2).walk(1, 2, 5).walk(7).walk().scene


def next_token(reply: Reply) -> str | None:
    token = json.loads(reply.body).get("NextToken")
    return token if isinstance(token, str) else None


def numbered(names: list[str], limit: int | None, token: str | None, *, default: int = 100) -> Reply:
    """A plain service: the token says at which item the next page begins."""
    start = int(token.removeprefix("place-")) if token else 0
    end = start + (limit or default)
    return secrets(names[start:end], f"place-{end}" if end < len(names) else None)


# -- what the contract allows


def test_a_plain_service_breaks_nothing() -> None:
    """And what there is to judge was judged."""
    outcomes = Service().survey()
    assert outcomes.broken() == set()
    for rule in ("complete", "ends", "no-repeats", "token-continues", "page-size-may-change", "limit-respected"):
        assert outcomes.outcome(f"pagination.{rule}").outcome == "passed", rule


def _exact_fit(names: list[str], limit: int | None, token: str | None) -> Reply:
    start = int(token or 0)
    end = start + (limit or 100)
    return secrets(names[start:end], str(end) if end <= len(names) else None)


def _empty_token(names: list[str], limit: int | None, token: str | None) -> Reply:
    reply = numbered(names, limit, token)
    return reply if next_token(reply) else replace(reply, body=reply.body[:-1] + b', "NextToken": ""}')


def _short(names: list[str], limit: int | None, token: str | None) -> Reply:
    return numbered(names, min(limit or 100, 2), token)


def _sparse(names: list[str], limit: int | None, token: str | None) -> Reply:
    """Every other page is empty."""
    start, passed, _ = (token or "0").partition("e")
    if not passed and limit:
        return secrets("", f"{start}e")
    end = int(start) + (limit or 100)
    return secrets(names[int(start) : end], str(end) if end < len(names) else None)


def _by_name(names: list[str], limit: int | None, token: str | None) -> Reply:
    """The token is the last name."""
    rest = [name for name in sorted(names) if name > (token or "")]
    page = rest[: limit or 100]
    return secrets(page, page[-1] if len(page) < len(rest) else None)


class _Fresh:
    """Another token each time, and another order in each listing."""

    def __init__(self, shuffle: bool = False) -> None:
        self.known: dict[str, list[str]] = {}
        self.shuffle = shuffle

    def __call__(self, names: list[str], limit: int | None, token: str | None) -> Reply:
        turn = len(self.known) % len(names)
        rest = self.known[token] if token else (names[turn:] + names[:turn] if self.shuffle else list(names))
        here, later = rest[: limit or 100], rest[limit or 100 :]
        if not later:
            return secrets(here)
        self.known[f"fresh-{len(self.known)}-x"] = later
        return secrets(here, f"fresh-{len(self.known) - 1}-x")


VALID = {
    "a token at an exact fit, and an empty page": Service(serve=_exact_fit),
    "an empty token ends the listing": Service(serve=_empty_token),
    "short pages": Service(serve=_short),
    "empty pages in the middle": Service(serve=_sparse),
    "a key cursor": Service(serve=_by_name),
    "a fresh token for the same place": Service(serve=_Fresh()),
    "another order in each listing": Service(serve=_Fresh(shuffle=True)),
    "items of other people": Service([*"zyx", *OWN, *"wvu"]),
    "no recipe": Service(made=""),
    "one item": Service("a", made="a"),
    "nothing at all": Service("", made=""),
}


@pytest.mark.parametrize("service", VALID.values(), ids=VALID)
def test_a_valid_service_breaks_nothing(service: Service) -> None:
    assert service.survey().broken() == set()


def test_what_did_not_page_is_not_exercised() -> None:
    """A service that returns everything at once, where nothing limits the pages."""
    outcomes = Service().walk().walk().scene
    for rule in ("complete", "ends", "no-repeats", "token-continues", "page-size-may-change", "limit-respected"):
        assert outcomes.outcome(f"pagination.{rule}").outcome == "not-exercised", rule


def test_others_at_work() -> None:
    """Somebody creates an item at the front between two pages, so that a page repeats one; then deletes it, so that one is lost."""
    service = Service([*"z", *OWN]).walk()
    token = next_token(service.read(2))
    service.names.insert(0, "new")
    token = next_token(service.read(2, token))
    del service.names[:2]
    while token:
        token = next_token(service.read(2, token))
    outcomes = service.walk().scene
    assert outcomes.broken() == set()
    assert outcomes.outcome("pagination.complete").outcome == "not-exercised"


def test_others_at_work_and_no_recipe() -> None:
    """Nobody knows whose items they are: where the list is another one afterwards, nothing is held against what was between."""
    service = Service(made="").walk()
    service.names = [*"cdefghi"]
    service.walk(2)
    service.names = [*"efghijk"]
    assert service.walk().scene.broken() == set()


def test_late_items() -> None:
    """What was created appears one by one, and has ten seconds for it."""
    service = Service("")
    for count in (0, 1, 4, 7):
        service.names = [*OWN[:count]]
        service.walk()
    outcomes = service.survey()
    assert outcomes.broken() == set()
    assert outcomes.outcome("pagination.complete").outcome == "passed"


def test_items_that_never_appear() -> None:
    """After ten seconds they are lost."""
    service = Service("abcdef").walk().walk()
    service.scene.wait(10)
    [violation, *_] = service.walk(3).walk().scene.outcome("pagination.complete").violations
    assert violation.actual == "6, without g"


@pytest.mark.parametrize(
    ("contract", "follow"),
    [
        (SECRETS, refusal("ValidationException")),
        (with_exceptions(SECRETS, "single-use-token"), refusal()),
    ],
    ids=["a token without its limit", "a token that works once"],
)
def test_refusals_that_are_allowed(contract: Contract, follow: Reply) -> None:
    service = Service(contract=contract).walk().walk(3)
    first = next_token(service.read(3))
    service.read(3, first)
    service.scene.list(follow, token=first, limit=3 if contract is not SECRETS else None)
    assert service.walk().scene.broken() == set()


def test_an_old_token_is_refused() -> None:
    """One that had led somewhere before may have expired."""
    service = Service().walk().walk(3)
    service.scene.list(refusal("ExpiredNextTokenException"), limit=2, token="place-3")
    assert service.walk().scene.broken() == set()


def test_clamped_limits() -> None:
    """Where that is documented, and only then."""
    for contract, broken in (
        (with_exceptions(SECRETS, "limit-clamped"), set()),
        (SECRETS, {"validation.limit-maximum"}),
    ):
        service = Service(contract=contract).walk()
        service.scene.list(secrets(OWN), limit=101)
        assert service.walk().scene.broken() == broken


def test_the_last_token_is_never_absent() -> None:
    """Where it is documented that an unchanged token is the end."""
    scene = Scene(with_exceptions(SECRETS, "end-by-same-token"), made=tuple(OWN))
    scene.list(secrets("abcd", "n1"), limit=4).list(secrets("efg", "n2"), limit=4, token="n1")
    scene.list(secrets("", "n2"), limit=4, token="n2")
    assert [each.end for each in scene.evidence.listings] == ["ended"]
    assert scene.broken() == set()


def test_tokens_without_the_other_parameters() -> None:
    """Where they are sent alone, a page belongs to the listing that gave its token."""
    scene = Scene(with_exceptions(SECRETS, "token-alone"), made=tuple(OWN), parameters={"SortOrder": "asc"})
    scene.list(secrets("abcd", "n1"), limit=4, SortOrder="asc").list(secrets("efg"), limit=4, token="n1")
    assert [each.identities for each in scene.evidence.listings] == [tuple(OWN)]
    assert scene.broken() == set()


# -- what it does not allow


def _same_page(names: list[str], limit: int | None, token: str | None) -> Reply:
    return secrets(names[: limit or 100], "t" if limit and limit < len(names) else None)


def _page_one_for_ever(names: list[str], limit: int | None, token: str | None) -> Reply:
    turn = int((token or "t0")[1:]) + 1
    return secrets(names[: limit or 100], f"t{turn}" if limit and limit < len(names) else None)


def _cut(names: list[str], limit: int | None, token: str | None) -> Reply:
    return secrets(names[: limit or 100])


def _loses_last(names: list[str], limit: int | None, token: str | None) -> Reply:
    start = int(token or 0)
    end = start + (limit or 100)
    return secrets(names[start : end - bool(limit)], str(end) if end < len(names) else None)


def _repeats_last(names: list[str], limit: int | None, token: str | None) -> Reply:
    start = max(int(token or 0) - 1, 0)
    end = start + (limit or 100)
    return secrets(names[start:end], str(end) if end < len(names) else None)


def _page_numbers(names: list[str], limit: int | None, token: str | None) -> Reply:
    page, size = int(token or 0), limit or 100
    more = (page + 1) * size < len(names)
    return secrets(names[page * size : (page + 1) * size], str(page + 1) if more else None)


def _too_many(names: list[str], limit: int | None, token: str | None) -> Reply:
    return numbered(names, limit and limit + 1, token)


def _restarts_without_limit(names: list[str], limit: int | None, token: str | None) -> Reply:
    return numbered(names, limit, token if limit else None)


def _refuses_own(names: list[str], limit: int | None, token: str | None) -> Reply:
    return refusal() if token else numbered(names, limit, token)


FAULTS: dict[str, tuple[Callable[..., Reply], str, set[str]]] = {
    "the token is ignored": (_same_page, "pagination.ends", set()),
    "page one for ever, with fresh tokens": (_page_one_for_ever, "pagination.ends", set()),
    "more is left out without a token": (_cut, "pagination.complete", set()),
    "the last item of each page is lost": (_loses_last, "pagination.complete", set()),
    "the last item of each page comes again": (_repeats_last, "pagination.no-repeats", set()),
    "the token is a page number": (_page_numbers, "pagination.page-size-may-change", set()),
    "a page holds one more": (_too_many, "pagination.limit-respected", set()),
    "its own tokens are refused": (_refuses_own, "pagination.token-continues", set()),
}


@pytest.mark.parametrize(("serve", "rule", "also"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_finding(serve: Callable[..., Reply], rule: str, also: set[str]) -> None:
    """Over a survey with several page sizes; what follows from it is suppressed."""
    assert Service(serve=serve).survey().broken() == {rule} | also


def _misspelt(names: list[str], limit: int | None, token: str | None) -> Reply:
    reply = numbered(names, limit, token)
    return replace(reply, body=reply.body.replace(b'"NextToken"', b'"nextToken"'))


def test_a_member_that_nobody_reads_is_named() -> None:
    """A token or a list under another name is none, and the other name is what the author has to see."""
    outcomes = Service(serve=_misspelt).survey()
    assert outcomes.outcome("pagination.complete").violations[0].actual.endswith("; the model does not know nextToken")


def test_a_token_without_its_limit_starts_over() -> None:
    """It may be refused, and it may go on; it may not begin again."""
    service = Service(serve=_restarts_without_limit).walk()
    service.read(None, next_token(service.read(3)))
    outcomes = service.walk().scene
    assert outcomes.broken() == {"pagination.token-continues"}
    assert "without MaxResults starts over" in outcomes.outcome("pagination.token-continues").violations[0].message


def test_one_cursor_for_all_listings() -> None:
    """A token goes on where the service had got to, whoever asks."""
    place = 0

    def serve(names: list[str], limit: int | None, token: str | None) -> Reply:
        nonlocal place
        start = place if token else 0
        place = start + (limit or 100)
        return secrets(names[start:place], f"after-{place}" if place < len(names) else None)

    service = Service(serve=serve).walk().walk(2)
    one, other = next_token(service.read(2)), next_token(service.read(3))
    service.read(2, one)
    service.read(3, other)
    assert service.walk().scene.broken() == {"pagination.token-continues"}


def test_an_item_twice_on_a_page() -> None:
    """Also without a second page, and also where no recipe says what is there, as long as both are equal."""
    for made in (OWN, ""):
        service = Service("aabcdefg", made=made).walk().walk(3).walk()
        assert service.scene.broken() == {"pagination.no-repeats"}


def test_values_that_come_twice_are_no_repeats_where_nothing_identifies_them() -> None:
    """A list of plain values may hold equal ones."""
    contract = replace(SECRETS, listing=replace(SECRETS.listing, identity=None), recipe=None)  # type: ignore[type-var]
    assert Service("aabcdd", contract=contract, made="").walk().walk(3).walk().scene.broken() == set()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_items_that_share_what_identifies_a_recipe_s_are_no_circle(limit: int) -> None:
    """Records of one name and several types: each page has something new, although its name came before."""

    def alike(names: list[str], limit: int | None, token: str | None) -> Reply:
        start = int(token or 0)
        end = start + (limit or 100)
        rows = [{"Name": "abc"[place % 3], "Description": f"{place}"} for place in range(24)][start:end]
        page = {"SecretList": rows, **({"NextToken": f"{end}"} if end < 24 else {})}
        return Reply(200, json.dumps(page).encode(), dict(JSON))

    service = Service(made="", serve=alike)
    for size in (None, limit, None):
        token = None
        for _ in range(30):
            token = next_token(service.read(size, token))
            if token is None:
                break
    assert service.scene.broken() == set()
    assert service.scene.outcome("pagination.ends").outcome == "passed"


def test_items_that_share_what_identifies_a_recipe_s_are_told_apart() -> None:
    """A second version of a key is lost with every page size."""

    def lossy(names: list[str], limit: int | None, token: str | None) -> Reply:
        start = int(token or 0)
        end = start + (limit or 100)
        rows = [{"Name": "ab"[place % 2], "Description": f"{place}"} for place in range(8)][start:end]
        shown = rows if limit is None else [each for each in rows if each["Description"] != "3"]
        page = {"SecretList": shown, **({"NextToken": f"{end}"} if end < 8 else {})}
        return Reply(200, json.dumps(page).encode(), dict(JSON))

    service = Service(made="", serve=lossy).walk().walk(3).walk(2).walk()
    assert service.scene.broken() == {"pagination.complete"}


def test_pages_of_another_size_mix_several_lists_in_another_way() -> None:
    """A token that is followed with another limit: which items of either list are on the page says nothing about its place."""
    contract = load("s3:ListObjectVersions")

    def page(rows: str, following: str | None) -> Reply:
        """Capital letters are delete markers."""
        body = "".join(
            f"<{kind}><Key>{each}</Key></{kind}>"
            for each in rows
            for kind in ("DeleteMarker" if each.isupper() else "Version",)
        )
        body += f"<IsTruncated>{str(following is not None).lower()}</IsTruncated>"
        body += f"<NextKeyMarker>{following}</NextKeyMarker>" if following else ""
        text = f'<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{body}</ListVersionsResult>'
        return Reply(200, text.encode(), {"content-type": "application/xml"})

    scene = Scene(contract)
    for tail in (("bC", "C"), ("bCd", None)):
        scene.list(page("aBbCdE", None), Bucket="b").list(page("a", "a"), limit=1, Bucket="b")
        scene.list(page(*tail), limit=len(tail[0]), token="a", Bucket="b")
    scene.list(page("aBbCdE", None), Bucket="b")
    assert scene.outcome("pagination.token-repeatable").outcome == "passed"


UNISSUED = ("pagination.unknown-token-refused", "pagination.unknown-token-no-crash", "pagination.token-error-declared")


@pytest.mark.parametrize("make", [unissued_token, altered_token])
@pytest.mark.parametrize(
    ("reply", "broken"),
    [
        (refusal(), set()),
        (refusal("ValidationException"), {"pagination.token-error-declared"}),
        (secrets("abc", "place-3"), {"pagination.unknown-token-refused"}),
        (refusal("InternalServiceError", 500), {"pagination.unknown-token-no-crash"}),
        (Reply(500, b"<html>", {"content-type": "text/html"}), {"pagination.unknown-token-no-crash"}),
        (refusal("ThrottlingException"), set()),
    ],
    ids=["declared", "another code", "accepted", "a crash", "a web page", "throttled"],
)
def test_tokens_that_were_never_issued(make: Callable[[str], str], reply: Reply, broken: set[str]) -> None:
    service = Service().walk().walk(3)
    service.scene.list(reply, limit=3, token=make("place-3"))
    assert service.walk().scene.broken() == broken


def test_an_altered_key_is_a_valid_place() -> None:
    """Where the token is the name of an item, no rule asks for a refusal; a crash is one all the same."""
    rules = {each.id for each in Scene(TABLES).outcomes().values()}
    assert "pagination.unknown-token-refused" not in rules and "pagination.unknown-token-no-crash" in rules


def test_a_token_that_cannot_be_sent_back() -> None:
    """Longer than the bounds of its own input member."""
    scene = Service(serve=numbered).walk().scene
    scene.list(secrets("abc", "n" * 4097), limit=3).list(secrets("defg"), limit=3, token="n" * 4097)
    outcome = scene.outcome("pagination.token-within-model")
    assert outcome.outcome == "failed" and "4097 characters" in outcome.violations[0].message


def test_a_token_that_works_once_is_noted() -> None:
    """Nobody documents that tokens work twice."""
    service = Service().walk().walk(3)
    service.scene.list(refusal(), limit=3, token="place-3")
    assert service.walk().scene.broken() == {"pagination.token-repeatable"}


def test_truncated_without_a_token() -> None:
    """Of a list that says whether it goes on."""
    scene = Scene(USERS, made=tuple(OWN)).list(users(OWN)).list(users("abc", truncated=True), limit=3).list(users(OWN))
    assert scene.broken() == {"pagination.truncated-has-token"}
    assert scene.outcome("pagination.complete").because == "pagination.truncated-has-token"


def test_a_token_where_nothing_follows() -> None:
    scene = (
        Scene(USERS, made=tuple(OWN)).list(users(OWN)).list(users(OWN, "m", truncated=False), limit=7).list(users(OWN))
    )
    assert scene.broken() == {"pagination.token-only-when-truncated"}


def test_a_token_on_the_last_page() -> None:
    """Where it is documented or was recorded, it means nothing."""
    contract = with_exceptions(USERS, "last-token")
    scene = Scene(contract, made=tuple(OWN)).list(users(OWN)).list(users("abcd", "m"), limit=4)
    scene.list(users("efg", "g", truncated=False), limit=4, token="m").list(users(OWN))
    assert scene.broken() == set()
    assert scene.outcome("pagination.complete").outcome == "passed"


@pytest.mark.parametrize(("page", "broken"), [("abcdefg", False), ("abxcdefg", True)], ids=["kept", "lost on the way"])
def test_filters(page: str, broken: bool) -> None:
    """What the recipe's filter leaves out is known from the listing without it."""
    filters = [{"Key": "name", "Values": ["awscontract-1-"]}]
    scene = Scene(SECRETS, made=tuple(OWN)).list(secrets("xyz" + OWN))
    scene.list(secrets(page[:2], "t"), limit=4, Filters=filters)
    scene.list(secrets(page[2:]), limit=8, token="t", Filters=filters).list(secrets("xyz" + OWN))
    outcome = scene.outcome("pagination.filters-kept")
    assert outcome.outcome == ("failed" if broken else "passed")


def test_filters_that_leave_nothing_out() -> None:
    """Where nobody else has anything, a filter shows nothing."""
    scene = (
        Scene(SECRETS, made=tuple(OWN))
        .list(secrets(OWN))
        .list(secrets(OWN), Filters=[{"Key": "name", "Values": ["a"]}])
    )
    assert scene.outcome("pagination.filters-kept").outcome == "not-exercised"


SORTED = replace(
    SECRETS,
    order=Order("Name", "https://example.com/order"),
    sort=Sort("SortOrder", (SortKey("asc", "Name"), SortKey("desc", "Name", descending=True)), "asc"),
)


@pytest.mark.parametrize(
    ("pages", "key", "broken"),
    [
        (("abcd", "efg"), None, None),
        (("abcd", "egf"), None, "sort.documented-order"),
        (("defg", "abc"), None, "sort.documented-order"),
        (("gfed", "cba"), "desc", None),
        (("abcd", "efg"), "desc", "sort.parameter"),
        (("gxfed", "cba"), "desc", None),
    ],
    ids=["in order", "not on the second page", "not across pages", "descending", "ignored", "another's out of order"],
)
def test_orders(pages: tuple[str, str], key: str | None, broken: str | None) -> None:
    """Documented orders and sort parameters, across pages, of the recipe's own items."""
    scene = Scene(SORTED, made=tuple(OWN)).list(secrets(OWN)).list(secrets(pages[0], "t"), limit=5, SortOrder=key)
    scene.list(secrets(pages[1]), limit=5, token="t", SortOrder=key)
    assert {each for each in scene.broken() if each.startswith("sort.")} == ({broken} if broken else set())


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (("x.a.org.", "b.org.", "c.b.org.", "d-c.b.org.", "e.b.org."), True),
        (("a.org", "a-b.org", "b.org"), True),
        (("a-b.org", "a.org", "b.org"), True),
        (("b.org.", "x.a.org.", "c.b.org."), False),
        (("c.org.", "b.org.", "a.org."), False),
    ],
    ids=["by labels", "label by label", "as one text", "names as they are written", "descending"],
)
def test_an_order_of_domain_names(names: tuple[str, ...], kept: bool) -> None:
    """Route 53 sorts records by their names with the labels reversed."""
    contract = replace(SECRETS, order=Order("Name", "https://example.com/order", "domain"))
    scene = Scene(contract).list(secrets(names)).list(secrets(names))
    assert scene.outcome("sort.documented-order").outcome == ("passed" if kept else "failed")


def test_server_errors() -> None:
    """Gone on the retry it is a warning, and again it is a violation; the listing that broke off is suppressed by it."""
    page = Reply(500, b"<html>oops</html>", {"content-type": "text/html"})
    service = Service().walk()
    service.read(3)
    service.scene.list(page, limit=3, token="place-3")
    assert service.scene.outcome("protocol.no-server-error").outcome == "warned"
    service.scene.list(page, limit=3, token="place-3")
    outcomes = service.walk().scene
    assert outcomes.outcome("protocol.no-server-error").outcome == "failed"
    assert outcomes.broken() == {"protocol.no-server-error"}
    assert outcomes.outcome("pagination.complete").because == "protocol.no-server-error"


def test_no_answer() -> None:
    """It is indeterminate whether the listing would have been complete."""
    service = Service().walk()
    service.read(3)
    service.scene.list(Failure("timeout", "no response within 10 s"), limit=3, token="place-3")
    assert service.walk().scene.outcome("pagination.complete").outcome == "indeterminate"


def test_limits_out_of_bounds() -> None:
    """Refused, else a warning; a crash has its own rule."""
    for reply, broken in (
        (refusal("InvalidParameterException"), set()),
        (secrets(OWN), {"validation.limit-minimum", "validation.limit-maximum"}),
        (refusal("InternalServiceError", 500), {"validation.no-crash"}),
    ):
        service = Service().walk(3)
        for limit in (0, 101):
            service.scene.list(reply, limit=limit)
        assert service.walk(3).scene.broken() == broken
