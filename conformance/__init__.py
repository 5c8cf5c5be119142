"""The judge: holds an implementation of the operation to its contract.

Names are imported when they are first used, so that pytest pays nothing for a plugin that it does not use.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["ClientContractViolation", "check", "fuzz_client"]

if TYPE_CHECKING:
    from .checking import check
    from .fuzzing import ClientContractViolation, fuzz_client


def __getattr__(name: str) -> Any:
    if name == "check":
        from .checking import check

        return check
    if name in __all__:
        from . import fuzzing

        return getattr(fuzzing, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
