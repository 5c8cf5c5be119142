"""What the source of a program says it wants of a listing: to hand the token on, only the first item, or the one with a certain name."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import CodeType
from typing import Any

import pytest

from awscontract.clients.repage.callers.exact_name import looks_up_name
from awscontract.clients.repage.callers.first_item import wants_first_item
from awscontract.clients.repage.callers.returned_tokens import returns_token

OPERATION = "cloudformation:DescribeStacks"


class Client:
    """A client that notes the functions between it and this file."""

    frames: tuple[tuple[CodeType, int], ...] = ()

    def describe_stacks(self, *args: Any, **parameters: Any) -> dict[str, Any]:
        found, frame = [], sys._getframe(1)
        while frame.f_code.co_filename != __file__:
            found.append((frame.f_code, frame.f_lasti))
            assert frame.f_back is not None
            frame = frame.f_back
        self.frames = tuple(found)
        return {"Stacks": [{"Tags": []}], "StackCount": 1}


def stack(folder: Path, text: str) -> tuple[tuple[CodeType, int], ...]:
    """The functions of a program between its `main` and the client."""
    file = folder / "app.py"
    file.write_text(dedent(text))
    spec = importlib.util.spec_from_file_location("app", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    client = Client()
    module.main(client)
    assert client.frames
    return client.frames


RESPONSE = """
def main(client):
    return client.describe_stacks(
        StackName="a"
    )
"""
NAMED = """
def main(client):
    response = client.describe_stacks()
    print(response["Stacks"])
    return response
"""
DECORATED = """
import functools
def retried(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError:
            return None
    return wrapper

@retried
def main(client, token=None):
    more = {"NextToken": token} if token else {}
    result = client.describe_stacks(**more)
    found = [each for each in result["Stacks"] if each["Tags"]]
    return found, result.get("NextToken")
"""
OUTWARDS = """
def page(client, next_token=None):
    result = client.describe_stacks()
    return {"stacks": result["Stacks"], "nextToken": result.get("NextToken")}

def main(client):
    found = page(client)
    token = found["nextToken"]
    return found["stacks"], token
"""
SAME_NAME = """
class App:
    def describe_stacks(self, client, token=None):
        if token:
            return client.describe_stacks(NextToken=token)
        return client.describe_stacks()

def main(client):
    return App().describe_stacks(client)
"""
LAMBDA = "main = lambda client: client.describe_stacks()"


@pytest.mark.parametrize("text", [RESPONSE, NAMED, DECORATED, OUTWARDS, SAME_NAME, LAMBDA])
def test_one_page_and_its_token_are_for_the_caller(tmp_path: Path, text: str) -> None:
    assert returns_token(stack(tmp_path, text), OPERATION)


ITEMS = """
def main(client):
    return client.describe_stacks()["Stacks"]
"""
DROPPED = """
def page(client):
    result = client.describe_stacks()
    return result["Stacks"], result.get("NextToken")

def main(client):
    stacks, _ = page(client)
    return stacks
"""
LOOP = """
def main(client):
    token = None
    found = []
    while True:
        result = client.describe_stacks()
        found += result["Stacks"]
        token = result.get("NextToken")
        if not token:
            return found, token
"""
LOOP_OUTSIDE = """
def page(client, token=None):
    result = client.describe_stacks()
    return result["Stacks"], result.get("NextToken")

def main(client):
    stacks, token = page(client)
    while token:
        more, token = page(client, token)
        stacks += more
    return stacks, token
"""
RECURSIVE = """
def main(client, token=None):
    result = client.describe_stacks()
    next_token = result.get("NextToken")
    if next_token:
        return result["Stacks"] + main(client, next_token)
    return result["Stacks"]
"""
RECURSIVE_METHOD = """
class App:
    def describe_stacks(self, client, token=None):
        result = client.describe_stacks()
        if token := result.get("NextToken"):
            return [*result["Stacks"], *self.describe_stacks(client, token)]
        return result

def main(client):
    return App().describe_stacks(client)
"""


@pytest.mark.parametrize("text", [ITEMS, DROPPED, LOOP, LOOP_OUTSIDE, RECURSIVE, RECURSIVE_METHOD])
def test_who_reads_all_pages_or_drops_the_token_does_not_hand_it_on(tmp_path: Path, text: str) -> None:
    assert not returns_token(stack(tmp_path, text), OPERATION)


def test_without_source_nothing_is_known() -> None:
    names: dict[str, Callable[..., Any]] = {}
    exec(RESPONSE, names)
    client = Client()
    names["main"](client)
    assert not returns_token(client.frames, OPERATION)
    assert not wants_first_item(client.frames, 0)
    assert not looks_up_name(client.frames, 0)
    assert not returns_token((), OPERATION)
    assert not looks_up_name((), 0)
    assert not wants_first_item((), 0)


FIRST = {
    "the first": "return client.describe_stacks()['Stacks'][0]['Tags']",
    "the first, by get": "return client.describe_stacks().get('Stacks', [])[0]",
    "any": """
    stacks = client.describe_stacks().get("Stacks", [])
    if len(stacks) > 0:
        return stacks[0]
    """,
    "any, by its truth": """
    response = client.describe_stacks()
    if "Stacks" in response and response["Stacks"]:
        return True
    """,
    "none": "return not client.describe_stacks()['Stacks'] or bool(client.describe_stacks()['Stacks'])",
    "none, by comparison": "stacks = client.describe_stacks()['Stacks']; return stacks == []",
    "any, by a number of items": "return client.describe_stacks()['StackCount'] > 0",
    "any, with a name in the condition": "return found[0] if (found := client.describe_stacks()['Stacks']) else 0",
}
MORE = {
    "all": "return client.describe_stacks()['Stacks']",
    "all, after a look at the first": """
    stacks = client.describe_stacks()["Stacks"]
    return stacks[0], list(stacks)
    """,
    "how many": "return len(client.describe_stacks()['Stacks']) > 1",
    "the number, as the response has it": "return client.describe_stacks()['StackCount']",
    "the number": "number = len(client.describe_stacks()['Stacks']); return number",
    "the last": "return client.describe_stacks()['Stacks'][-1]",
    "the second of several values": """
    stacks = []
    stacks = client.describe_stacks()["Stacks"]
    if stacks:
        return True
    """,
    "unpacked": "[stack] = client.describe_stacks()['Stacks']",
    "kept": "main.stacks = client.describe_stacks()['Stacks']",
    "another member": "return client.describe_stacks()['Stacks'][0:1]",
}


def main_of(body: str) -> str:
    return "def main(client):\n    " + body.strip()


@pytest.mark.parametrize("body", FIRST.values(), ids=FIRST)
def test_one_item_is_enough(tmp_path: Path, body: str) -> None:
    assert wants_first_item(stack(tmp_path, main_of(body)), 0)


@pytest.mark.parametrize("body", MORE.values(), ids=MORE)
def test_one_item_is_not_enough(tmp_path: Path, body: str) -> None:
    assert not wants_first_item(stack(tmp_path, main_of(body)), 0)


def test_through_a_wrapper(tmp_path: Path) -> None:
    text = """
    def retried(function, *args):
        return function(*args)

    def main(client):
        if retried(client.describe_stacks)["Stacks"]:
            return True
    """
    frames = stack(tmp_path, text)

    assert wants_first_item(frames, 1)
    assert not wants_first_item(frames[:1], 0)


@pytest.mark.parametrize(
    ("member", "use", "enough"),
    [
        ("StackCount", "if number(client): return True", True),
        ("StackCount", "return number(client) == 0", True),
        ("Stacks", "return number(client)[0]", True),
        ("StackCount", "return number(client) + 1", False),
        ("Stacks", "return [number(client)]", False),
    ],
)
def test_what_the_caller_makes_of_it(tmp_path: Path, member: str, use: str, enough: bool) -> None:
    """Items, or their number, that a function returns."""
    text = f"""
    def number(client):
        return client.describe_stacks()["{member}"]

    def main(client):
        {use}
    """
    assert wants_first_item(stack(tmp_path, text), 0) is enough


ONE_NAME = {
    "returned": "for each in found: if each.get('Name') == name: return each",
    "other names passed over": "for each in found: if each.get('Name') != name: continue; return each",
    "the first of": "return next((each for each in found if each.get('Name') == name), None)",
    "any": "return any(each.get('Name') == name for each in found)",
    "filtered": "return list(filter(lambda each: each.get('Name') == name, found))",
    "among the names": "return name in [each.get('Name') for each in found]",
}
SEVERAL_NAMES = {
    "all": "return found",
    "all but the folder itself": "for each in found: if each.get('Name') == name: continue; print(each)",
    "another name": "for each in found: if each.get('Name') == 'other': return each",
    "counted": "for each in found: if each.get('Name') == name: print(each)",
    "the prefix itself is looked at": "if name == '': return found",
}


def looking_for(body: str, request: str) -> str:
    """A `main` that lists stacks with the request, and does this with them."""
    text = body.replace(": if ", ":\n        if ").replace(": continue; ", ": continue\n        ")
    return f"def main(client, name='a'):\n    found = client.describe_stacks({request})['Stacks']\n    {text}"


@pytest.mark.parametrize("body", ONE_NAME.values(), ids=ONE_NAME)
def test_a_whole_name_given_as_a_prefix(tmp_path: Path, body: str) -> None:
    """It is the first of those that begin so; nothing is known of one that is not given."""
    assert looks_up_name(stack(tmp_path, looking_for(body, "NamePrefix=name")), 0)
    assert not looks_up_name(stack(tmp_path, looking_for(body, "Name=name")), 0)
    assert not looks_up_name(stack(tmp_path, looking_for(body, "NamePrefix=name[:1]")), 0)


@pytest.mark.parametrize("body", SEVERAL_NAMES.values(), ids=SEVERAL_NAMES)
def test_names_that_begin_with_a_prefix(tmp_path: Path, body: str) -> None:
    assert not looks_up_name(stack(tmp_path, looking_for(body, "NamePrefix=name")), 0)
