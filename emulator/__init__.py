"""An implementation of the operations that satisfies their contracts, or breaks them on request."""

from .access_reports.organization import Organization
from .behaviour import Behaviour
from .engine import Emulator
from .lists.items import Item
from .records import ServiceError
from .report_rows import Action, Entity, Service
from .servers.botocore import attach
from .servers.http import serve
from .servers.responses import mount
from .stages.pipeline import Stages

__all__ = [
    "Action",
    "Behaviour",
    "Emulator",
    "Entity",
    "Item",
    "Organization",
    "Service",
    "ServiceError",
    "Stages",
    "attach",
    "mount",
    "serve",
]
