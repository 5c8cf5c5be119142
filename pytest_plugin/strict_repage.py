"""Makes tests fail after the run: only its end says which places never went on to a second page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from ..clients.repage.summary import place_lines
from ..clients.repage.unread import LOST, Place

__all__ = ["StrictTests"]


class StrictTests:
    """The tests that passed, some of which fail in the end.

    `every`: both levels count, not only lost items. `again` is the command that repeats a test, by its id.
    """

    def __init__(self, *, every: bool, again: Callable[[str], str]) -> None:
        self._every = every
        self._again = again
        self._passed: dict[str, pytest.TestReport] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that passed."""
        if report.when == "call" and report.passed:
            self._passed[report.nodeid] = report

    def fail(self, session: pytest.Session, places: Iterable[Place], tests: Mapping[str, str]) -> None:
        """Report those as failed that saw one of these places; `tests` has the test that a fixture was set up for."""
        seen: dict[str, list[Place]] = {}
        for place in places:
            if self._every or place.level == LOST:
                session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
                for context in (*place.contexts, *(place.milder if self._every else ())):
                    seen.setdefault(tests.get(context, context), []).append(place)
        for test, found in seen.items():
            if test in self._passed:
                self._fail(session.config, self._passed.pop(test), found)

    def _fail(self, config: pytest.Config, passed: pytest.TestReport, places: Sequence[Place]) -> None:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and passed in reporter.stats.get("passed", ()):
            reporter.stats["passed"].remove(passed)
        lines = [*_lines(places), "to repeat it alone:", f"  {self._again(passed.nodeid)}"]
        text = "\n".join(["client.unread-pages: pages were left unread", *lines])
        failed = pytest.TestReport(
            nodeid=passed.nodeid,
            location=passed.location,
            keywords=passed.keywords,
            outcome="failed",
            longrepr=text,
            when="call",
        )
        config.hook.pytest_runtest_logreport(report=failed)


def _lines(places: Sequence[Place]) -> Iterable[str]:
    for place in places:
        first, *rest = place_lines(place)
        yield f"{first} ({place.level})"
        yield from rest
