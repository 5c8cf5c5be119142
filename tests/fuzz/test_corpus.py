"""The corpus is run in every run of the tests: whatever broke a reader once is in it."""

from __future__ import annotations

import pytest

from fuzz.targets import CORPUS, TARGETS, seeds

CASES = [(target, number) for target in TARGETS for number in range(len(seeds(target)))]


@pytest.mark.parametrize(("target", "number"), CASES, ids=[f"{target}-{number}" for target, number in CASES])
def test_is_read(target: str, number: int) -> None:
    """A reader of untrusted input raises nothing but its own errors."""
    TARGETS[target](seeds(target)[number])


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff\xfe", b"[" * 100_000, b"9" * 5_000, b"<a>" * 100_000, b'{"a":' * 5_000]
)
@pytest.mark.parametrize("target", TARGETS)
def test_is_hostile(target: str, data: bytes) -> None:
    """Nothing, zero bytes, other encodings, depth and long numbers are read too, or refused in one line."""
    TARGETS[target](data)


def test_names() -> None:
    """Every file of the corpus belongs to a target."""
    assert {path.name.partition(".")[0] for path in CORPUS.iterdir()} <= set(TARGETS)
