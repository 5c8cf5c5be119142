"""The gallery in docs says what is printed."""

from __future__ import annotations

from pathlib import Path

from ..clients.gallery import page

GALLERY = Path(__file__).parents[2] / "docs" / "client-bugs.md"


def test_gallery() -> None:
    """docs/client-bugs.md is what its clients and the kit make it; `python -m tests.clients.gallery` writes it."""
    assert GALLERY.read_text(encoding="utf-8") == page()
