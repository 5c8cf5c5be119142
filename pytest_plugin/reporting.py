"""The layout of what the plugin adds to pytest's summary: as wide as the terminal, in colour where pytest itself is."""

from __future__ import annotations

import pytest

from ..options.terminal import Layout, columns

__all__ = ["layout_of"]


def layout_of(reporter: pytest.TerminalReporter) -> Layout:
    """How pytest's own reporter prints."""
    return Layout(columns() if reporter.isatty else None, reporter.hasmarkup)
