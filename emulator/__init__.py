"""An implementation of the report operations that keeps the contract, or breaks it on request."""

from .behaviour import Behaviour
from .engine import Emulator
from .http import serve
from .inprocess import attach
from .organization import Organization
from .report import Service
from .requests_mount import mount
from .stages import Stages
from .values import Response, ServiceError

__all__ = ["Behaviour", "Emulator", "Organization", "Response", "Service", "ServiceError", "Stages", "attach", "mount", "serve"]
