"""Contract tests for AWS emulators and for AWS clients.

`check` judges an implementation of ``iam:GetOrganizationsAccessReport``; `fuzz_client` judges a client of it.
Both are imported when they are first used, so that ``import awscontract`` costs nothing to those who do not use it.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["check", "fuzz_client"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from .conformance import check, fuzz_client


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import conformance

        return getattr(conformance, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
