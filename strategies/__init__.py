"""Every valid answer, and every invalid one, as Hypothesis strategies for anybody's tests."""

from .behaviours import behaviours
from .edges import edge_cases
from .errors import Refusal, errors
from .invalid import breakable, invalid_responses
from .reports import Report, reports
from .requests import requests
from .responses import Answer, answers, responses
from .shapes import AccessDetail, ErrorDetails, GenerateRequest, ReportRequest, ReportResponse
from .values import (
    entity_paths,
    error_details,
    job_ids,
    markers,
    policy_ids,
    regions,
    service_names,
    service_namespaces,
    timestamps,
)
from .writing import Writing, writings

__all__ = [
    "AccessDetail",
    "Answer",
    "ErrorDetails",
    "GenerateRequest",
    "Refusal",
    "Report",
    "ReportRequest",
    "ReportResponse",
    "Writing",
    "answers",
    "behaviours",
    "breakable",
    "edge_cases",
    "entity_paths",
    "error_details",
    "errors",
    "invalid_responses",
    "job_ids",
    "markers",
    "policy_ids",
    "regions",
    "reports",
    "requests",
    "responses",
    "service_names",
    "service_namespaces",
    "timestamps",
    "writings",
]
