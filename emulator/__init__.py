"""An implementation of the report operations that keeps the contract, or breaks it on request."""

from .access_reports.organization import Organization
from .access_reports.services import Service
from .behaviour import Behaviour
from .engine import Emulator
from .records import Response, ServiceError
from .servers.botocore import attach
from .servers.http import serve
from .servers.responses import mount
from .stages.pipeline import Stages

__all__ = [
    "Behaviour",
    "Emulator",
    "Organization",
    "Response",
    "Service",
    "ServiceError",
    "Stages",
    "attach",
    "mount",
    "serve",
]
