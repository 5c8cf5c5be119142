"""Examples of a strategy, drawn outside of a test: the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["draw"]


def draw(strategy: Any, seed: int, most: int, take: Callable[[Any], None]) -> None:
    """Give up to so many examples to a function, which may end the drawing by an exception of its own."""
    import hypothesis

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=most,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(example: Any) -> None:
        take(example)

    collect()
