"""Functions that return one page with its token: where a test calls them, the test pages."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import CodeType
from typing import Any

import pytest

from awscontract.clients.repage.handing_on import hands_on

OPERATION = "cloudformation:DescribeStacks"


class Client:
    """A client that notes the functions between it and this file."""

    frames: tuple[tuple[CodeType, int], ...] = ()

    def describe_stacks(self, **parameters: Any) -> dict[str, Any]:
        found, frame = [], sys._getframe(1)
        while frame.f_code.co_filename != __file__:
            found.append((frame.f_code, frame.f_lasti))
            assert frame.f_back is not None
            frame = frame.f_back
        self.frames = tuple(found)
        return {"Stacks": []}


def is_handed_on(folder: Path, text: str) -> bool:
    """Whether `main` of a program hands the token on."""
    file = folder / "app.py"
    file.write_text(dedent(text))
    spec = importlib.util.spec_from_file_location("app", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    client, main = Client(), module.main
    main(client)
    assert client.frames
    return hands_on(client.frames, OPERATION)


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
LAMBDA = "main = lambda client: client.describe_stacks()"


@pytest.mark.parametrize("text", [RESPONSE, NAMED, DECORATED, OUTWARDS, LAMBDA])
def test_one_page_and_its_token_are_for_the_caller(tmp_path: Path, text: str) -> None:
    assert is_handed_on(tmp_path, text)


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


@pytest.mark.parametrize("text", [ITEMS, DROPPED, LOOP, LOOP_OUTSIDE, RECURSIVE])
def test_who_reads_all_pages_or_drops_the_token_does_not_hand_it_on(tmp_path: Path, text: str) -> None:
    assert not is_handed_on(tmp_path, text)


def test_without_source_nothing_is_known() -> None:
    names: dict[str, Callable[..., Any]] = {}
    exec(RESPONSE, names)
    client = Client()
    names["main"](client)
    assert not hands_on(client.frames, OPERATION)
    assert not hands_on((), OPERATION)
