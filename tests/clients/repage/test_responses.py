"""Responses that notice when somebody reads their token, and are a dict in every other respect."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import jmespath
import pytest
import yaml

from awscontract.clients.repage.cutting.responses import noticing

Page = dict[str, Any]

MEMBERS: Page = {"Users": [1, 2], "Marker": "m"}


def read(use: Callable[[Page], object]) -> bool:
    """Whether this use of a response reads its token."""
    noted: list[bool] = []
    use(noticing(dict(MEMBERS), dict.fromkeys(("Marker", "IsTruncated"), lambda _: noted.append(True))))
    return bool(noted)


READS: dict[str, Callable[[Page], object]] = {
    "by name": lambda page: page["Marker"],
    "get": lambda page: page.get("Marker"),
    "get what says that more follows": lambda page: page.get("IsTruncated"),
    "in": lambda page: "Marker" in page,
    "pop": lambda page: page.pop("Marker"),
    "setdefault": lambda page: page.setdefault("Marker", None),
    "loop": list,
    "items": lambda page: list(page.items()),
    "values": lambda page: page.values(),
    "keys": lambda page: page.keys(),
    "a copy": lambda page: page.copy(),
    "copy.copy": copy.copy,
    "a deep copy": copy.deepcopy,
    "dict": dict,
    "two stars": lambda page: {**page},
    "arguments": lambda page: _arguments(**page),
    "update": {}.update,
    "a bar": lambda page: page | {},
    "a bar after": lambda page: {} | page,
    "JSON": json.dumps,
    "a pickle": pickle.dumps,
    "JMESPath": lambda page: jmespath.search("Marker", page),
    "match": lambda page: [marker for marker in [page] if _match(marker)],
}


def _arguments(**members: Any) -> Page:
    return members


def _match(page: Page) -> bool:
    match page:
        case {"Marker": str()}:
            return True
    return False


@pytest.mark.parametrize("use", READS)
def test_reading_the_token(use: str) -> None:
    """In whatever way."""
    assert read(READS[use])


@pytest.mark.parametrize("use", [lambda page: page["Users"], lambda page: page.get("x"), lambda page: "x" in page, len, repr, bool, lambda page: page == MEMBERS])  # fmt: skip
def test_not_reading_it(use: Callable[[Page], object]) -> None:
    """Other members, and what does not look at single ones."""
    assert not read(use)


def test_it_is_a_dict() -> None:
    """To whoever asks, and its copies are ordinary ones."""
    page = noticing(dict(MEMBERS), {"Marker": lambda _: None})

    assert isinstance(page, dict)
    assert type(page).__name__ == "dict"
    assert repr(page) == repr(MEMBERS)
    assert page == MEMBERS
    assert [type(each) for each in (copy.copy(page), copy.deepcopy(page), pickle.loads(pickle.dumps(page)), page | {})] == [dict] * 4  # fmt: skip
    assert json.loads(json.dumps(page)) == MEMBERS
    assert jmespath.search("[keys(@), length(@)]", page) == [["Users", "Marker"], 2]
    page["Users"].append(3)
    assert page["Users"] == [1, 2, 3]


@pytest.mark.parametrize("write", [yaml.safe_dump, yaml.dump])
def test_yaml(write: Callable[[Page], str]) -> None:
    assert write(noticing(dict(MEMBERS), {})) == write(MEMBERS)
