"""What is said at the end of a run, and about a failed test: plain, in the right number, and readable at 80 columns."""

from __future__ import annotations

from collections import Counter

import pytest

from awscontract.clients.repage.callers.lines import Line
from awscontract.clients.repage.callers.places import Caller
from awscontract.clients.repage.failure_section import failure_section
from awscontract.clients.repage.listing import CutListing, CutPage, Uncut
from awscontract.clients.repage.summary import place_lines, summary
from awscontract.clients.repage.unread import LOST, WOULD_LOSE, Digest, Place
from awscontract.options.terminal import Layout

LINE = Line("/srv/app/users.py", 7, "names")
BY_TESTS: Counter[Uncut] = Counter({"by-tests": 1})
#: As long as they get.
LONG = "servicecatalog-appregistry:ListAssociatedAttributeGroupsForApplication"


@pytest.mark.parametrize(
    ("digest", "last"),
    [
        (Digest(), "nothing was cut: no operation that pages was called"),
        (Digest(uncut=Counter(empty=2)), "nothing was cut: 2 listings were empty"),
        (Digest(uncut=BY_TESTS), "nothing was cut: 1 call of paginated operations came from the tests"),
        (
            Digest(uncut=Counter({"empty": 1, "one-page": 1, "not-chosen": 1200})),
            "nothing was cut: 1 listing was empty; 1 request named its items, or gave no limit where pages need one;"
            " 1,200 calls were of operations that were not chosen",
        ),
        (Digest(listings=1, pages=2), "1 listing was cut into 2 pages; no place left pages unread"),
        (Digest(listings=2000, pages=4321), "2,000 listings were cut into 4,321 pages; no place left pages unread"),
    ],
)
def test_the_last_line(digest: Digest, last: str) -> None:
    assert list(summary(digest)) == [last]


@pytest.mark.parametrize(("calls", "text"), [(1, "1 call"), (3, "3 calls")])
def test_asynchronous_clients(calls: int, text: str) -> None:
    """They are named, since their listings are as they were."""
    first, _ = summary(Digest(listings=1, pages=2, uncut=Counter(asynchronous=calls)))

    assert first == f"aiobotocore's clients are not re-paged: {text} passed through"


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (Place(LOST, "iam:ListUsers", LINE, 1, 1), ["  /srv/app/users.py:7  iam:ListUsers, 1 item in 1 listing"]),
        (Place(LOST, "iam:ListUsers", LINE, 1234, 5), ["  /srv/app/users.py:7  iam:ListUsers, 1,234 items in 5 listings"]),
        (Place(LOST, "iam:ListUsers", LINE, 0, 2), ["  /srv/app/users.py:7  iam:ListUsers, more items in 2 listings"]),
        (Place(WOULD_LOSE, "iam:ListUsers", LINE, 0, 2), ["  /srv/app/users.py:7  iam:ListUsers, 2 listings"]),
        (
            Place(LOST, "iam:ListUsers", LINE, 2, 1, through="awsthing"),
            ["  /srv/app/users.py:7  iam:ListUsers through awsthing, 2 items in 1 listing"],
        ),
        (
            Place(LOST, LONG, LINE, 1234, 567),
            ["  /srv/app/users.py:7", f"      {LONG},", "      1,234 items in 567 listings"],
        ),
        (
            Place(LOST, "iam:ListUsers", None, 1, 1),
            ["  a thread that runs the client's method itself", "      iam:ListUsers, 1 item in 1 listing"],
        ),
        (
            Place(LOST, "iam:ListUsers", LINE, 1, 1, callers=tuple(Line("/srv/main.py", each, "f") for each in range(6))),
            [
                "  /srv/app/users.py:7  iam:ListUsers, 1 item in 1 listing",
                "    called from /srv/main.py:0, /srv/main.py:1, /srv/main.py:2, /srv/main.py:3,",
                "      2 more",
            ],
        ),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_place(place: Place, lines: list[str]) -> None:
    assert list(place_lines(place, Layout(80))) == lines


def test_a_place_below_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getcwd", lambda: "/srv/app")
    assert str(LINE) == "users.py:7"


class Opaque:
    """What cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError


class TestStory:
    def listing(self, requests: int, pages: int) -> CutListing:
        found = CutListing("iam:ListUsers", {}, "", Caller(), total=40)
        for number in range(requests):
            found.requests.append({"Marker": f"m{number}"} if number else {"PathPrefix": "/" * 100, "Odd": Opaque()})
        found.pages += [CutPage(1, had_token=number < pages - 1) for number in range(pages)]
        return found

    def test_values(self) -> None:
        """They are cut to a readable length, and one that cannot be shown is named."""
        first, request, *_ = failure_section([self.listing(1, 1)], "pytest x")

        assert first == "iam:ListUsers, 40 items:"
        assert request == f"  ListUsers(PathPrefix='{'/' * 59}… (102 characters), Odd=<Opaque>) -> 1 item"

    def test_many(self) -> None:
        """Of many pages and listings the first are shown."""
        lines = list(failure_section([self.listing(30, 40)] * 22, "pytest x"))

        assert len(lines) == 20 * (1 + 12 + 1) + 3
        assert lines[13] == "  and 28 more requests"
        assert lines[-3:] == ["and 2 more listings", "to repeat it alone:", "  pytest x"]

    def test_a_page_that_nobody_asked_for(self) -> None:
        """It is named also where nothing was held back: the backend may have more."""
        left = self.listing(1, 1)
        left.pages = [CutPage(1, had_token=True)]

        assert list(failure_section([left], "x"))[2:-2] == ["  nobody asked for the next page"]
        left.unread = 1
        assert list(failure_section([left], "x"))[2:-2] == [
            "  1 item was held back, and nobody asked for the next page"
        ]

    def test_a_request_that_was_refused(self) -> None:
        """It has no page."""
        assert list(failure_section([self.listing(2, 1)], "x"))[2] == "  ListUsers(Marker='m1')"
