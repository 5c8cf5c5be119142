"""Contract tests for AWS emulators and for AWS clients.

`check` judges an implementation of an AWS operation; `fuzz_client` judges a client of it; `repage` serves the listings of a
program's clients in other pages. They are imported when they are first used, so that ``import awscontract`` costs nothing to those who do not use it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

__all__ = ["ClientContractViolation", "__version__", "check", "fuzz_client", "repage"]

if TYPE_CHECKING:
    from .clients.fuzzing import ClientContractViolation, fuzz_client
    from .clients.repage.block import repage
    from .conformance.check import check

#: Each public name and the module that defines it.
_MODULES = {
    "ClientContractViolation": "clients.fuzzing",
    "check": "conformance.check",
    "fuzz_client": "clients.fuzzing",
    "repage": "clients.repage.block",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
