"""AWS protocols, one file each: encoding requests and reading responses strictly."""

from ...errors import UsageError
from ...spec.contract import Contract
from .notes import MAX_ELEMENTS
from .query import QUERY_RULES, Query
from .service import ServiceProtocol

__all__ = ["protocol_for"]


def protocol_for(contract: Contract, max_elements: int = MAX_ELEMENTS) -> ServiceProtocol:
    """The protocol object of the operation's protocol. `max_elements` is the most elements of one response that are read."""
    rules = {"query": QUERY_RULES}.get(contract.protocol)
    if rules is None:
        raise UsageError(f"{contract.id} speaks {contract.protocol}, which awscontract does not")
    if contract.kind == "access-report":
        rules -= {"protocol.float-format"}
    return Query(contract.service, rules, max_elements)
