"""``awscontract sample``: valid responses for other people's fixtures."""

from pathlib import Path
from typing import Any

import click

from ...conformance import batch
from ...errors import UsageError, unknown
from ...options.files import write
from ...spec.contract import Contract
from ..options import options

__all__ = ["sample"]

#: Protocols whose responses are XML.
_XML = ("query", "ec2", "rest-xml")
#: The first responses that are drawn are the simplest ones, which all seeds have in common.
_DRAWN = 20


@click.command(short_help="Print generated responses.")
@options("sample")
def sample(
    *,
    operation: str,
    status: str | None,
    services: int | None,
    edge: str | None,
    format: str,
    seed: int,
    **values: Any,
) -> int:
    """Print a valid response of an operation, or write one of each edge case into a folder.

    The same seed gives the same response with the same versions of awscontract and Hypothesis.
    """
    [contract] = batch.contracts([operation], values)
    if format == "xml" and contract.protocol not in _XML:
        raise UsageError(f"--format xml: responses of {contract.id} are JSON on the wire; leave it out")
    if edge is not None:
        if status is not None or services is not None:
            raise UsageError("--edge writes all edge cases: leave out --status and --services")
        _write_edges(contract, Path(edge), format)
        return 0
    _check_status(contract, status, services)
    from ...strategies.drawn import drawn_responses

    click.echo(_printed(_draw(drawn_responses(contract, status, items=services), seed), format))
    return 0


def _check_status(contract: Contract, status: str | None, services: int | None) -> None:
    """A response lists no more than anybody can request, and only a finished report lists any."""
    if status is not None:
        if contract.job is None:
            raise UsageError(f"--status: {contract.id} has no job")
        statuses = (*contract.job.pending, *contract.job.finished)
        if status not in statuses:
            raise unknown("status", status, statuses)
    if services is None:
        return
    if contract.job is not None and status not in (None, *contract.job.succeeded):
        raise UsageError(f"--services: a response with status {status} lists none")
    most = _most(contract)
    if most is not None and services > most:
        raise UsageError(f"--services {services}: a response holds at most {most}")


def _most(contract: Contract) -> int | None:
    """The largest limit of a page that the model allows."""
    from ...spec.model import shape_at

    limit = contract.listing.limit if contract.listing else None
    shape = shape_at(contract, f"input.{limit}") if limit else None
    most = getattr(shape, "metadata", {}).get("max")
    return int(most) if most is not None else None


def _draw(strategy: Any, seed: int) -> Any:
    """The last of a few examples."""
    from ...strategies.examples import draw

    drawn: list[Any] = []
    draw(strategy, seed, _DRAWN, drawn.append)
    return drawn[-1]


def _printed(response: Any, form: str) -> bytes:
    found: bytes = response.wire() if form == "xml" else response.json().encode()
    return found


def _write_edges(contract: Contract, folder: Path, form: str) -> None:
    from ...strategies.edges import edge_cases

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"--edge {folder}: {error.strerror or error}") from None
    for name, response in edge_cases(contract).items():
        path = folder / f"{name}.{form}"
        write(str(path), _printed(response, form) + b"\n")
        click.echo(path)
