"""What users write, for `mypy --strict` and `pyright`: nothing here runs. Each `reveal`ed type is held by `assert_type`."""

from typing import Any, assert_type

from hypothesis import given
from hypothesis.strategies import SearchStrategy
from mypy_boto3_iam import IAMClient
from mypy_boto3_iam.type_defs import (
    AccessDetailTypeDef,
    ErrorDetailsTypeDef,
    GenerateOrganizationsAccessReportRequestTypeDef,
    GetOrganizationsAccessReportRequestTypeDef,
    GetOrganizationsAccessReportResponseTypeDef,
)

from awscontract.emulator import Behaviour
from awscontract.strategies import (
    AccessDetail,
    DrawnListing,
    ErrorDetails,
    GenerateRequest,
    ReportRequest,
    ReportResponse,
    behaviours,
    entity_paths,
    error_details,
    invalid_responses,
    job_ids,
    reports,
    requests,
    responses,
    service_namespaces,
    tokens,
)

assert_type(responses(), SearchStrategy[ReportResponse])
assert_type(responses("FAILED"), SearchStrategy[ReportResponse])
assert_type(responses(protocol="wire"), SearchStrategy[bytes])
assert_type(responses("FAILED", protocol="wire"), SearchStrategy[bytes])
assert_type(responses(operation="iam:ListUsers"), SearchStrategy[dict[str, Any]])
assert_type(reports(), SearchStrategy[DrawnListing])
assert_type(behaviours(), SearchStrategy[Behaviour])
assert_type(requests(), SearchStrategy[ReportRequest])
assert_type(requests("iam:GenerateOrganizationsAccessReport"), SearchStrategy[GenerateRequest])
assert_type(invalid_responses(), SearchStrategy[tuple[str, dict[str, Any]]])
assert_type(invalid_responses(protocol="wire"), SearchStrategy[tuple[str, bytes]])
assert_type(error_details(), SearchStrategy[ErrorDetails])
for text in (job_ids(), entity_paths("account"), service_namespaces(), tokens()):
    assert_type(text, SearchStrategy[str])

responses("DONE")  # type: ignore[call-overload]
responses(protocol="json")  # type: ignore[call-overload]
entity_paths("policy")  # type: ignore[arg-type]


def service_to_theirs(detail: AccessDetail) -> AccessDetailTypeDef:
    """Ours goes where theirs is wanted,"""
    return detail


def service_from_theirs(detail: AccessDetailTypeDef) -> AccessDetail:
    """and theirs where ours is."""
    return detail


def services_to_theirs(details: list[AccessDetail]) -> list[AccessDetailTypeDef]:
    """Also in lists, which are invariant: the two are the same type."""
    return details


def reason_to_theirs(reason: ErrorDetails) -> ErrorDetailsTypeDef:
    """Both ways,"""
    return reason


def reason_from_theirs(reason: ErrorDetailsTypeDef) -> ErrorDetails:
    """as above."""
    return reason


def request_to_theirs(request: ReportRequest) -> GetOrganizationsAccessReportRequestTypeDef:
    """A drawn request can be asked,"""
    return request


def start_to_theirs(request: GenerateRequest) -> GenerateOrganizationsAccessReportRequestTypeDef:
    """of either operation."""
    return request


def response_from_theirs(response: GetOrganizationsAccessReportResponseTypeDef) -> str | None:
    """Their response has every one of our members, under the same type; that all are required there is their mistake."""
    ours: ReportResponse = {
        "JobStatus": response["JobStatus"],
        "JobCreationDate": response["JobCreationDate"],
        "JobCompletionDate": response["JobCompletionDate"],
        "NumberOfServicesAccessible": response["NumberOfServicesAccessible"],
        "NumberOfServicesNotAccessed": response["NumberOfServicesNotAccessed"],
        "AccessDetails": response["AccessDetails"],
        "IsTruncated": response["IsTruncated"],
        "Marker": response["Marker"],
        "ErrorDetails": response["ErrorDetails"],
    }
    return ours.get("Marker")


@given(requests(), responses())
def test_of_a_user(client: IAMClient, request: ReportRequest, response: ReportResponse) -> None:
    """A test in somebody's suite."""
    client.get_organizations_access_report(**request)
    for detail in response.get("AccessDetails", []):
        detail["ServiceName"].upper()
