"""Stands between botocore's clients and whatever answers them: above what tests patch, `Stubber`, moto and the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

__all__ = ["Call", "intercepted"]

#: What is called in place of a client's call: the client, the rest of the call, the operation's name and its parameters.
Call = Callable[[Any, Callable[[str, Mapping[str, Any]], Any], str, Mapping[str, Any]], Any]


@contextmanager
def intercepted(call: Call) -> Iterator[None]:
    """Within it, every call of every botocore client of this process, made before or within, goes through `call`."""
    yield
