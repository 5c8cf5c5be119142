"""The page docs/detection-table.md: every fault of the default operation, and those that only other operations have.

python -P tests/detection_page.py > docs/detection-table.md
"""

from __future__ import annotations

from collections.abc import Sequence

from awscontract.conformance.explain.detection_table import Detection, detections, examine
from awscontract.conformance.explain.detection_table_text import as_markdown, rows
from awscontract.emulator.faults import Fault, faults_for
from awscontract.spec.operations import load

__all__ = ["DEFAULT", "FAULTS_OF_OTHERS", "OTHERS", "page", "row"]

DEFAULT = "iam:GetOrganizationsAccessReport"
#: Operations whose every fault is judged: each other kind, and each protocol.
OTHERS = ("iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities", "sqs:ListQueues", "ec2:DescribeVpcs",
          "s3:ListObjectsV2", "lambda:ListFunctions", "iam:ListUsers")  # fmt: skip
#: Each fault that the default operation does not have once, at one of the operations that have it.
FAULTS_OF_OTHERS: dict[str, tuple[str, Fault]] = {
    each.id: (name, each)
    for name in OTHERS
    for each in faults_for(load(name)).values()
    if each.id not in faults_for(load(DEFAULT)) and not each.deep
}

_OTHERS = """
## Faults of other operations

Those that `iam:GetOrganizationsAccessReport` does not have, each at one operation that has it. `tox -e nightly` judges every fault of each of these
operations; `awscontract faults --operation OPERATION` does so for any operation.

| fault | what the service does | rules that caught it | at |
|---|---|---|---|
"""


def page(default: Sequence[Detection], others: Sequence[tuple[str, Detection]]) -> str:
    """The whole page."""
    return as_markdown(default, []) + _OTHERS + "".join(row(name, each) for name, each in others)


def row(name: str, found: Detection) -> str:
    """The line of a fault of another operation."""
    [line] = rows([found])
    return f"{line} `{name}` |\n"


if __name__ == "__main__":
    others = [(name, examine(fault, load(name))) for name, fault in FAULTS_OF_OTHERS.values()]
    print(page(detections(contract=load(DEFAULT)), others), end="")
