"""Recipes: how to have something to list, as data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Recipe"]


@dataclass(frozen=True)
class Recipe:
    """How items of one operation are created and deleted."""
