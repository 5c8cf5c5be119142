"""A badge, as the endpoint of shields.io reads it. It never says "conforms" without the coverage."""

import json

from ...errors import UsageError
from .matrix import Matrix

__all__ = ["render"]

_COLOURS = {"conforms": "brightgreen", "violates": "red"}


def render(matrix: Matrix) -> str:
    """The badge of one result.

    :raises UsageError: where there are several.
    """
    result = matrix.single
    if result is None:
        raise UsageError("a badge is of one result")
    told = f"{result.verdict}, {result.exercised} of {len(result.rules)} rules exercised"
    if result.summary["failed"]:
        told += f", {result.summary['failed']} broken"
    colour = "red" if result.known_problems else _COLOURS.get(result.verdict, "lightgrey")
    badge = {"schemaVersion": 1, "label": result.operation, "message": told, "color": colour}
    return json.dumps(badge, indent=1) + "\n"
