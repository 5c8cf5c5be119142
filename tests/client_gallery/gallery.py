"""The gallery of common bugs, written from the clients themselves and from what `fuzz_client` says about them.

python -m tests.client_gallery.gallery > docs/client-bugs.md
"""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Mapping
from functools import cache
from typing import Any

from awscontract import ClientContractViolation, fuzz_client

from .buggy import GALLERY, Collect, rest_of, wait
from .list_buggy import GALLERY as LISTS

__all__ = ["PARAMETERS", "list_violation", "page", "violation"]

#: What the requests of an operation need.
PARAMETERS: Mapping[str, dict[str, Any]] = {
    "dynamodb:Scan": {"TableName": "table"},
    "s3:ListObjects": {"Bucket": "b"},
    "s3:ListObjectsV2": {"Bucket": "b"},
}

_HEAD = """# Twenty-five client bugs

This page is for authors of programs that read from AWS: twenty-five ways in which that goes wrong, and what `fuzz_client` says about each.

Each bug is a short client, with what `fuzz_client` prints about it: first one for each of five operations that people use most, then twenty
about access reports. Written from `tests/client_gallery` by `python -m tests.client_gallery.gallery`; a test compares the two.

## Lists

A loop that follows tokens looks right as long as everything fits on one page, and behind most mocks everything does."""

_REPORTS = """
## Access reports

botocore has neither a paginator nor a waiter for `GetOrganizationsAccessReport`, so the two loops are written by hand. Most of the clients
share these functions, which are correct:
"""


@cache
def violation(client: Collect) -> ClientContractViolation:
    """The violation of a client of access reports, found once for all tests."""
    return _violation(client)


@cache
def list_violation(client: Any, operation: str) -> ClientContractViolation:
    """The violation of a client of a list."""
    return _violation(client, operation=operation, parameters=PARAMETERS.get(operation))


def _violation(client: Any, **options: Any) -> ClientContractViolation:
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            fuzz_client(client, seed=0, **options)
        except ClientContractViolation as found:
            return found.with_traceback(None)  # whose frames hold all that was listed
    raise AssertionError(f"{client.__name__} breaks no rule")


def page() -> str:
    """The whole document."""
    parts = [_HEAD]
    for number, (lister, operation, rule) in enumerate(LISTS, 1):
        parts.append(_bug(number, lister, f"`{operation}`, `{rule}`", list_violation(lister, operation)))
    parts += [_REPORTS, _code(wait, rest_of)]
    for number, (client, rule) in enumerate(GALLERY, len(LISTS) + 1):
        parts.append(_bug(number, client, f"`{rule}`", violation(client)))
    return "\n".join(parts) + "\n"


def _bug(number: int, client: Any, about: str, found: ClientContractViolation) -> str:
    title = client.__name__.replace("_", " ").capitalize()
    return f"\n### {number}. {title}: {about}\n\n{_code(client)}\n\n```text\n{found.text}\n```"


def _code(*functions: object) -> str:
    return "```python\n" + "\n\n\n".join(inspect.getsource(each).strip() for each in functions) + "\n```"  # type: ignore[arg-type]


if __name__ == "__main__":
    print(page(), end="")
