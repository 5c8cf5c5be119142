"""Creating what a recipe describes, so that there is something to list, and deleting it again."""

from .calls import SetupFailed
from .setup import Made, Setup
from .values import new_run

__all__ = ["Made", "Setup", "SetupFailed", "new_run"]
