"""An implementation of the operations that satisfies their contracts, or breaks them on request."""

from .access_reports.organization import Organization
from .behaviour import Behaviour
from .engine import Emulator
from .lists.items import ListedItem
from .records import ServiceError
from .report_rows import Entity, Service, TrackedAction
from .servers.botocore import attach
from .servers.http import serve
from .servers.responses import mount
from .stages.pipeline import Stages

__all__ = [
    "Behaviour",
    "Emulator",
    "Entity",
    "ListedItem",
    "Organization",
    "Service",
    "ServiceError",
    "Stages",
    "TrackedAction",
    "attach",
    "mount",
    "serve",
]
