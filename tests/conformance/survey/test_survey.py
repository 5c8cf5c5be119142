"""The fixed plan, played by hand: no client, no socket, no clock but the script's own."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import ceil

import pytest

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.base import Remembering
from awscontract.conformance.survey.survey import Plan, survey
from awscontract.conformance.trace.exchange import Exchange, Failure, Trace
from awscontract.conformance.trace.steps import Forget, Send, Wait
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

ENTITY = "o-a1b2c3d4e5/r-f6g7"
JOB = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
GENERATE, GET = "GenerateOrganizationsAccessReport", "GetOrganizationsAccessReport"
CONTRACT = load("iam:GetOrganizationsAccessReport")
PROTOCOL = protocol_for(CONTRACT)
KEYS = [each.value for each in CONTRACT.sort.keys]


def result(operation, inner):
    return (
        f'<{operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><{operation}Result>{inner}</{operation}Result>'
        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
    )


@dataclass(frozen=True)
class Refusal:
    code: str
    status: int = 400

    def __str__(self):
        return f"<ErrorResponse><Error><Type>Sender</Type><Code>{self.code}</Code><Message>no</Message></Error></ErrorResponse>"


BUSY = Refusal("ReportGenerationLimitExceeded", 409)
UNKNOWN = Refusal("NoSuchEntity", 404)


@dataclass
class Service:
    """A service as plain as can be: `services` namespaces, the answers of its job in turn, and what it does with a marker.

    `starts` are its answers to requests for a report, the last one for ever; `states` likewise for a job's.
    """

    services: int = 262
    page: int = 1000
    default: int = 100
    starts: list = field(default_factory=lambda: [JOB])
    states: list = field(default_factory=lambda: ["COMPLETED"])
    marker: Callable[[int, int], object] = lambda end, call: end  # of the next place and the call's number
    ends: bool = True
    lives: int = 10**6  # answers about the job before it is forgotten
    polled: Counter = field(default_factory=Counter)
    calls: int = 0

    def __call__(self, operation, parameters):
        self.calls += 1
        return self.start(parameters) if operation == GENERATE else self.get(parameters)

    def start(self, parameters):
        entity = parameters.get("EntityPath", "")
        if not entity.startswith("o-") or len(entity) not in range(19, 428) or "OrganizationsPolicyId" in parameters:
            return Refusal("ValidationError")
        made = self.starts.pop(0) if len(self.starts) > 1 else self.starts[0]
        return made if isinstance(made, Refusal) else f"<JobId>{made}</JobId>"

    def get(self, parameters):
        job, limit, key = (parameters.get(name) for name in ("JobId", "MaxItems", "SortKey"))
        text = str(parameters.get("Marker", "a marker"))
        wrong = len(job or "") != 36, (limit or 1) not in range(1, 1001) or limit == 0, key not in (None, *KEYS)
        if any(wrong) or not 1 <= len(text) <= 320 or not text.isprintable():
            return Refusal("ValidationError")
        self.polled[job] += 1
        if job not in self.starts or self.polled[job] > self.lives:
            return UNKNOWN
        state = self.states[min(self.polled[job], len(self.states)) - 1]
        if isinstance(state, Refusal):
            return state
        if state != "COMPLETED":
            return job_xml(
                state, "<ErrorDetails><Message>m</Message><Code>C</Code></ErrorDetails>" if state == "FAILED" else ""
            )
        names = sorted((f"s{n:04d}" for n in range(self.services)), reverse="DESC" in (key or ""))
        place = 0
        if "Marker" in parameters:
            if not re.fullmatch(rf"{key or KEYS[0]}-[0-9]+(-[0-9]+)?", text):
                return Refusal("ValidationError")
            place = int(text.split("-")[1])
        end = place + min(limit or self.default, self.page)
        more = end < len(names) or not self.ends
        marker = f"{key or KEYS[0]}-{self.marker(end, self.calls)}"
        items = "".join(
            f"<member><ServiceName>N</ServiceName><ServiceNamespace>{n}</ServiceNamespace><TotalAuthenticatedEntities>0</TotalAuthenticatedEntities></member>"
            for n in names[place:end]
        )
        return job_xml(
            "COMPLETED",
            f"<NumberOfServicesAccessible>{self.services}</NumberOfServicesAccessible>"
            f"<NumberOfServicesNotAccessed>{self.services}</NumberOfServicesNotAccessed><AccessDetails>{items}</AccessDetails>"
            + (
                f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"
                if more
                else "<IsTruncated>false</IsTruncated>"
            ),
        )


def job_xml(state, inner=""):
    done = "" if state == "IN_PROGRESS" else "<JobCompletionDate>2026-01-02T03:04:06Z</JobCompletionDate>"
    return f"<JobStatus>{state}</JobStatus><JobCreationDate>2026-01-02T03:04:05Z</JobCreationDate>{done}{inner}"


@dataclass
class Played:
    """What a survey asked, what it was answered, how long it waited and how it ended."""

    steps: list
    exchanges: list
    outcome: object
    dropped: list
    protocol: object

    @property
    def asked(self):
        return [(each.operation, dict(each.parameters)) for each in self.exchanges]

    @property
    def reads(self):
        return [parameters for operation, parameters in self.asked if operation == GET]

    @property
    def starts(self):
        return [parameters for operation, parameters in self.asked if operation == GENERATE]

    @property
    def pauses(self):
        return [step.seconds for step in self.steps if isinstance(step, Wait)]

    def rules(self):
        return {
            each.id: each.outcome for each in judge(Evidence(Trace(tuple(self.exchanges)), self.protocol, CONTRACT))
        }


def play(service, backwards=False, most=3000, **changes):
    """Run the survey against a function of operation and parameters. Each call takes 10 ms of the script's time.

    `backwards` answers each batch of requests that may overlap in the opposite order, all of them sent at once.
    """
    protocol = Remembering(PROTOCOL)
    options = {"contract": CONTRACT, "read": protocol.read, "subject": ENTITY} | changes
    plan = Plan(**options)
    steps, now = survey(plan), 0.0
    played = Played([], [], None, plan.dropped, protocol)
    answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            played.outcome = end.value
            return played
        played.steps.append(step)
        if isinstance(step, Wait):
            now += step.seconds
            answer = ()
            continue
        if isinstance(step, Forget):
            played.exchanges = [each for each in played.exchanges if each.index not in step.indexes]
            answer = ()
            continue
        assert isinstance(step, Send) and step.requests, "a step is a pause or requests"
        answers = {}
        first = played.exchanges[-1].index + 1 if played.exchanges else 0
        order = list(range(len(step.requests)))
        sent = now
        for place in reversed(order) if backwards else order:
            operation, parameters = step.requests[place]
            said = service(operation, dict(parameters))
            received = now = now + 0.01
            at = sent if backwards else received - 0.01
            base = {"index": first + place, "operation": operation, "parameters": dict(parameters)}
            base |= {"sent": at, "received": received}
            if isinstance(said, Failure):
                answers[place] = Exchange(**base, failure=said)
            elif isinstance(said, Refusal):
                answers[place] = Exchange(**base, status=said.status, body=str(said).encode())
            else:
                answers[place] = Exchange(**base, status=200, body=result(operation, said).encode())
        answer = tuple(answers[place] for place in order)
        played.exchanges.extend(answer)
        assert len(played.exchanges) < most, "the survey does not come to an end"


@cache
def plain():
    """What a plain service with a full-sized report is asked."""
    return play(Service())


def _nightly(*values):
    return [pytest.param(each, marks=pytest.mark.nightly) for each in values]


class TestBudget:
    def test_sixty_calls(self):
        """A report of 262 services, with pages as full as can be, costs at most 60 calls, whatever there is to wait for apart."""
        played = plain()
        assert played.outcome.verdict is None
        assert len(played.exchanges) <= 60
        assert not played.dropped

    def test_each_poll_costs_one_call_more(self):
        quick, slow = plain(), play(Service(states=["IN_PROGRESS"] * 4 + ["COMPLETED"]))
        assert len(slow.exchanges) == len(quick.exchanges) + 4
        assert slow.pauses[:4] == [0.2] * 4

    @pytest.mark.parametrize(
        "services", [0, 1, 2, 3, 10, 11, 99, 100, 101, 262, 1000, *_nightly(9, 97, 200, 211, 499, 500, 997)]
    )
    def test_any_size(self, services):
        """A plain valid service of any size is judged with 60 calls and found to keep every must."""
        played = play(Service(services=services))
        assert played.outcome.verdict is None
        assert len(played.exchanges) <= 60
        bad = {rule: outcome for rule, outcome in played.rules().items() if outcome in ("failed", "indeterminate")}
        # this service's order by time is by name, and never more than ties; its JobId never changes
        assert not bad

    def test_a_report_of_more_than_a_thousand_services(self):
        """What can nowhere be read in one page costs more; the rest is dropped in words."""
        played = play(Service(services=2500))
        assert len(played.exchanges) <= 90
        assert played.dropped
        assert "failed" not in played.rules().values()

    @pytest.mark.parametrize("page", [2, 30, 99, *_nightly(1, 7, 50)])
    def test_short_pages_cost_more_and_drop_listings(self, page):
        """Pages shorter than asked for are valid: what cannot be afforded is dropped, and is said to be."""
        played = play(Service(page=page))
        assert played.outcome.verdict is None
        assert len(played.exchanges) <= max(60 + 3 * ceil(262 / page), min(60 + 6 * ceil(262 / page), 300))
        if page < 30:
            assert played.dropped
        assert "failed" not in played.rules().values()

    def test_dropped_says_which(self):
        played = play(Service(page=7))
        assert all(" with MaxItems=" in each or each.startswith("a listing") for each in played.dropped)
        assert len(set(played.dropped)) == len(played.dropped)

    def test_a_larger_default_page_is_no_reason_to_drop(self):
        """A service that gives 1000 services without MaxItems breaks a rule, and gets the whole plan all the same."""
        played = play(Service(default=1000))
        assert not played.dropped
        assert played.rules()["pagination.default-limit"] == "failed"
        assert played.rules()["pagination.complete"] == "passed"

    def test_nothing_is_asked_twice_in_vain(self):
        """No request for a page is repeated more often than a rule needs it."""
        asked = Counter(tuple(sorted(each.items())) for each in plain().reads)
        assert max(asked.values()) <= 3


class TestWhatIsAsked:
    def test_the_first_request(self):
        """One report is made, and polled with nothing but its JobId."""
        played = play(Service(states=["IN_PROGRESS", "COMPLETED"]))
        assert played.asked[0] == (GENERATE, {"EntityPath": ENTITY})
        assert played.reads[:2] == [{"JobId": JOB}, {"JobId": JOB}]

    def test_every_key_in_one_page_and_in_pages(self):
        reads = plain().reads
        for key in KEYS:
            sizes = {each.get("MaxItems") for each in reads if each.get("SortKey") == key and "Marker" not in each}
            assert 1000 in sizes and 100 in sizes

    def test_every_rule_that_a_plain_service_allows(self):
        """Against a full-sized report only what this service has nothing to show for is not exercised."""
        played = plain()
        idle = {rule for rule, outcome in played.rules().items() if outcome == "not-exercised"}
        families = Counter(rule.partition(".")[0] for rule in idle)
        assert families["validation"] == 0 and families["protocol"] == 0
        assert {rule for rule in idle if rule.startswith("pagination.")} == {
            "pagination.token-bound-to-job"
        }  # it has one job
        assert {rule for rule in idle if rule.startswith("sort.")} == {
            "sort.time-ascending",
            "sort.time-descending",
            "sort.never-accessed-together",
            "sort.never-accessed-position",
        }

    @pytest.mark.parametrize("services", [2, 3, 100, 101, 262])
    def test_a_page_that_ends_with_the_report(self, services):
        """Careless paging goes wrong where a page ends exactly with the report, or one before it."""
        limits = {each.get("MaxItems") for each in play(Service(services=services)).reads}
        assert services in limits
        assert services - 1 in limits

    def test_refusals_come_after_reading_and_a_working_request_after_them(self):
        """A service that a bad request brings down shall not lose us the report; and that it still works proves the refusals."""
        played = plain()
        first = next(n for n, (op, p) in enumerate(played.asked) if op == GET and "JobId" not in p)
        assert all(p.get("MaxItems") in (None, *range(1, 1001)) for op, p in played.asked[:first] if op == GET)
        last_wrong = max(
            n for n, (op, p) in enumerate(played.asked) if op == GET and p.get("MaxItems") in (0, -1, 1001, "ten")
        )
        assert (GET, {"JobId": JOB}) in played.asked[last_wrong:]

    def test_an_empty_report(self):
        """Nothing to page, but every key is still asked for once, and everything that is refused is still tried."""
        played = play(Service(services=0))
        assert {each.get("SortKey") for each in played.reads} >= {None, *KEYS}
        assert not any(each.get("Marker", "").startswith(KEYS[0]) for each in played.reads)
        outcomes = played.rules()
        for rule in (
            "pagination.no-repeats",
            "sort.namespace-ascending",
            "pagination.complete",
            "pagination.limit-respected",
        ):
            assert outcomes[rule] == "not-exercised", rule
        assert outcomes["validation.max-items-maximum"] == "passed"

    def test_one_service(self):
        """One service cannot be out of order nor be lost between pages."""
        outcomes = play(Service(services=1)).rules()
        for rule in (
            "pagination.no-repeats",
            "sort.namespace-ascending",
            "sort.default-ascending",
            "pagination.complete",
        ):
            assert outcomes[rule] == "not-exercised", rule

    @pytest.mark.parametrize("job_id", [JOB])
    def test_a_given_report_is_only_read(self, job_id):
        played = play(Service(), job_id=job_id)
        assert played.starts == []
        assert played.outcome.verdict is None
        assert "pagination.complete" in {rule for rule, outcome in played.rules().items() if outcome == "passed"}

    def test_one_report_and_no_more(self):
        """Where reports are dear only the first is asked for, and it is said what was left."""
        played = play(Service(), one_report=True)
        assert played.starts == [{"EntityPath": ENTITY}]
        assert played.dropped


class TestOverlap:
    @pytest.mark.parametrize("services", [3, 262])
    def test_what_may_overlap_may_come_in_any_order(self, services):
        """Batches answered backwards and all at once find nothing wrong, and exercise what one by one does."""
        plain, mixed = play(Service(services=services)), play(Service(services=services), backwards=True)
        assert Counter(map(repr, mixed.asked)) == Counter(map(repr, plain.asked))
        assert "failed" not in mixed.rules().values()
        assert mixed.rules() == plain.rules()


class TestWaiting:
    def test_another_report_is_running(self):
        """ReportGenerationLimitExceeded is valid: it is waited out."""
        played = play(Service(starts=[BUSY, BUSY, JOB]))
        assert played.outcome.verdict is None
        assert len(played.starts) >= 3
        assert min(played.pauses[:2]) >= 0.2

    def test_another_report_runs_for_ever(self):
        played = play(Service(starts=[BUSY]), timeout=5.0)
        assert played.outcome.verdict == "indeterminate"
        assert "another job" in played.outcome.reason and "409, ReportGenerationLimitExceeded" in played.outcome.reason
        assert played.reads == []
        assert sum(played.pauses) < 7

    def test_never_finished(self):
        """A job that does not finish is given up within the run's time, with a word about it."""
        played = play(Service(states=["IN_PROGRESS"]), timeout=5.0)
        assert played.outcome.verdict == "indeterminate"
        assert "--timeout" in played.outcome.reason
        assert played.exchanges[-1].received <= 5.0
        assert "failed" not in played.rules().values()

    def test_a_poll_interval_longer_than_the_time(self):
        played = play(Service(states=["IN_PROGRESS"]), timeout=1.0, poll_interval=60.0)
        assert played.pauses == []

    def test_an_unknown_status(self):
        played = play(Service(states=["PERHAPS"]))
        assert played.outcome.verdict == "indeterminate"
        assert "PERHAPS" in played.outcome.reason
        assert len(played.reads) <= 5
        assert played.rules()["shape.enum"] == "failed"

    def test_the_status_is_strange_only_once(self):
        """One odd answer among good ones is a finding, and no reason to stop."""
        played = play(Service(states=["PERHAPS", "IN_PROGRESS", "COMPLETED"]))
        assert played.outcome.verdict is None
        assert played.rules()["shape.enum"] == "failed"

    def test_a_job_that_is_not_known_at_once(self):
        """A service that takes a moment to know its own JobId is eventually consistent, not broken."""
        played = play(Service(states=[UNKNOWN, "COMPLETED"]))
        assert played.outcome.verdict is None

    def test_a_job_that_is_never_known(self):
        played = play(Service(states=[UNKNOWN]))
        assert played.outcome.verdict in ("refused", "indeterminate")
        assert "NoSuchEntity" in played.outcome.reason
        assert len(played.reads) <= 5

    def test_the_answer_has_no_job_id(self):
        played = play(Service(starts=[""]))
        assert played.outcome.verdict == "indeterminate"
        assert "JobId" in played.outcome.reason
        assert played.rules()["job.id-returned"] == "failed" or played.rules()["shape.length"] == "failed"


class TestFailing:
    def test_a_failed_job(self):
        """A job may validly fail: what can be learned without a report is learned."""
        played = play(Service(states=["IN_PROGRESS", "FAILED"]))
        outcomes = played.rules()
        assert played.outcome.verdict is None
        assert outcomes["job.failed-has-error-details"] == "passed"
        assert outcomes["validation.max-items-minimum"] == "passed"
        assert outcomes["pagination.complete"] == "not-exercised"
        assert "failed" not in outcomes.values()
        assert not any("SortKey" in each and each["SortKey"] in KEYS for each in played.reads)

    @pytest.mark.parametrize(
        ("made_up", "code", "verdict"),
        [
            (True, "INVALID_ORGANIZATIONS_ENTITY_PATH", "indeterminate"),
            (False, "INVALID_ORGANIZATIONS_ENTITY_PATH", None),
            (True, "ORGANIZATIONS_REPORT_ACCESS_DENIED", None),
        ],
    )
    def test_a_job_that_failed_for_our_entity(self, made_up, code, verdict):
        """A path that we made up and that fails for being made up says nothing; the next step is shown."""
        service = Service(states=["FAILED"])

        def answer(operation, parameters):
            said = service(operation, parameters)
            return said.replace("<Code>C</Code>", f"<Code>{code}</Code>") if isinstance(said, str) else said

        played = play(answer, made_up=made_up)
        assert played.outcome.verdict == verdict
        assert verdict is None or "--entity-path" in played.outcome.reason

    @pytest.mark.parametrize(
        "refusal", [Refusal("AccessDenied", 403), Refusal("InvalidClientTokenId", 403), Refusal("AccessDenied", 400)]
    )
    def test_no_access(self, refusal):
        played = play(Service(starts=[refusal]))
        assert played.outcome.verdict == "refused"
        assert refusal.code in played.outcome.reason
        assert len(played.exchanges) == 1

    def test_no_access_with_a_made_up_path(self):
        assert "--entity-path" in play(Service(starts=[Refusal("AccessDenied", 403)]), made_up=True).outcome.reason
        assert "--entity-path" not in play(Service(starts=[Refusal("AccessDenied", 403)])).outcome.reason

    def test_no_access_to_the_report(self):
        """Making reports may be allowed where reading them is not."""
        played = play(Service(states=[Refusal("AccessDenied", 403)]))
        assert played.outcome.verdict == "refused"
        assert len(played.reads) == 1

    @pytest.mark.parametrize("code", ["InvalidAction", "NotImplemented", "UnknownOperationException"])
    def test_not_implemented(self, code):
        assert play(Service(starts=[Refusal(code)])).outcome.verdict == "not-implemented"
        assert play(Service(states=[Refusal(code)])).outcome.verdict == "not-implemented"

    @pytest.mark.parametrize(
        ("kind", "verdict"),
        [
            ("unreachable", "unreachable"),
            ("timeout", "unreachable"),
            ("broken", "unreachable"),
            ("too-large", "indeterminate"),
            ("not-implemented", "not-implemented"),
            ("forbidden", "refused"),
            ("error", "indeterminate"),
        ],
    )
    def test_no_answer(self, kind, verdict):
        played = play(lambda operation, parameters: Failure(kind, "the reason"))
        assert played.outcome.verdict == verdict
        assert "the reason" in played.outcome.reason
        assert len(played.exchanges) == 1

    def test_expiry_midway(self):
        """A finished job that is later unknown has expired, which is valid: nothing is held against anybody, nothing hangs."""
        for lives in (2, 3, 4, 6, 9, 13, 20, 28, 33, 38):
            played = play(Service(services=30, lives=lives))
            assert len(played.exchanges) <= 60
            failed = [rule for rule, outcome in played.rules().items() if outcome == "failed"]
            assert not failed, (lives, failed)

    def test_the_answer_breaks_off_midway(self):
        """A connection that breaks in a listing leaves its rules without a judgement, and breaks none."""
        for last in (3, 4, 5, 8, 12, 17, 25, 31, 36, 39):
            service = Service(services=30)

            def answer(operation, parameters, service=service, last=last):
                return Failure("broken", "it broke") if service.calls >= last else service(operation, parameters)

            played = play(answer)
            assert "failed" not in played.rules().values(), last


class TestEndless:
    def test_empty_pages_for_ever(self):
        """Empty pages with fresh markers may still come to an end: the survey gives up, and nothing is proved."""
        played = play(Service(services=3, ends=False))
        assert played.outcome.verdict is None
        assert played.rules()["pagination.ends"] == "indeterminate"
        assert len(played.exchanges) < 500

    def test_the_report_over_and_over(self):
        """Full pages with fresh markers beyond what the counts allow never end: that is seen after one round, in few calls."""
        fresh = Service(services=300, ends=False, marker=lambda end, call: f"{end % 300}-{call}")
        played = play(fresh)
        assert played.rules()["pagination.ends"] == "failed"
        assert len(played.exchanges) < 120

    def test_circles(self):
        """Two markers that lead to each other are seen for what they are soon."""
        served = Service(services=300, ends=False, marker=lambda end, call: end % 300)
        played = play(served)
        assert played.rules()["pagination.ends"] == "failed"
        assert len(played.exchanges) < 200

    def test_the_same_marker_for_ever(self):
        played = play(Service(marker=lambda end, call: 1))
        assert played.rules()["pagination.ends"] == "failed"
        assert len(played.exchanges) < 100

    def test_fresh_text_for_the_same_place_is_valid(self):
        played = play(Service(marker=lambda end, call: f"{end}-{call}"))
        outcomes = played.rules()
        assert "failed" not in outcomes.values()
        assert outcomes["pagination.token-advances"] == outcomes["pagination.complete"] == "passed"


def test_the_surveys_rules_are_all_the_rules():
    """What a played survey is judged by is the whole service half."""
    assert set(play(Service(services=1)).rules()) == {each.id for each in rule_set(CONTRACT)}


class TestServerErrors:
    @pytest.mark.parametrize("body", ["<html>oh no</html>", ""])
    def test_a_crash_while_the_job_is_read_is_not_a_missing_operation(self, body):
        """After a job was started an HTTP 500 is what it is, in whatever form."""
        crash = Refusal("InternalFailure", 500)
        played = play(Service(states=[crash]))
        assert played.outcome.verdict == "indeterminate"
        assert "HTTP 500" in played.outcome.reason and "not implemented" not in played.outcome.reason


class TestReadAgain:
    def test_dates_of_whole_seconds(self):
        """Where dates have whole seconds the job is read again after more than one: nothing else shows dates that move."""
        played = play(Service(services=5))
        finished = next(each for each in played.exchanges if each.operation == GET)
        again = [each for each in played.exchanges if each.parameters == {"JobId": JOB}][-1]
        assert again.sent - finished.received > 1

    def test_dates_of_milliseconds(self):
        """They show at once that they move, so that there is nothing to wait for."""
        service = Service(services=5)
        played = play(lambda operation, parameters: _with_milliseconds(service(operation, parameters)))
        assert played.pauses == []


def _with_milliseconds(said):
    return re.sub(r"(T\d\d:\d\d:\d\d)Z", r"\1.250Z", said) if isinstance(said, str) else said


class TestMemory:
    def test_a_job_that_runs_for_long_leaves_few_exchanges(self):
        """Responses about an unfinished job that say the same are let go of, so that memory is bounded; the first and the last stay."""
        played = play(Service(states=["IN_PROGRESS"] * 200 + ["COMPLETED"]))
        polls = [each for each in played.exchanges if b"IN_PROGRESS" in each.body]
        assert 2 <= len(polls) <= 10
        assert played.outcome.verdict is None
        assert played.rules()["job.completion-date-absent-in-progress"] == "passed"
