"""What deriving contracts costs: the CPU time of loading every judged operation of some services, to that of botocore loading their models.

    python -P benchmarks/contracts.py [PAIRS]

Each side is a process of its own; what Python and botocore cost before either begins is in neither.
"""

import os
import subprocess
import sys
from statistics import median

SERVICES = ("iam", "s3", "lambda", "dynamodb", "ec2", "sns", "logs", "kms")
OURS = """
import sys, time
import botocore.loaders, botocore.model
from awscontract.spec.operations import judged, load
names = [each for each in judged() if each.partition(":")[0] in sys.argv[1:]]
began = time.process_time()
for each in names:
    load(each)
print(len(names), time.process_time() - began)
"""
MODELS = """
import sys, time
import botocore.loaders, botocore.model
loader = botocore.loaders.create_loader()
began = time.process_time()
for each in sys.argv[1:]:
    botocore.model.ServiceModel(loader.load_service_model(each, "service-2"), each)
    loader.load_service_model(each, "paginators-1")
print(len(sys.argv) - 1, time.process_time() - began)
"""


def run(code: str) -> tuple[int, float]:
    """How many were loaded, and the seconds that it took."""
    command = [sys.executable, "-P", "-c", code, *SERVICES]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    number, seconds = done.stdout.split()
    return int(number), float(seconds)


def main(pairs: int = 7) -> None:
    """Measure and print."""
    times = [(run(OURS), run(MODELS)) for _ in range(pairs)]
    (number, _), (services, _) = times[0]
    ours = median(mine for (_, mine), _ in times)
    print(f"{number} contracts {1000 * ours:7.1f} ms, {1000 * ours / number:.1f} ms each")
    print(f"{services} models    {1000 * median(theirs for _, (_, theirs) in times):7.1f} ms")
    print(f"ratio   {median(mine / theirs for (_, mine), (_, theirs) in times):7.2f}    ({pairs} pairs)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
