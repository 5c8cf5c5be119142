"""`fuzz_client` judges right and wrong clients of twelve lists over all protocols rightly."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest

from awscontract import fuzz_client
from awscontract.spec.operations import load
from client_gallery.gallery import PARAMETERS, list_violation
from client_gallery.list_buggy import BUGGY, GALLERY, Collect
from client_gallery.list_right import RIGHT
from profiles import NIGHTLY

#: All dangers nightly, in every run those that clients break most.
EXAMPLES = 100 if NIGHTLY else 10

#: What takes thousands of requests before it is stopped.
SLOW = {"retries_instances_for_ever"}


def ids(value: object) -> str | None:
    return getattr(value, "__name__", None)


#: The gallery and every other client in every run, all of them nightly.
SOME_RIGHT = [pytest.param(*each, marks=pytest.mark.nightly if place % 2 else ()) for place, each in enumerate(RIGHT)]
SOME_BUGGY = [
    pytest.param(
        *each, marks=pytest.mark.nightly if each[0].__name__ in SLOW or (place % 2 and each not in GALLERY) else ()
    )
    for place, each in enumerate(BUGGY)
]


@pytest.mark.parametrize(("client", "operation", "options"), SOME_RIGHT, ids=ids)
def test_right(client: Collect, operation: str, options: dict[str, Any]) -> None:
    """A right client is never blamed."""
    parameters = PARAMETERS.get(operation)
    found = fuzz_client(client, operation=operation, parameters=parameters, seed=1, examples=EXAMPLES, **options)

    assert found.examples == EXAMPLES


@pytest.mark.parametrize(("client", "operation", "rule"), SOME_BUGGY, ids=ids)
def test_buggy(client: Collect, operation: str, rule: str) -> None:
    """A bug is caught by the rule that is about it, and shown in ten lines at most."""
    with contextlib.redirect_stdout(io.StringIO()):
        caught = list_violation(client, operation)

    assert caught.rule == rule
    assert len(str(caught).splitlines()) <= 10


def test_all_protocols() -> None:
    """Both tables are of at least eight operations over the five protocols."""
    for table, least in ((RIGHT, 15), (BUGGY, 30)):
        operations = {each[1] for each in table}
        assert len(table) >= least
        assert len(operations) >= 8
        assert {load(each).protocol for each in operations} == {"query", "ec2", "json", "rest-json", "rest-xml"}
    assert len({operation for _, operation, _ in GALLERY}) == 5
