"""For each rule about the form of values in an access report: responses to start from, and values written otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache

from ...spec.contract import Contract
from ..mutation import Mutation, put_member
from ..values.moments import Moment
from .bases import Bases
from .mutations import Table, at_time, same

__all__ = ["parsed_mutations", "written_mutations"]


@cache
def parsed_mutations(contract: Contract) -> Table:
    """Changes that show in what boto3 returned: where everything has a Python type, it can be the wrong one."""
    base = Bases(contract)
    listing, job, report = base.listing, base.job, base.report
    found = [
        Mutation(base.more, put_member(listing.main, {})),
        Mutation(base.failed, put_member(job.error, "no")),
        Mutation(base.any, put_member(job.created, 0)),
    ]
    if listing.more is not None:
        found.append(Mutation(base.whole, put_member(listing.more, "false")))
    if (accessible := contract.count("items")) is not None:
        found.append(Mutation(base.done, same(accessible, str)))
    if report.name is not None and "." not in report.name:
        found.append(Mutation(base.unused, base.first_unused(put_member(report.name, 1))))
    return {"shape.type": tuple(found)}


_PARIS = timezone(timedelta(hours=2))


@cache
def written_mutations(contract: Contract) -> Table:
    """Changes that show in the way that members are written."""
    base = Bases(contract)

    def times(form: Callable[[datetime], str]) -> tuple[Mutation, ...]:
        """The same instant, written otherwise: a job's and a row's."""

        def rewritten(moment: Moment) -> Moment:
            return Moment(moment.time, other=form(moment.time))

        in_row = base.first_used(same(base.report.time or "", rewritten))
        return Mutation(base.any, same(base.job.created, rewritten)), Mutation(base.used, in_row)

    def forms(*each_form: Callable[[datetime], str]) -> tuple[Mutation, ...]:
        return tuple(each for form in each_form for each in times(form))

    found: dict[str, tuple[Mutation, ...]] = {
        "protocol.timestamp-format": forms(
            lambda time: f"{time.timestamp():.3f}",
            lambda time: format_datetime(time, usegmt=True),
            lambda time: time.replace(tzinfo=None).isoformat(timespec="milliseconds"),
            lambda time: at_time(time).text.replace("T", " "),
            lambda time: "soon",
            lambda time: "",
        ),
        "protocol.timestamp-utc": forms(
            lambda time: time.isoformat(timespec="milliseconds"),
            lambda time: time.astimezone(_PARIS).isoformat(timespec="milliseconds"),
            lambda time: at_time(time).text.replace("Z", "z"),
        ),
        "protocol.timestamp-precision": forms(
            lambda time: at_time(time).text.replace("Z", "000Z"),
            lambda time: at_time(time).text.replace("Z", "000000Z"),
        ),
    }
    if (more := base.listing.more) is not None:
        found["protocol.boolean-format"] = tuple(
            Mutation(start, put_member(more, each))
            for start, texts in ((base.more, ("True", "1", " true ")), (base.whole, ("False", "0", "no")))
            for each in texts
        )
    integer = contract.count("items")
    if integer is not None:
        edits = [(base.done, same(integer, form.format)) for form in _INTEGERS]
    elif base.report.total is not None:
        edits = [(base.counted, base.first_used(same(base.report.total, form.format))) for form in _INTEGERS]
    else:
        edits = []
    if edits:
        found["protocol.integer-format"] = tuple(Mutation(start, edit) for start, edit in edits)
    return found


_INTEGERS = ("+{}", "{}.0", " {} ")
