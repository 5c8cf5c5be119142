"""Several facts in one choice, and lists by their number: each part becomes the simplest one by itself."""

import pytest
from hypothesis import Phase, find, settings

from awscontract.strategies.drawing import composed, one_of, pick, several, together

FACTS = ((0, 1, 2, 3, 4), ("a", "b", "c", "d", "e"), (False, True))


def simplest(strategy, condition):
    """The smallest value of which it is so, for several beginnings."""
    alone = settings(max_examples=500, database=None, phases=[Phase.generate, Phase.shrink], derandomize=True)
    return find(strategy, condition, settings=alone)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("step", [1, -1])
def test_one_fact_matters(place, step):
    """The others become the simplest ones, whichever it is."""
    wanted = FACTS[place][step]
    expected = [values[0] for values in FACTS]
    expected[place] = wanted

    assert simplest(together(*FACTS), lambda facts: facts[place] == wanted) == tuple(expected)


def test_all_combinations_are_there():
    """And nothing else."""
    for wanted in ((4, "e", True), (0, "a", False), (2, "d", True)):
        assert simplest(together(*FACTS), lambda facts, wanted=wanted: facts == wanted) == wanted


@pytest.mark.parametrize("place", [0, 1, -1])
def test_one_value_of_several_matters(place):
    """The others are left out where they may be, and are the simplest otherwise."""
    number = pick(0, 1, 2, 5)
    lists = composed(several(lambda draw: (one_of(draw, number), one_of(draw, number)), "pair", 6), "lists")

    assert simplest(lists, lambda pairs: any(each[0] == 5 for each in pairs)) == [(5, 0)]
    found = simplest(lists, lambda pairs: len(pairs) > 2 and pairs[place][1] == 2)
    assert len(found) == 3
    assert sorted(found) == [(0, 0), (0, 0), (0, 2)]


def test_a_value_or_what_is_drawn():
    """Values take one choice, so that what is drawn is never the simplest."""
    letters = composed(lambda draw: one_of(draw, pick("x", lambda draw: draw(pick("a", "b")))), "letters")

    assert simplest(letters, lambda each: True) == "x"
    assert simplest(letters, lambda each: each != "x") == "a"
    assert repr(letters) == "letters()"
