"""The gallery of common bugs, written from the clients themselves and from what `fuzz_client` says about them.

python -m tests.client_gallery.gallery > docs/client-bugs.md
"""

from __future__ import annotations

import contextlib
import inspect
import io
from functools import cache

from awscontract import ClientContractViolation, fuzz_client

from .buggy import GALLERY, Collect, rest_of, wait

__all__ = ["page", "violation"]

_HEAD = """# Twenty client bugs

This page is for authors of programs that read from AWS: twenty ways in which that goes wrong, and what `fuzz_client` says about each.

botocore has neither a paginator nor a waiter for `GetOrganizationsAccessReport`, so the two loops are written by hand. These are
the ways in which that goes wrong, each as a short client, with what `fuzz_client` prints about it. Written from `tests/client_gallery/buggy.py` by
`python -m tests.client_gallery.gallery`; a test compares the two.

Most of the clients share these functions, which are correct:
"""


@cache
def violation(client: Collect) -> ClientContractViolation:
    """The violation of a client, found once for all tests."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            fuzz_client(client, seed=0)
        except ClientContractViolation as found:
            return found
    raise AssertionError(f"{client.__name__} breaks no rule")


def page() -> str:
    """The whole document."""
    parts = [_HEAD, _code(wait, rest_of)]
    for number, (client, rule) in enumerate(GALLERY, 1):
        title = client.__name__.replace("_", " ").capitalize()
        parts += [f"\n## {number}. {title}: `{rule}`\n", _code(client), f"\n```text\n{violation(client).text}\n```"]
    return "\n".join(parts) + "\n"


def _code(*functions: object) -> str:
    return "```python\n" + "\n\n\n".join(inspect.getsource(each).strip() for each in functions) + "\n```"  # type: ignore[arg-type]


if __name__ == "__main__":
    print(page(), end="")
