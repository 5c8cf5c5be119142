"""For each rule about the XML of an access report: responses to start from, and changes of their document or bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ...emulator.records import XmlElement
from ...spec.contract import Contract
from ..mutation import Mutation
from ..wire.elements import anywhere, duplicated, renamed, with_text
from ..wire.mutations import byte_changes, document_changes, flattened
from .bases import Bases

__all__ = ["byte_mutations", "document_mutations"]


@cache
def document_mutations(contract: Contract) -> Mapping[str, tuple[Mutation, ...]]:
    """Changes that show in the document around the members."""
    base = Bases(contract)
    job, listing, name = base.job, base.listing, (base.report.name or "").rpartition(".")[2]
    found = {
        rule: tuple(Mutation(base.any, change) for change in changes)
        for rule, changes in document_changes(contract).items()
    }
    return found | {
        "protocol.member-once": (
            Mutation(base.any, duplicated(job.status)),
            Mutation(base.done, duplicated(job.completed)),
            Mutation(base.failed, duplicated(job.error)),
            Mutation(base.used, duplicated(name)),
        ),
        "protocol.list-members": (
            Mutation(base.used, renamed("member", "item")),
            Mutation(base.used, renamed("member", base.row.name)),
            Mutation(base.used, flattened(listing.main)),
        ),
        "shape.type": (
            Mutation(base.failed, with_text(job.error, "no")),
            Mutation(base.more_used, with_text(listing.main, "none")),
            Mutation(base.used, lambda root: anywhere(root, name, lambda each: (each._replace(content=(XmlElement("Text", "a"),)),))),
        ),
    }  # fmt: skip


@cache
def byte_mutations(contract: Contract) -> Mapping[str, tuple[Mutation, ...]]:
    """Changes that show before there is any document."""
    base = Bases(contract)
    return {"protocol.well-formed": tuple(Mutation(base.any, change) for change in byte_changes(contract))}
