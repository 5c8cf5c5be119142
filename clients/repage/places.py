"""Who made a call of a client: the first place in the stack that is neither a library's nor the tests'."""

from __future__ import annotations

from typing import Any

__all__ = ["capture"]


def capture(client: Any, operation: str) -> Any:
    """Whoever calls this operation (``iam:ListUsers``) of the client; None where the call is not to be cut."""
    return "unknown"
