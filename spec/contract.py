"""The contract of one operation as a value: what it owes its callers, in frozen dataclasses.

A contract has a part for each trait that operations may have: a listing that pages, a job, sort keys, counts, the rows of an access
report. A trait that an operation does not have is None (or empty), and the rules that need it are not in its rule set. Everything below
the front ends is handed a `Contract`; `awscontract.spec.operations.load` makes one.

A *path* is a JMESPath expression of the subset that botocore's paginators use: a member's name, names joined by dots
(``DistributionList.Items``), ``@`` for the item itself. Where a path may be any JMESPath expression, the field says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .order import Order, Sort, SortKey, SortPair
from .traits import has, look_up

if TYPE_CHECKING:
    from .recipe import Recipe

__all__ = [
    "Actions",
    "Contract",
    "Count",
    "Errors",
    "Job",
    "Kind",
    "Listing",
    "Order",
    "Report",
    "RuleOverride",
    "Sort",
    "SortKey",
    "SortPair",
    "Start",
    "Token",
    "has",
    "look_up",
]

#: Where a contract comes from: a contract file of an access report, another contract file, a recipe, or botocore's paginator alone.
Kind = Literal["access-report", "file", "recipe", "derived"]


@dataclass(frozen=True)
class Token:
    """One token of a listing: the request parameter that takes it, and the JMESPath expression that finds the next one in a response.

    The rest is read from the service model: the type of the parameter (``string``, ``map``, ``integer`` …), whether its values are
    `bounded` (by a length or a pattern), and whether a response may hold values that the bounds of the request exclude (`laxer_output`).
    """

    input: str
    output: str
    type: str = "string"
    bounded: bool = False
    laxer_output: bool = False

    @property
    def is_expression(self) -> bool:
        """Whether `output` is more than a path of members."""
        return not re.fullmatch(r"\w+(\.\w+)*", self.output)

    @property
    def name(self) -> str:
        """What messages call the token: the member that has it in a response, else the request parameter."""
        return self.input if self.is_expression else self.output.rpartition(".")[2]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Listing:
    """Paging. `items`, `more` and a token's `output` are JMESPath expressions over the output; the first of `items` is the main list.

    `limit` is the request parameter for the page size; `default_limit` the most that a page holds without it, where a source says so.
    `identity` is a path from an item to what identifies it. `exceptions` are names of valid oddities (``key-cursor``, ``token-alone`` …).
    `noun` and `nouns` are how messages name one item and several. `by_shapes`: nothing but its shapes and their documentation says that it pages. The service model says whether the limit is a string, what its bounds
    are and whether it is required.
    """

    items: tuple[str, ...]
    tokens: tuple[Token, ...]
    limit: str | None = None
    more: str | None = None
    default_limit: int | None = None
    identity: str | None = None
    exceptions: frozenset[str] = frozenset()
    noun: str = "item"
    nouns: str = "items"
    limit_is_text: bool = False
    limit_minimum: int | None = None
    limit_maximum: int | None = None
    limit_required: bool = False
    by_shapes: bool = False

    @property
    def token(self) -> Token:
        """The main token."""
        return self.tokens[0]

    @property
    def main(self) -> str:
        """The main list."""
        return self.items[0]


@dataclass(frozen=True)
class Start:
    """The operation that starts the job.

    `subject` is the parameter that names what the report is about (EntityPath, Arn); `options` are its other parameters. `busy` is the
    error code that says that another job is still running; `same_job_seconds` for how long the same request gets the same job.
    `job_type` is the one of `options` that a response's ``Job.type`` repeats.
    """

    operation: str
    documentation: str
    id: str
    subject: str
    options: tuple[str, ...] = ()
    busy: str | None = None
    same_job_seconds: int | None = None
    job_type: str | None = None


@dataclass(frozen=True)
class Job:
    """The job: its states, its dates, and which members are there in which state.

    `id_in` is the request parameter that names the job. `created`, `completed`, `status`, `error` and `type` are members of the output,
    `error_code` and `error_message` members of `error`. `required_when_succeeded` are members that the model requires always and a
    response has only once the job has succeeded.
    """

    start: Start
    id_in: str
    status: str
    pending: tuple[str, ...]
    succeeded: tuple[str, ...]
    failed: tuple[str, ...]
    created: str
    completed: str
    error: str
    error_code: str = "Code"
    error_message: str = "Message"
    type: str | None = None
    null_when_pending: tuple[str, ...] = ()
    present_when_finished: tuple[str, ...] = ()
    present_when_failed: tuple[str, ...] = ()
    required_when_succeeded: tuple[str, ...] = ()

    @property
    def finished(self) -> tuple[str, ...]:
        """The final states."""
        return self.succeeded + self.failed


@dataclass(frozen=True)
class Count:
    """A member of every page that counts over the whole listing: all items, or those of a report that were never accessed."""

    member: str
    of: Literal["items", "not-accessed"]


@dataclass(frozen=True)
class Actions:
    """The tracked actions inside a row of an access report: the path of the list, and paths inside one action."""

    items: str
    name: str
    time: str
    entity: str
    region: str
    only_when: str | None = None  # the job type that reports have them in


@dataclass(frozen=True)
class Report:
    """The rows of an access report: paths inside an item. None is what the rows do not have.

    `time`, `entity` and `region` say when, by whom and where an item was last accessed; `total` counts who tried. `regions_always` are
    identities whose row has a Region although never accessed. `entity_is`: the entity of a row is the subject of the report or below it
    (``below``), or it is the subject itself (``subject``). `entity_arn` and `entity_type` describe rows that are entities.
    `about` is the request parameter that names one service, for a report whose rows are the entities that accessed it; `services` is the
    operation whose report lists these services.
    """

    name: str | None = None
    time: str | None = None
    entity: str | None = None
    region: str | None = None
    total: str | None = None
    regions_always: tuple[str, ...] = ()
    entity_is: Literal["below", "subject"] | None = None
    entity_arn: str | None = None
    entity_type: str | None = None
    actions: Actions | None = None
    about: str | None = None
    services: str | None = None


@dataclass(frozen=True)
class Errors:
    """Error codes that the error lists of the model do not have.

    `validation` are those of an invalid value, `not_a_number` of text where a number belongs, `common` those of every operation.
    `unknown_job` is the code for an unknown job. `token` are the codes that the operation declares for tokens.
    """

    validation: tuple[str, ...] = ()
    not_a_number: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    unknown_job: str | None = None
    token: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleOverride:
    """What a contract file says differently about one rule. None leaves what the catalogue has."""

    id: str
    level: Literal["must", "should", "may"] | None = None
    basis: Literal["documented", "model", "protocol", "observed", "convention"] | None = None
    source: str | None = None
    statement: str | None = None


@dataclass(frozen=True)
class Contract:
    """What one operation owes its callers. `protocol` is botocore's name of the protocol that it speaks to the service.

    `slugs` are the words for request parameters in ids of validation rules, where they are not the parameter's own. `origins` maps a dotted field (``listing.limit``) to where its value comes from: model, shapes of the model, paginator, contract file or recipe.
    """

    service: str
    operation: str
    protocol: str
    documentation: str
    kind: Kind = "derived"
    errors: Errors = Errors()
    listing: Listing | None = None
    job: Job | None = None
    sort: Sort | None = None
    order: Order | None = None
    counts: tuple[Count, ...] = ()
    report: Report | None = None
    recipe: Recipe | None = None
    overrides: tuple[RuleOverride, ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict, hash=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)

    @property
    def id(self) -> str:
        """How the operation is written: ``iam:ListUsers``."""
        return f"{self.service}:{self.operation}"

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that a judgement needs: the one judged, and the one that starts its job."""
        return (self.operation,) if self.job is None else (self.operation, self.job.start.operation)

    def count(self, of: str) -> str | None:
        """The member that counts these, if the operation has one."""
        return next((each.member for each in self.counts if each.of == of), None)
