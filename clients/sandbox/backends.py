"""What answers calls that are not under test: moto, or clients that the user gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from ...errors import UsageError
from .interception import Backend

__all__ = ["opened"]


@contextmanager
def opened(backend: Any) -> Iterator[Backend | None]:
    """The backend as a function from a service's name to a client; ``"moto"`` mocks AWS unless it is mocked already."""
    if backend != "moto":
        yield backend
        return
    try:
        import boto3
        from moto import mock_aws
    except ImportError as error:
        raise UsageError(f'backend="moto" needs moto and boto3: {error}') from None

    @cache
    def client(service: str) -> Any:
        session: Any = boto3.session.Session()
        return session.client(service, region_name="us-east-1")

    client.is_moto = True  # type: ignore[attr-defined]
    stubber: Any = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    if getattr(stubber, "enabled", False):
        yield client
        return
    with mock_aws():
        yield client
