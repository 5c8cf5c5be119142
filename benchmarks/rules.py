"""How judging grows with what is listed: the CPU time that the rules take for each service of a report, from 1,000 services on.

    python -P benchmarks/rules.py [SIZE...]

The trace of each size is a listing in full pages and one under each sort key, made once by the embedded emulator; reading and judging it is
what is measured, in this process. A ratio above 1 says by how much a service costs more in the larger report.
"""

import sys
import time

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.base import Remembering
from awscontract.conformance.trace.exchange import Exchange, Run, Trace
from awscontract.emulator import Behaviour, Emulator
from awscontract.spec.operations import load

SIZES = (1_000, 10_000, 100_000)
ENTITY = "o-a1b2c3d4e5/r-f6g7h8"


def recorded(size: int) -> Trace:
    """A trace of so many services: one listing in full pages under each sort key."""
    contract = load()
    job, sort, listing = contract.job, contract.sort, contract.listing
    assert job is not None
    assert sort is not None
    assert listing is not None
    assert listing.limit is not None
    assert listing.token.input is not None
    protocol, emulator = protocol_for(contract), Emulator((contract,), Behaviour(services=size, polls=0))
    exchanges: list[Exchange] = []

    def send(operation: str, parameters: dict[str, object]) -> dict[str, object]:
        response = emulator.respond(protocol.encode(operation, parameters))
        at = float(len(exchanges))
        exchanges.append(
            Exchange(len(exchanges), operation, parameters, at, at + 0.5, 200, dict(response.headers), response.body)
        )
        return dict(protocol.read(exchanges[-1]).members)

    job_id = send(job.start.operation, {job.start.subject: ENTITY})[job.start.id]
    for key in sort.keys:
        request = {job.id_in: job_id, sort.parameter: key.value, listing.limit: 1000}
        page = send(contract.operation, request)
        while token := page.get(listing.token.output):
            page = send(contract.operation, {**request, listing.token.input: token})
    return Trace(tuple(exchanges), run=Run("endpoint"))


def seconds(trace: Trace) -> float:
    """CPU seconds of reading and judging a trace."""
    contract = load()
    began = time.process_time()
    judge(Evidence(trace, Remembering(protocol_for(contract)), contract))
    return time.process_time() - began


def main(*sizes: int) -> None:
    """Measure and print."""
    first = 0.0
    for size in sizes or SIZES:
        trace = recorded(size)
        each = min(seconds(trace) for _ in range(3 if size < 100_000 else 1)) / size
        first = first or each
        print(f"{size:9,} services {1e6 * each:7.1f} us each   ratio {each / first:5.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
