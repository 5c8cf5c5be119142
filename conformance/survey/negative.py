"""The part of a survey that sends what has to be refused: invalid values, and unissued tokens and ids."""

from ..evidence.invalid_requests import probes
from ..evidence.responses import next_parameters
from ..trace.exchange import Parameters
from ..trace.unissued import unissued_job_id
from .plan import Asker, Part
from .tokens import with_unissued_token

__all__ = ["report_tokens", "try_invalid"]


def try_invalid(asker: Asker, request: Parameters) -> Part[None]:
    """Invalid values of the operation's parameters, one at a time in a request that works, and an id of no job."""
    contract = asker.contract
    wrong = [(contract.operation, each.parameters) for each in probes(contract, contract.operation, request)]
    if contract.job is not None:
        job_id = str(request.get(contract.job.id_in, ""))
        wrong.append((contract.operation, {**request, contract.job.id_in: unissued_job_id(job_id)}))
    if wrong:
        yield from asker.ask(wrong, "sending invalid requests")


def report_tokens(asker: Asker, request: Parameters) -> Part[None]:
    """Follow one token twice, under another sort key, and send one that nobody was given."""
    contract = asker.contract
    sort = contract.sort
    asked = asker.sized({**request, sort.parameter: sort.keys[-1].value} if sort else request, 1)
    page = yield from asker.page(asked, f"reading one {contract.listing.noun if contract.listing else 'item'}")
    if page is None or not page.goes_on or page.next is None:
        return
    tokens = next_parameters(page)
    requests: list[Parameters] = [{**asked, **tokens}] * 2
    if sort:
        requests.append({**request, sort.parameter: sort.keys[0].value, **tokens})
    without_size = {**request, sort.parameter: sort.keys[-1].value} if sort else dict(request)
    requests.append(with_unissued_token(without_size, page, asker.issued))
    yield from asker.ask([(contract.operation, each) for each in requests], "sending tokens")
