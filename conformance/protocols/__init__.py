"""AWS protocols, one file each: encoding requests and reading responses strictly."""

from ...errors import UsageError
from ...spec.contract import Contract
from .ec2 import EC2_RULES, Ec2
from .json import JSON_RULES, Json
from .notes import MAX_ELEMENTS
from .query import QUERY_RULES, Query
from .rest import REST_JSON_RULES, REST_XML_RULES, RestJson, RestXml
from .service import ServiceProtocol

__all__ = ["protocol_for"]

#: The protocol objects and their rules about bytes, by the names that botocore has for protocols.
_PROTOCOLS: dict[str, tuple[type[ServiceProtocol], frozenset[str]]] = {
    "query": (Query, QUERY_RULES),
    "ec2": (Ec2, EC2_RULES),
    "json": (Json, JSON_RULES),
    "rest-json": (RestJson, REST_JSON_RULES),
    "rest-xml": (RestXml, REST_XML_RULES),
}


def protocol_for(contract: Contract, max_elements: int = MAX_ELEMENTS) -> ServiceProtocol:
    """The protocol object of the operation's protocol. `max_elements` is the most elements of one response that are read."""
    if contract.protocol not in _PROTOCOLS:
        raise UsageError(f"{contract.id} speaks {contract.protocol}, which awscontract does not")
    make, rules = _PROTOCOLS[contract.protocol]
    return make(contract.service, rules, max_elements)
