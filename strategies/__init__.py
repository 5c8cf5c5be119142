"""Every valid response, and every invalid one, as Hypothesis strategies for anybody's tests."""

from .behaviours import behaviours
from .invalid import invalid_responses
from .listings import DrawnListing
from .members import entity_paths, error_details, job_ids, service_namespaces, tokens
from .requests import requests
from .responses import reports, responses
from .shapes import AccessDetail, ErrorDetails, GenerateRequest, ReportRequest, ReportResponse

__all__ = [
    "AccessDetail",
    "DrawnListing",
    "ErrorDetails",
    "GenerateRequest",
    "ReportRequest",
    "ReportResponse",
    "behaviours",
    "entity_paths",
    "error_details",
    "invalid_responses",
    "job_ids",
    "reports",
    "requests",
    "responses",
    "service_namespaces",
    "tokens",
]
