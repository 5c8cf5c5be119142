"""How many examples tests draw: a few in every run, always the same ones, and many nightly, always others."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

__all__ = ["NIGHTLY", "examples", "load"]

#: Set by ``tox -e nightly``.
NIGHTLY = bool(os.environ.get("AWSCONTRACT_TESTS_NIGHTLY"))

#: How many times as many examples are drawn nightly, and what part of them in every run, where they are always the same ones.
_MORE, _PART = 10, 3


def load() -> None:
    """Register the profiles and load the one of this run."""
    slow = [HealthCheck.too_slow]  # a loaded machine is not a failure
    found = [Phase.explicit, Phase.reuse, Phase.generate]  # a failure is shown as it is found, at once
    settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=slow, phases=found)
    settings.register_profile("nightly", deadline=None, derandomize=False, suppress_health_check=slow)
    settings.load_profile("nightly" if NIGHTLY else "ci")


def examples(number: int) -> settings:
    """So many examples, nightly more of them, a part of them in every run."""
    return settings(max_examples=number * _MORE if NIGHTLY else -(-number // _PART))
