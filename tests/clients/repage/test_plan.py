"""What the pages of a listing look like: fewer items at first than there are, no more than the limit, and an end."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from awscontract.clients.repage.cutting.plan import PagePlan, plan
from profiles import examples

Pages = list[tuple[int, bool]]


def pages(
    drawn: PagePlan, total: int, limit: int | None = None, *, may_be_empty: bool = False, may_trail: bool = True
) -> Pages:
    """How many items each page has, and whether another one comes after it."""
    start, found = 0, []
    for page in range(3 * total + 5):
        end, more = drawn.end(page, start, total, limit=limit, may_be_empty=may_be_empty, may_trail=may_trail)
        found.append((end - start, more))
        start = end
        if not more:
            return found
    raise AssertionError(f"no end: {found}")


@examples(200)
@given(
    seed=st.integers(0, 10**6),
    total=st.integers(0, 30),
    largest=st.sampled_from((None, 1, 2, 10, 100)),
    limit=st.sampled_from((None, 1, 2, 5, 1000)),
    may_be_empty=st.booleans(),
    may_trail=st.booleans(),
)
def test_any_plan(
    seed: int, total: int, largest: int | None, limit: int | None, may_be_empty: bool, may_trail: bool
) -> None:
    """Nothing is lost, and every page is one that a service may give."""
    found = pages(
        plan(seed, "test", "iam:ListUsers", largest), total, limit, may_be_empty=may_be_empty, may_trail=may_trail
    )
    sizes = [size for size, _ in found]

    assert sum(sizes) == total
    assert max(sizes) <= min(limit or 1000, largest or 3)
    assert total < 2 or (sizes[0] < total and found[0][1])
    assert total != 1 or not may_trail or found[0][1]
    assert may_be_empty or total == 0 or all(size for size, _ in found[:-1])
    assert not any(one == other == 0 for one, other in pairwise(sizes[:-1]))
    assert may_trail or may_be_empty or sizes[-1] or not total


@pytest.mark.parametrize("total", [2, 3, 7])
def test_many_seeds_show_everything(total: int) -> None:
    """Pages of one, larger pages, an end with and without an empty page, an empty page at first and in the middle."""
    seen = [tuple(pages(plan(seed, "", "x"), total, may_be_empty=True)) for seed in range(200)]
    sizes = {size for each in seen for size, _ in each}

    assert {0, 1} <= sizes
    assert total == 2 or {0, 1, 2, 3} >= sizes >= {0, 1, 2}
    assert {each[0][0] == 0 for each in seen} == {True, False}
    assert {each[-1][0] == 0 for each in seen} == {True, False}
    assert any(size == 0 for each in seen for size, _ in each[1:-1])


def test_it_is_the_same_everywhere() -> None:
    """In another process, and whatever was drawn before; other contexts, operations and seeds have other plans."""
    program = "from awscontract.clients.repage.cutting.plan import plan; print(plan(1, 'test', 'iam:ListUsers').sizes)"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    drawn = plan(1, "test", "iam:ListUsers")

    assert done.stdout.strip() == str(drawn.sizes)
    others = [plan(2, "test", "iam:ListUsers"), plan(1, "other", "iam:ListUsers"), plan(1, "test", "iam:ListGroups")]
    assert all(each.sizes != drawn.sizes for each in others)
