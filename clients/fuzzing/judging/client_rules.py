"""The rules that a client is judged by: pure functions over the requests, the responses, and how it ended.

They stand in the order of cause: what went wrong first names the finding, and what followed from it is not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .advice import ended_well, ending, of_empty_token, of_exception
from .call import RecordedCall
from .causes import UNPREPARED, about_token, missing_member, own_request_refused, without_request
from .comparison import difference
from .formatting import origin, raised, short, shown
from .run import ClientFinding, ClientRun, ClientStopped, Note, Raised, Returned

__all__ = ["judge", "notes"]

#: Seconds of waiting after which a client may say that it has waited long enough.
_LONG = 5.0
_PAUSE = 0.1


def judge(run: ClientRun) -> ClientFinding | None:
    """The first rule that the client broke."""
    for rule in _RULES:
        for finding in rule(run):
            return finding
    return None


def notes(run: ClientRun) -> Iterator[Note]:
    """What is worth knowing about a client that broke no rule."""
    if run.scenario.endless and isinstance(run.end, ClientStopped):
        yield Note("client.gives-up", f"it polled a job that never finishes {len(run.calls)} times, and would go on")
    pauses = [
        later.asked_at - each.answered_at
        for each, later in zip(run.calls, run.calls[1:], strict=False)
        if _is_pending(run, each) and each.job == later.job
    ]
    if run.wanted.polite and pauses and min(pauses) < _PAUSE:
        text = f"it pauses {1000 * max(0.0, min(pauses)):.0f} ms between polls, where 100 ms are polite"
        yield Note("client.polite-polling", text)
    again = sum(not each.new and each.reads and not each.error for each in run.calls)
    if again and not run.scenario.endless:
        yield Note("client.stops", "it reads pages that it has already read")


def _is_pending(run: ClientRun, call: RecordedCall) -> bool:
    return run.contract.job is not None and call.status in run.contract.job.pending


# The rules.


def _requests_rightly(run: ClientRun) -> Iterator[ClientFinding]:
    """Over the calls, in their order: tokens as they came, with the parameters that they came for, and where there is one."""
    listing = run.contract.listing
    assert listing is not None
    name = listing.token.input
    issued: dict[str, RecordedCall] = {}
    last: RecordedCall | None = None
    for index, each in enumerate(run.calls):
        sent = each.token if each.reads else None
        if sent is not None:
            source = issued.get(sent)
            if source is not None:
                yield from _parameters_kept(run, source, each, index)
            elif last is not None and last.next is None:
                yield ClientFinding(
                    "client.stops",
                    f"call {index + 1} sends {name} {short(sent)} after a response that has none",
                    f"a listing ends with the response that has no {listing.token.name}",
                    index,
                )
            elif last is not None and (left_out := last.next_parameters.keys() - each.parameters.keys()):
                yield ClientFinding(
                    "client.token-verbatim",
                    f"call {index + 1} sends {name} without {' and '.join(sorted(left_out))}, which came with it",
                    f"{', '.join(last.next_parameters)} say together where the next page starts: send all that came",
                    index,
                )
            elif sent == "" and last is None:
                yield ClientFinding(
                    "client.token-verbatim",
                    f"call {index + 1} sends an empty {name}, which {run.contract.service} refuses",
                    of_empty_token(run.contract),
                    index,
                )
            else:
                came = f", but {short(last.next)} had come" if last is not None and last.next else ""
                yield ClientFinding(
                    "client.token-verbatim",
                    f"call {index + 1} sends {name} {short(sent)}{came}",
                    f"{name} is sent back exactly as it came, spaces included",
                    index,
                )
        if each.next is not None:
            issued[each.next] = each
        last = each if each.reads and not each.error else last


def _parameters_kept(run: ClientRun, source: RecordedCall, each: RecordedCall, index: int) -> Iterator[ClientFinding]:
    listing = run.contract.listing
    assert listing is not None
    before, now = source.others, each.others
    if before == now or ("token-alone" in listing.exceptions and not now):
        return
    member = next(name for name in {**before, **now} if before.get(name) != now.get(name))
    token, had, has = listing.token.input, before.get(member, "none"), now.get(member, "none")
    yield ClientFinding(
        "client.parameters-kept",
        f"call {index + 1} sends a {token} of {member} {had} together with {member} {has}",
        f"every page of a listing is requested with the same {member}",
        index,
    )


def _stops(run: ClientRun) -> Iterator[ClientFinding]:
    if isinstance(run.end, ClientStopped) and not run.scenario.endless:
        yield ClientFinding("client.stops", f"it was stopped: {run.end.reason}", ending(run))
    elif (
        isinstance(run.end, Raised)
        and any(each.reads for each in run.calls)
        and not run.scenario.mutation
        and about_token(run.contract, run.end.error)
    ):
        assert run.contract.listing is not None
        token = run.contract.listing.token.input
        yield ClientFinding(
            "client.stops",
            f"it follows a {token} where there is none: {raised(run.end.error)}",
            ended_well(run.contract),
        )


def _tolerates_absent(run: ClientRun) -> Iterator[ClientFinding]:
    if not isinstance(run.end, Raised) or run.scenario.mutation or isinstance(run.end.error, run.wanted.raises):
        return
    last = run.calls[-1] if run.calls else None
    if last is None or last.error:
        return
    missing = missing_member(run.contract, last, run.end.error)
    if missing is not None:
        yield ClientFinding(
            "client.tolerates-absent",
            f"it raises {raised(run.end.error)}{origin(run.end.error)} on a valid response{missing}",
            _always_there(run),
        )


def _always_there(run: ClientRun) -> str:
    job = run.contract.job
    if job is None:
        return "a member may be absent unless the operation's documentation requires it"
    return f"only {job.status} and {job.created} are always there; every other member may be absent"


def _surfaces_failure(run: ClientRun) -> Iterator[ClientFinding]:
    if run.failed and isinstance(run.end, Returned) and not run.reports_failure():
        yield ClientFinding(
            "client.surfaces-failure",
            f"the job FAILED, and the client returned {shown(run.contract, run.end.value)}",
            "a FAILED job has no report: raise, or return None" + _failed_hint(run),
        )


def _failed_hint(run: ClientRun) -> str:
    return "; for a client that reports failure by another value, pass failed=" if run.wanted.hints[0] else ""


def _surfaces_errors(run: ClientRun) -> Iterator[ClientFinding]:
    refused = run.refused
    if refused is None or refused.error is None or not isinstance(run.end, Returned) or run.failed:
        return
    if run.reports_failure() or any(run.matches(each) for each in run.whole()):
        return
    yield ClientFinding(
        "client.surfaces-errors",
        f"call {run.calls.index(refused) + 1} failed with {refused.error.code}, and the client returned "
        f"{shown(run.contract, run.end.value)}",
        "an error that outlasts the retries is raised; what was read before it is not the listing",
        run.calls.index(refused),
    )


def _waits(run: ClientRun) -> Iterator[ClientFinding]:
    job, last = run.contract.job, run.last_read
    if job is None or last is None or not run.unfinished or not isinstance(run.end, Returned) or run.reports_failure():
        return
    yield ClientFinding(
        "client.waits",
        f"the job was still {last.status}, and the client returned {shown(run.contract, run.end.value)}",
        f"poll until {job.status} is {' or '.join(job.finished)}; to give up, raise",
    )


def _raises_nothing_else(run: ClientRun) -> Iterator[ClientFinding]:
    if not isinstance(run.end, Raised) or _may_raise(run):
        return
    error = run.end.error
    if own_request_refused(run, error):
        return
    yield ClientFinding(
        "client.raises-nothing-else", f"it raises {raised(error)}{origin(error)}", of_exception(run, error)
    )


def _complete(run: ClientRun) -> Iterator[ClientFinding]:
    assert run.contract.listing is not None
    if isinstance(run.end, Raised):
        if not _may_raise(run):
            yield ClientFinding(
                "client.complete",
                f"its own request is refused: {raised(run.end.error)}",
                "send only parameters that the operation accepts",
            )
        return
    if not isinstance(run.end, Returned) or run.failed:
        return
    whole = run.whole()
    if run.refused is not None and run.reports_failure():
        return
    if run.unfinished and run.reports_failure():
        return
    if run.wanted.accepts(run.end.value) and whole:
        yield ClientFinding(
            "client.complete",
            f"failed= accepts {shown(run.contract, run.end.value)}, which the client returned for a complete listing",
            "failed= must accept only values that report failure",
        )
    elif not whole:
        yield ClientFinding("client.complete", *without_request(run))
    elif not any(run.matches(each) for each in whole):
        read_all = any(each.succeeded and each.next is None for each in run.calls)
        hint = "" if run.wanted.expect is not None else run.wanted.hints[0]
        yield ClientFinding(*difference(run.contract, run.end.value, whole[0], hint, read_all=read_all))


_RULES: tuple[Callable[[ClientRun], Iterator[ClientFinding]], ...] = (
    _requests_rightly,
    _stops,
    _tolerates_absent,
    _surfaces_failure,
    _surfaces_errors,
    _waits,
    _raises_nothing_else,
    _complete,
)


def _may_raise(run: ClientRun) -> bool:
    """Whether the service gave the client a reason to raise."""
    assert isinstance(run.end, Raised)
    if run.plain:
        return False
    refused, last = run.refused, run.last_read
    job = run.contract.job
    job_has_no_report = job is not None and last is not None and last.status not in job.succeeded
    return bool(
        isinstance(run.end.error, run.wanted.raises)
        or run.scenario.mutation
        or (job_has_no_report and not _is_unprepared(run))
        or (refused is not None and refused.error is not None and refused.error.code in run.scenario.refuses)
        or (_waited(run) > _LONG and not _is_unprepared(run))
    )


def _is_unprepared(run: ClientRun) -> bool:
    last = run.calls[-1] if run.calls else None
    return isinstance(run.end, Raised) and type(run.end.error) in UNPREPARED and not (last and last.error)


def _waited(run: ClientRun) -> float:
    """Seconds from the first response that made the client wait to the last one."""
    first = next((each for each in run.calls if _is_pending(run, each) or each.error), None)
    return run.calls[-1].answered_at - first.asked_at if first else 0.0
