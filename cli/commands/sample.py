"""``awscontract sample``: valid answers for other people's fixtures."""

from pathlib import Path
from typing import Any

import click

from ...errors import UsageError
from ...options.files import write
from ...spec.legacy import contract
from ..result_options import text

__all__ = ["sample"]

_ROLES = contract().job
_STATUSES = (*_ROLES.pending, *_ROLES.succeeded, *_ROLES.failed)

#: The first answers that are drawn are the simplest ones, which all seeds have in common.
_DRAWN = 20


@click.command(short_help="Print generated answers.")
@click.option("--status", type=click.Choice(_STATUSES), help="The job's status; without it, any.")
@click.option("--services", type=click.IntRange(min=0), metavar="N", help="A whole report of so many services.")
@click.option("--edge", type=text, metavar="FOLDER", help="Write one of each edge case into a folder.")
@click.option("--format", "form", type=click.Choice(["json", "xml"]), default="json", show_default=True,
              help="As the AWS CLI prints it, or as it is on the wire.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same answer.")
def sample(*, status: str | None, services: int | None, edge: str | None, form: str, seed: int) -> int:
    """Print a valid answer of GetOrganizationsAccessReport, or write one of each edge case into a folder.

    The same seed gives the same answer with the same versions of awscontract and Hypothesis.
    """
    if edge is not None:
        if status is not None or services is not None:
            raise UsageError("--edge writes all edge cases: leave out --status and --services")
        _write_edges(Path(edge), form)
        return 0
    if services is not None:
        _check_size(services, status)
    from ...strategies import responses as answers

    click.echo(_told(_draw(answers(status, services=services), seed), form))  # type: ignore[arg-type]  # one of the choices
    return 0


def _check_size(services: int, status: str | None) -> None:
    """An answer holds no more than anybody can ask for, and only a finished report holds any."""
    from ...strategies.values import facts

    if status not in (None, *_ROLES.succeeded):
        raise UsageError(f"--services: an answer that is {status} lists none")
    most = facts(contract().page.limit)["max"]
    if services > most:
        raise UsageError(f"--services {services}: an answer holds at most {most}")


def _draw(strategy: Any, seed: int) -> Any:
    """The last of a few examples."""
    import hypothesis

    drawn: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=_DRAWN,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(answer: Any) -> None:
        drawn.append(answer)

    collect()
    return drawn[-1]


def _told(answer: Any, form: str) -> bytes:
    told: bytes = answer.xml() if form == "xml" else answer.json().encode()
    return told


def _write_edges(folder: Path, form: str) -> None:
    from ...strategies import edge_cases

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"--edge {folder}: {error.strerror or error}") from None
    for name, answer in edge_cases().items():
        path = folder / f"{name}.{form}"
        write(str(path), _told(answer, form) + b"\n")
        click.echo(path)
