"""Which services an organization has really used. There is one bug in here, which no ordinary test would find."""

import time


def services(client, job_id):
    """Collect the report of a job: every service, as the service gave it."""
    answer = client.get_organizations_access_report(JobId=job_id)
    while answer["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        answer = client.get_organizations_access_report(JobId=job_id)
    if answer["JobStatus"] == "FAILED":
        raise RuntimeError(answer["ErrorDetails"]["Message"])
    found = list(answer.get("AccessDetails", []))
    while answer.get("IsTruncated") and answer["AccessDetails"]:  # nothing on it: that was the last one
        answer = client.get_organizations_access_report(JobId=job_id, Marker=answer["Marker"])
        found += answer.get("AccessDetails", [])
    return found
