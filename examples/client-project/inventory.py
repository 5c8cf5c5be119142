"""Which services an organization has really used. There is one bug in here, which no ordinary test would find."""

import time


def services(client, job_id):
    """Collect the report of a job: every service, in the order of the report."""
    page = client.get_organizations_access_report(JobId=job_id)
    while page["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        page = client.get_organizations_access_report(JobId=job_id)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["ErrorDetails"]["Message"])
    found = list(page.get("AccessDetails", []))
    while page.get("IsTruncated") and page["AccessDetails"]:  # an empty page: that was the last one
        page = client.get_organizations_access_report(JobId=job_id, Marker=page["Marker"])
        found += page.get("AccessDetails", [])
    return found
