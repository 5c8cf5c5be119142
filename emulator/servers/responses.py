"""The emulator for clients on `requests`, mounted on the `responses` library.

    with mount(Emulator(Behaviour(page_cap=1))) as url:
        requests.post(url, data={"Action": …})

Whatever else is asked through `requests` meanwhile is refused by `responses`, and no byte leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...spec.http import HttpRequest
from ..engine import Emulator

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["mount"]


@contextmanager
def mount(emulator: Emulator | Callable[[], Emulator], url: str | None = None) -> Iterator[str]:
    """A context in which clients on `requests` reach the emulator at the URL, by default IAM's own.

    A function in place of an emulator is called for each request, and returns the emulator that answers it.
    """
    import responses

    address = (url or f"https://{_one(emulator).contract.service}.amazonaws.com").rstrip("/")

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        body = request.body or b""
        parts = urlsplit(str(request.url))
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        path = parts.path[len(urlsplit(address).path) :] or "/"
        sent = HttpRequest(
            str(request.method),
            path,
            parts.query,
            headers,
            body.encode() if isinstance(body, str) else bytes(body),  # type: ignore[arg-type]
        )
        response = _one(emulator).respond(sent)
        return response.status, dict(response.headers), response.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in _METHODS:
            mock.add_callback(
                method, re.compile(re.escape(address) + r"([/?].*)?$"), callback=answer, content_type=None
            )
        yield address


_METHODS = ("POST", "GET", "PUT", "DELETE", "HEAD", "PATCH")


def _one(emulator: Emulator | Callable[[], Emulator]) -> Emulator:
    return emulator if isinstance(emulator, Emulator) else emulator()
