"""Which places left pages unread: programs as people write them, on a backend that answers with one page."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest import mock

import pytest
from botocore.session import Session

from awscontract.clients.repage.callers.origins import Origins
from awscontract.clients.repage.callers.places import Places
from awscontract.clients.repage.contexts import Contexts
from awscontract.clients.repage.log import Log
from awscontract.clients.repage.serving import served
from awscontract.clients.repage.summary import summary
from awscontract.clients.repage.unread import LOST, WOULD_LOSE, Digest, Place

USERS = {
    "Users": [{"UserName": name} for name in "abcde"],
    "IsTruncated": False,
    "ResponseMetadata": {"HTTPStatusCode": 200},
}


@pytest.fixture(scope="module")
def iam() -> Any:
    return Session().create_client("iam", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def is_test(file: str) -> bool:
    return Path(file).name.startswith("test_")


class Stage:
    """A program in a file of its own, and what a run of it comes to."""

    def __init__(self, folder: Path, iam: Any) -> None:
        self.folder, self.iam = folder, iam
        self.log = Log(is_test)
        self.places = Places(Origins(is_test, folder), lambda: self.log.left("by-tests"))
        self.contexts = Contexts()

    def module(self, text: str, name: str = "app.py") -> Any:
        """The module of this text."""
        file = self.folder / name
        file.write_text(dedent(text))
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, text: str, *names: str, items: int = 5, context: str = "") -> list[str]:
        """Run functions of a program, each with a client of `items` users; what the summary says about places."""
        module = self.module(text)
        self.call(*(getattr(module, each) for each in names or ["main"]), items=items, context=context)
        return self.unread

    def call(self, *functions: Callable[[Any], Any], items: int = 5, context: str = "") -> None:
        response = USERS | {"Users": USERS["Users"][:items]}  # type: ignore[index]
        with (
            mock.patch("botocore.client.BaseClient._make_api_call", return_value=response),
            served(self.log, self.places, self.contexts),
            self.contexts.within(context),
        ):
            for each in functions:
                each(self.iam)

    @property
    def unread(self) -> list[str]:
        """The places: level, line, items and listings, and the lines of the callers."""
        return [_shown(each) for each in self.log.unread]


def _shown(place: Place) -> str:
    line = "?" if place.line is None else f"{Path(place.line.file).name}:{place.line.line}"
    callers = f" from {','.join(str(each.line) for each in place.callers)}" if place.callers else ""
    return f"{place.level}: {line} {place.operation} {place.items} in {place.listings}{callers}"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, iam: Any) -> Stage:
    monkeypatch.chdir(tmp_path)
    return Stage(tmp_path, iam)


class TestLevels:
    PROGRAM = """
        def main(iam):
            return [each["UserName"] for each in iam.list_users()["Users"]]
    """

    def test_lost(self, stage: Stage) -> None:
        """The items that were held back are counted."""
        [found] = stage.run(self.PROGRAM)

        assert found in [f"{LOST}: app.py:3 iam:ListUsers {left} in 1" for left in (2, 3, 4)]

    @pytest.mark.parametrize("items", [0, 1])
    def test_would_lose(self, stage: Stage, items: int) -> None:
        """A token to an empty last page shows it where there is nothing to hold back."""
        expected = [f"{WOULD_LOSE}: app.py:3 iam:ListUsers 0 in 1"] if items else []
        assert stage.run(self.PROGRAM, items=items) == expected

    def test_by_place(self, stage: Stage) -> None:
        """A line is reported once, for all of its listings, on its worst level, with the tests that saw that."""
        module = stage.module(self.PROGRAM)
        for number in range(3):
            stage.call(module.main, context=f"test_{number}", items=1 if number == 1 else 2)

        [place] = stage.log.unread
        assert (place.level, place.items, place.listings) == (LOST, 2, 2)
        assert place.contexts == ("test_0", "test_2")


class TestLimits:
    """A limit of the program's own: it may want no more than a sample, but not if it asks for all that a page can hold."""

    PROGRAM = """
        def main(iam):
            return [each["UserName"] for each in iam.list_users(MaxItems=%s)["Users"]]
    """

    @pytest.mark.parametrize(("limit", "reported"), [(100, False), (1000, True)])
    def test_would_lose(self, stage: Stage, limit: int, reported: bool) -> None:
        assert bool(stage.run(self.PROGRAM % limit, items=1)) is reported

    def test_lost(self, stage: Stage) -> None:
        """Items that were there, and fewer than it asked for, are lost whatever the limit is."""
        [found] = stage.run(self.PROGRAM % 100)
        assert found.startswith(LOST)


class TestNotReported:
    """What is right, or what nobody can say."""

    PROGRAMS: Mapping[str, str] = {
        "a loop": """
            def main(iam):
                more = {}
                while True:
                    page = iam.list_users(**more)
                    list(page["Users"])
                    if not page.get("Marker"):
                        return
                    more = {"Marker": page["Marker"]}
        """,
        "two calls": """
            def main(iam):
                page = iam.list_users()
                users = page["Users"]
                while page["IsTruncated"]:
                    page = iam.list_users(Marker=page["Marker"])
                    users += page["Users"]
        """,
        "a paginator": """
            def main(iam):
                return [each for page in iam.get_paginator("list_users").paginate() for each in page["Users"]]
        """,
        "a paginator that is stopped": """
            def main(iam):
                for page in iam.get_paginator("list_users").paginate():
                    return page["Users"]
        """,
        "a limit that is filled": """
            def main(iam):
                return iam.list_users(MaxItems=1)["Users"]
        """,
        "the token is handed on": """
            def main(iam):
                page = iam.list_users()
                return {"users": page["Users"], "next": page.get("Marker")}
        """,
        "a comment": """
            def main(iam):
                return iam.list_users()["Users"]  # awscontract: first page only
        """,
        "a comment on a call of several lines": """
            def main(iam):
                for each in iam.list_users(
                    PathPrefix="/",  # noqa  # AWScontract: first page only, they are few
                )["Users"]:
                    print(each)
        """,
        "a comment where the statement ends": """
            def main(iam):
                users = list(
                    iam.list_users()["Users"]
                )  # awscontract: first page only
        """,
        "whether there is an item": """
            def main(iam):
                users = iam.list_users()["Users"]
                return users[0] if len(users) > 0 else None
        """,
        "nothing is read": """
            def main(iam):
                assert iam.list_users()["ResponseMetadata"]
        """,
    }

    @pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
    @pytest.mark.parametrize("items", [1, 5])
    def test_it(self, stage: Stage, text: str, items: int) -> None:
        assert stage.run(text, items=items) == []

    def test_the_first_item_of_an_empty_page(self, stage: Stage) -> None:
        """Where pages may be empty, the first item may be on a later one."""
        text = """
            def main(iam):
                users = iam.list_users()["Users"]
                return users[0] if users else None
        """
        response = {"Users": [], "IsTruncated": True, "Marker": "m"}
        main = stage.module(text).main
        with (
            mock.patch("botocore.client.BaseClient._make_api_call", return_value=response),
            served(stage.log, stage.places, stage.contexts),
        ):
            main(stage.iam)

        assert stage.unread == [f"{LOST}: app.py:3 iam:ListUsers 0 in 1"]
        carried = Digest.from_json(json.loads(json.dumps(stage.log.digest.to_json())))
        lines = list(summary(carried))
        assert "  app.py:3  iam:ListUsers, more items in 1 listing after an empty page" in lines
        assert lines[-1] == "nothing was cut, since the backend has pages of its own; 1 place left pages unread"

    def test_the_response_is_handed_on(self, stage: Stage) -> None:
        """A test may read of it what it likes; a function of the program may not."""
        module = stage.module(
            "def response(iam):\n    return iam.list_users()\ndef main(iam):\n    response(iam)['Users']\n"
        )

        stage.call(lambda iam: module.response(iam)["Users"])
        assert stage.unread == []

        stage.call(module.main)
        assert len(stage.unread) == 1

    @pytest.mark.parametrize(
        "line",
        [
            'text = "# awscontract: first page"',
            "pass  # awscontract: first page only",
            "pass  # first page only",
        ],
    )
    def test_another_comment(self, stage: Stage, line: str) -> None:
        """Only on the calling statement does it count."""
        text = f"def main(iam):\n    {line}\n    return iam.list_users()['Users'][-1]\n"
        assert len(stage.run(text)) == 1

    def test_a_comment_in_a_loop(self, stage: Stage) -> None:
        """A comment in the body of a statement says nothing about its head."""
        text = """
            def main(iam):
                for each in iam.list_users()["Users"]:
                    pass  # awscontract: first page only
        """
        assert len(stage.run(text)) == 1

    def test_tags(self, stage: Stage) -> None:
        """The tags of one resource fit into a page by AWS's own limits."""
        text = """
            def main(iam):
                return iam.list_user_tags(UserName="u")["Tags"]
        """
        with mock.patch.dict(USERS, {"Tags": [{"Key": "k", "Value": "v"}] * 3}):
            assert stage.run(text) == []


class TestDraining:
    """Who deletes what a page holds and lists again, until there is nothing left, needs no token."""

    LOOP = """
        def delete(iam, user):
            pass

        def users(iam):
            return iam.list_users()

        def loop(iam):
            turns = 2
            while turns:
                turns -= 1
                for each in iam.list_users()["Users"]:
                    {inner}

        def again(iam):
            page, turns = iam.list_users(), 2
            while page["Users"] and turns:
                turns -= 1
                for each in page["Users"]:
                    {inner}
                page = iam.list_users()

        def helped(iam):
            turns = 2
            while turns:
                turns -= 1
                for each in users(iam)["Users"]:
                    {inner}

        def counted(iam):
            for _ in range(2):
                for each in iam.list_users()["Users"]:
                    {inner}

        def recursive(iam, *turns):
            for each in iam.list_users()["Users"]:
                {inner}
            if not turns:
                return None
            return recursive(iam)

        def once(iam):
            for each in iam.list_users()["Users"]:
                {inner}

        def each_path(iam):
            for path in range(2):
                for each in iam.list_users(PathPrefix=str(path))["Users"]:
                    {inner}

        def down(iam, path=""):
            for each in iam.list_users(PathPrefix=path)["Users"]:
                {inner}
                if not path:
                    down(iam, each["UserName"])
    """

    @pytest.mark.parametrize("name", ["loop", "again", "helped", "counted", "recursive"])
    def test_until_nothing_is_left(self, stage: Stage, name: str) -> None:
        """The same loop without deleting anything reads the same page again and again."""
        assert stage.run(self.LOOP.format(inner="delete(iam, each)"), name) == []

    @pytest.mark.parametrize("name", ["loop", "again", "helped", "counted", "recursive"])
    def test_nothing_is_deleted(self, stage: Stage, name: str) -> None:
        """Then the rest of the listing is lost."""
        assert stage.run(self.LOOP.format(inner="print(each)"), name) != []

    @pytest.mark.parametrize("name", ["once", "each_path", "down"])
    def test_one_pass(self, stage: Stage, name: str) -> None:
        """Who deletes the first page and goes on leaves the rest, also in each of several places."""
        assert len(stage.run(self.LOOP.format(inner="delete(iam, each)"), name)) == 1


class TestKnowing:
    """A place that goes on anywhere in the run knows about paging."""

    SEARCH = """
        def find(iam, name):
            more = {}
            while True:
                page = iam.list_users(**more)
                for each in page["Users"]:
                    if each["UserName"] == name:
                        return each
                if not page["IsTruncated"]:
                    return None
                more = {"Marker": page["Marker"]}

        def early(iam):
            return find(iam, "a")

        def late(iam):
            return find(iam, "e")
    """

    def test_a_search(self, stage: Stage) -> None:
        """It stops where it finds something; whoever calls it is right too."""
        assert stage.run(self.SEARCH, "early") == []
        assert stage.run(self.SEARCH, "early", "late") == []

    ENDS = """
        def main(iam):
            found, more = [], {{}}
            while True:
                page = iam.list_users(**more)
                found += page["Users"]
                {end}
                if not page["IsTruncated"]:
                    return found
                more = {{"Marker": page["Marker"]}}
    """

    @pytest.mark.parametrize(
        "end",
        [
            "if len(page['Users']) < 100: return found",
            "if len(page['Users']) != 100: break",
            "if not page['Users'] or len(found) < 1000: return found",
            "break",
        ],
    )
    def test_a_short_page_is_no_reason_to_end(self, stage: Stage, end: str) -> None:
        """The function names the token, and never comes to it."""
        assert len(stage.run(self.ENDS.format(end=end))) == 1

    @pytest.mark.parametrize(
        "end",
        [
            "if len(found) >= 1: return found",
            "if 'a' in [each['UserName'] for each in found]: break",
            "if any(each['UserName'] for each in found): break",
            "for each in found: return each",
        ],
    )
    def test_enough_is(self, stage: Stage, end: str) -> None:
        """It has found what it wants."""
        assert stage.run(self.ENDS.format(end=end)) == []

    COUNT = """
        def main(iam):
            users = list(iam.list_users()["Users"])
            assert len(users) < 9
            return users

        def knows(iam):
            for more in ({}, {"Marker": "?"}):
                page = iam.list_users(**more)
                users = list(page["Users"])
                if len(users) == 5: return users
    """

    def test_another_line(self, stage: Stage) -> None:
        """A loop elsewhere in the file does not excuse it."""
        assert len(stage.run(self.COUNT + self.SEARCH, "main", "late")) == 1

    def test_the_wrong_name(self, stage: Stage) -> None:
        """A token that is looked for under another name is not known."""
        text = """
            def main(iam):
                page = iam.list_users()
                users = page["Users"]
                while page.get("marker"):
                    page = iam.list_users(Marker=page["marker"])
        """
        assert stage.run(text.replace("Marker", "marker")) != []


WRAPPERS = """
    import functools

    def retried(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper

    def call(client, name, **kwargs):
        return getattr(client, name)(**kwargs)

    def page(iam, **kwargs):
        response = iam.list_users(**kwargs)
        return response

    def all_users(iam):
        found, more = [], {}
        while True:
            response = page(iam, **more)
            found += response["Users"]
            if "Marker" not in response:
                return found
            more = {"Marker": response["Marker"]}

    def first_user(iam):
        return page(iam)["Users"][:1]

    def some_user(iam):
        return page(iam)["Users"][-1]

    def by_name(iam):
        return call(iam, "list_users")["Users"]

    def every_by_name(iam):
        response = call(iam, "list_users")
        while "Marker" in response:
            response = call(iam, "list_users", Marker=response["Marker"])

    def by_decorator(iam):
        return retried(iam.list_users)()["Users"]
"""


class TestWrappers:
    """A function that several share is not to blame for one of them, nor excused by another."""

    @pytest.mark.parametrize(("name", "line"), [("by_name", 33), ("by_decorator", 41)])
    def test_it_names_no_operation(self, stage: Stage, name: str, line: int) -> None:
        """A wrapper passes calls on; the line that says what to call is the place."""
        [found] = stage.run(WRAPPERS, name, "every_by_name")

        assert found.startswith(f"{LOST}: app.py:{line} iam:ListUsers")

    def test_shared(self, stage: Stage) -> None:
        """The place is shown with those of its callers that left pages unread."""
        [found] = stage.run(WRAPPERS, "all_users", "first_user", "some_user")

        assert found.startswith(f"{LOST}: app.py:14 iam:ListUsers")
        assert found.endswith(" in 2 from 27,30")

    def test_one_caller(self, stage: Stage) -> None:
        """A single caller needs no mention."""
        [found] = stage.run(WRAPPERS, "first_user")

        assert found.endswith(" in 1")


def test_in_another_process(stage: Stage) -> None:
    """What one process left unread is no news where another went on."""
    text = TestKnowing.SEARCH + TestLevels.PROGRAM
    stage.run(text, "early", "main", context="test_1")
    first = stage.log.digest
    stage.log.clear()
    stage.run(text, "late", "main", context="test_2")
    joined = Digest()
    for each in (first, stage.log.digest):
        joined.update(Digest.from_json(json.loads(json.dumps(each.to_json()))))

    [place] = joined.unread()
    assert place.contexts == ("test_1", "test_2")
    assert place.listings == 2
    assert joined.listings == 4
