"""The dictionaries that users hold, as types. They agree with mypy-boto3-iam's, and with the model's members.

boto3 leaves out what is absent, so that optional members are not required here. The stubs call every member of the
answer required, which is what makes people read a `Marker` that is not there.
"""

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

__all__ = [
    "AccessDetail", "ErrorDetails", "ErrorResponse", "GenerateRequest", "Problem", "Protocol", "ReportRequest",
    "ReportResponse", "SortKey", "Status",
]  # fmt: skip

Protocol = Literal["parsed", "wire"]
Status = Literal["COMPLETED", "FAILED", "IN_PROGRESS"]
SortKey = Literal[
    "LAST_AUTHENTICATED_TIME_ASCENDING",
    "LAST_AUTHENTICATED_TIME_DESCENDING",
    "SERVICE_NAMESPACE_ASCENDING",
    "SERVICE_NAMESPACE_DESCENDING",
]


class AccessDetail(TypedDict):
    """One service of a report."""

    ServiceName: str
    ServiceNamespace: str
    Region: NotRequired[str]
    EntityPath: NotRequired[str]
    LastAuthenticatedTime: NotRequired[datetime]
    TotalAuthenticatedEntities: NotRequired[int]


class ErrorDetails(TypedDict):
    """Why a job failed."""

    Message: str
    Code: str


class ReportResponse(TypedDict):
    """What ``get_organizations_access_report`` returns, without the ``ResponseMetadata`` that no service sends."""

    JobStatus: Status
    JobCreationDate: datetime
    JobCompletionDate: NotRequired[datetime]
    NumberOfServicesAccessible: NotRequired[int]
    NumberOfServicesNotAccessed: NotRequired[int]
    AccessDetails: NotRequired[list[AccessDetail]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]
    ErrorDetails: NotRequired[ErrorDetails]


class ReportRequest(TypedDict):
    """The parameters of ``get_organizations_access_report``."""

    JobId: str
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]
    SortKey: NotRequired[SortKey]


class GenerateRequest(TypedDict):
    """The parameters of ``generate_organizations_access_report``."""

    EntityPath: str
    OrganizationsPolicyId: NotRequired[str]


class Problem(TypedDict):
    """A service error as botocore reports it."""

    Type: str
    Code: str
    Message: str


class ErrorResponse(TypedDict):
    """The part of a ``ClientError``'s ``response`` that the service sent."""

    Error: Problem
