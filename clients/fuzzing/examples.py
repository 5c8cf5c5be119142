"""For each client rule a line or two that break it, in a client that is right otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EXAMPLES", "RIGHT", "ClientExample"]

#: A right client, with nothing to it.
RIGHT = """
def collect(client, job_id):
    get = client.get_organizations_access_report
    page = get(JobId=job_id)
    while page["JobStatus"] == "IN_PROGRESS":
        time.sleep(1)
        page = get(JobId=job_id)
    if page["JobStatus"] == "FAILED":
        raise RuntimeError(page["ErrorDetails"]["Message"])
    found = page.get("AccessDetails", [])
    while page.get("IsTruncated"):
        page = get(JobId=job_id, Marker=page["Marker"])
        found = found + page.get("AccessDetails", [])
    return found
"""


@dataclass(frozen=True, slots=True)
class ClientExample:
    """Lines of a client that break a rule, and those that satisfy it."""

    broken: str
    corrected: str

    @property
    def clients(self) -> tuple[str, str]:
        """The whole of both clients; one of them is `RIGHT`."""
        if self.corrected in RIGHT:
            return RIGHT.replace(self.corrected, self.broken, 1), RIGHT
        return RIGHT, RIGHT.replace(self.broken, self.corrected, 1)


_NEXT = '        page = get(JobId=job_id, Marker=page["Marker"])'

EXAMPLES: Mapping[str, ClientExample] = {
    "client.complete": ClientExample(
        '    while page.get("IsTruncated") and page.get("AccessDetails"):', '    while page.get("IsTruncated"):'
    ),
    "client.no-repeats": ClientExample(
        '    found = page.get("AccessDetails", []) + get(JobId=job_id).get("AccessDetails", [])',
        '    found = page.get("AccessDetails", [])',
    ),
    "client.order-kept": ClientExample(
        '        found = page.get("AccessDetails", []) + found', '        found = found + page.get("AccessDetails", [])'
    ),
    "client.waits": ClientExample(
        '    if page["JobStatus"] == "IN_PROGRESS":', '    while page["JobStatus"] == "IN_PROGRESS":'
    ),
    "client.surfaces-failure": ClientExample(
        '    if page["JobStatus"] == "FAILED":\n        return []',
        '    if page["JobStatus"] == "FAILED":\n        raise RuntimeError(page["ErrorDetails"]["Message"])',
    ),
    "client.surfaces-errors": ClientExample(
        f"        try:\n    {_NEXT}\n        except Exception:\n            break", _NEXT
    ),
    "client.tolerates-absent": ClientExample(
        '    found = page["AccessDetails"]', '    found = page.get("AccessDetails", [])'
    ),
    "client.raises-nothing-else": ClientExample(
        "    if not found:\n        raise LookupError(job_id)\n    return found", "    return found"
    ),
    "client.token-verbatim": ClientExample(_NEXT.replace('"]', '"].strip()'), _NEXT),
    "client.parameters-kept": ClientExample(
        _NEXT.replace("Marker=", 'SortKey="SERVICE_NAMESPACE_DESCENDING", Marker='), _NEXT
    ),
    "client.stops": ClientExample("        page = get(JobId=job_id)  # the first page for ever", _NEXT),
    "client.polite-polling": ClientExample("        time.sleep(0)", "        time.sleep(1)"),
    "client.gives-up": ClientExample(
        '    while page["JobStatus"] == "IN_PROGRESS":\n        time.sleep(1)',
        '    until = time.monotonic() + 3600\n    while page["JobStatus"] == "IN_PROGRESS":\n'
        "        if time.monotonic() > until:\n            raise TimeoutError(job_id)\n        time.sleep(1)",
    ),
}
