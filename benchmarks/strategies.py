"""How fast responses are drawn: examples a second, beside the two things that anybody would write instead.

    python -P benchmarks/strategies.py [EXAMPLES]

`hypothesis-jsonschema` on the derived schema draws responses that the schema allows, which is less than what the contract
says. `fixed_dictionaries` draws as many integers as a response takes choices, and makes nothing of them: it is what
Hypothesis itself costs. All of them in one process, in turns, by CPU time, best of three.
"""

import sys
import time
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.strategies import SearchStrategy

from awscontract import spec
from awscontract.spec.operations import load
from awscontract.strategies import responses

SCHEMA = f"{load().operation}.response"
#: What hypothesis-jsonschema draws is slow enough to be counted on fewer.
SLOWER = 4


def common(examples: int) -> settings:
    """Drawing alone: no database, no shrinking, no health check in the way of what is slow."""
    checks = list(HealthCheck)
    return settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=checks
    )


def rate(strategy: SearchStrategy[Any], examples: int) -> float:
    """Examples a second of CPU time."""
    drawn = 0

    @common(examples)
    @given(strategy)
    def draw(value: object) -> None:
        nonlocal drawn
        drawn += 1

    start = time.process_time()
    draw()
    return drawn / (time.process_time() - start)


def choices(strategy: SearchStrategy[Any], examples: int) -> float:
    """How many choices an example takes."""
    counts: list[int] = []

    @common(examples)
    @given(st.data())
    def draw(data: Any) -> None:
        data.draw(strategy)
        counts.append(len(data.conjecture_data.choices))

    draw()
    return sum(counts) / len(counts)


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


def main(examples: int = 1000) -> None:
    """Measure and print."""
    parsed, xml = responses(), responses(protocol="wire")
    size = choices(parsed, examples)
    plain = st.fixed_dictionaries({str(number): st.integers() for number in range(round(size))})
    schema = from_schema()
    best: dict[str, float] = {}
    for _ in range(3):
        for name, strategy, count in (
            ("responses()", parsed, examples),
            ('responses(protocol="wire")', xml, examples),
            (f"fixed_dictionaries of {round(size)} integers", plain, examples),
            ("hypothesis-jsonschema", schema, max(examples // SLOWER, 1)),
        ):
            best[name] = max(best.get(name, 0), rate(strategy, count))
    ours = best["responses()"]
    for name, value in best.items():
        print(f"{name:40} {value:8.1f} examples/s   {ours / value:6.2f} times as fast is responses()")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
