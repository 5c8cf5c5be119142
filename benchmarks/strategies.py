"""How fast responses are drawn: examples a second, beside what anybody would write instead.

    python -P benchmarks/strategies.py [ROUNDS]

Each run is a test of 100 examples, as Hypothesis has them by default, with a seed. A round makes one run of both sides, in turns, and the
figures are means over the rounds, by CPU time: examples differ in size, and so do runs. The other side of a strategy:

* `fixed_dictionaries` of as many integers as its examples take choices, counted in the same runs. It makes nothing of them.
* `fixed_dictionaries` of as many choices. There are fewer integers in that: Hypothesis draws the order of the keys too, by one choice
  for each key but one, and without a span, which a value never is.
* `hypothesis-jsonschema` on the derived schema, which allows more than the contract does; on fewer examples, since it is slow.
"""

import sys
import time
from collections.abc import Iterator
from statistics import mean
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st
from hypothesis.strategies import SearchStrategy

from awscontract import spec
from awscontract.spec.operations import load
from awscontract.strategies import behaviours, invalid_responses, reports, requests, responses

SCHEMA = f"{load().operation}.response"
EXAMPLES, SLOW = 100, 20
OPERATIONS = ("iam:ListUsers", "s3:ListObjectsV2", "dynamodb:Scan", "ec2:DescribeInstances", "lambda:ListFunctions")


def strategies() -> Iterator[tuple[str, SearchStrategy[Any]]]:
    """What is measured, by the call that makes it."""
    yield "responses()", responses()
    yield 'responses(protocol="wire")', responses(protocol="wire")
    yield from ((f'responses(operation="{each}")', responses(operation=each)) for each in OPERATIONS)
    yield "invalid_responses()", invalid_responses()
    yield 'invalid_responses(protocol="wire")', invalid_responses(protocol="wire")
    yield "requests()", requests()
    yield "reports()", reports()
    yield "behaviours()", behaviours()


def common(examples: int) -> settings:
    """Drawing alone: no database, no shrinking, no health check in the way of what is slow."""
    checks = list(HealthCheck)
    return settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=checks
    )


def seconds(strategy: SearchStrategy[Any], number: int, examples: int = EXAMPLES) -> float:
    """CPU time of an example in the run with this seed."""
    drawn = 0

    @seed(number)
    @common(examples)
    @given(strategy)
    def draw(value: object) -> None:
        nonlocal drawn
        drawn += 1

    start = time.process_time()
    draw()
    return (time.process_time() - start) / drawn


def choices(strategy: SearchStrategy[Any], rounds: int) -> float:
    """How many choices an example takes in the same runs."""
    from hypothesis.control import current_build_context

    counts: list[int] = []

    def count(value: object) -> None:
        counts.append(len(current_build_context().data.choices))

    for number in range(rounds):
        seed(number)(common(EXAMPLES)(given(strategy)(count)))()
    return sum(counts) / len(counts)


def integers(number: int) -> SearchStrategy[Any]:
    """A dictionary of so many integers."""
    return st.fixed_dictionaries({str(each): st.integers() for each in range(number)})


def from_schema() -> SearchStrategy[Any]:
    """hypothesis-jsonschema's strategy. Its last release calls what Hypothesis has since made a loop."""
    import hypothesis_jsonschema
    from hypothesis.internal.conjecture.utils import many

    def more(self: Any) -> bool:
        if not hasattr(self, "_turns"):
            self._turns = iter(self.__enter__())
        return next(self._turns, self) is not self

    if not hasattr(many, "more"):
        many.more = more  # type: ignore[attr-defined]
    return hypothesis_jsonschema.from_schema(spec.schema(SCHEMA))


def main(rounds: int = 8) -> None:
    """Measure and print."""
    schema = from_schema()
    for place, (name, strategy) in enumerate(strategies()):
        size = choices(strategy, rounds)
        sides = {"ours": strategy, "as many": integers(round(size)), "same choices": integers(round((size + 1) / 2))}
        for each in sides.values():
            seconds(each, 0, SLOW)  # what is made once
        taken: dict[str, list[float]] = {}
        for number in range(rounds):
            for side, each in sides.items():
                taken.setdefault(side, []).append(seconds(each, number))
            if place == 0:
                taken.setdefault("schema", []).append(seconds(schema, number, SLOW))
        ours = mean(taken["ours"])
        print(
            f"{name:48} {1 / ours:6.0f} examples/s, {size:4.1f} choices;",
            f"{mean(taken['as many']) / ours:4.2f} of as many integers,",
            f"{mean(taken['same choices']) / ours:4.2f} of as many choices",
            flush=True,
        )
        if place == 0:
            print(f"{'':48} {mean(taken['schema']) / ours:4.1f} times as fast as hypothesis-jsonschema", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
