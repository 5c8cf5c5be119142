"""Valid responses: every status, both operations, the edges of every member, and each variant that one saved response can show."""

# A row of a table is one line.
# fmt: off

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from vectors.writing import (
    FINISHED,
    GENERATE,
    GET,
    NAMESPACE,
    PATH,
    REQUEST_ID,
    Case,
    Members,
    Response,
    Style,
    completed,
    edited,
    error,
    failed,
    pending,
    response,
    unused,
    used,
    xml,
)

__all__ = ["DYNAMODB", "FIVE", "JOB_ID", "PLAIN", "S3", "SES", "good", "listing"]

JOB_ID = "a8b6c06f-aaa4-8xmp-28bc-81da71836359"
A4B = unused("Alexa for Business", "a4b")
DYNAMODB = used("Amazon DynamoDB", "dynamodb")
EC2 = used("Amazon EC2", "ec2", LastAuthenticatedTime="2019-09-29T23:59:59Z", Region="us-east-1", TotalAuthenticatedEntities=4)
S3 = used("Amazon S3", "s3", LastAuthenticatedTime="2019-08-01T00:00:00Z", TotalAuthenticatedEntities=2)
SES = unused("Amazon SES", "ses")
PLAIN = [A4B, DYNAMODB, S3]
FIVE = [A4B, DYNAMODB, EC2, S3, SES]


def good() -> Iterator[Case]:
    for id_, description, members in (*_statuses(), *_services(), *_times(), *_cuts(), *_markers()):
        yield Case(id_, description, (response(members),))
    yield from _documented()
    yield from _writings()
    yield from _noted()
    yield from _listings()
    yield from _generated()
    yield from _errors()


Row = tuple[str, str, Members]


def _statuses() -> Iterator[Row]:
    yield "in-progress", "a job that is still running", pending()
    yield "in-progress-bare", "a running job that leaves IsTruncated out", pending(IsTruncated=None)
    yield "completed", "a report of three services on one page", completed(PLAIN)
    yield "completed-bare", "a whole report that leaves IsTruncated out", completed(PLAIN, IsTruncated=None)
    yield ("completed-at-once", "a job that was finished in the moment of its creation", completed(PLAIN, JobCompletionDate="2019-09-30T06:53:36.187Z"))
    yield ("failed-entity-path", "a job that failed over a path to no entity", failed("INVALID_ORGANIZATIONS_ENTITY_PATH", "There is no such entity."))
    yield ("failed-policy", "a job that failed over an unknown policy", failed("INVALID_ORGANIZATIONS_POLICY", "There is no such policy."))
    yield ("failed-report-access", "a job whose caller lacks the reads of Organizations", failed("ORGANIZATIONS_REPORT_ACCESS_DENIED", "The caller cannot read the organization."))
    yield ("failed-bare", "a failed job that leaves IsTruncated out", failed("INVALID_ORGANIZATIONS_POLICY", "No policy.", IsTruncated=None))
    yield ("failed-new-code", "a failed job with a code that nobody has seen yet", failed("SOMETHING_ELSE", "It went wrong in a new way."))
    yield ("failed-at-once", "a job that failed in the moment of its creation", failed("INVALID_ORGANIZATIONS_POLICY", "No policy.", JobCompletionDate="2019-09-30T06:53:36.187Z"))
    yield ("failed-message-escapes", "a failure whose message holds markup characters, quotes and a line break", failed("SOMETHING_ELSE", "1 < 2 && \"a\" > 'b'\nand on"))


def _services() -> Iterator[Row]:
    yield "no-services", "a report under a policy that allows nothing: an empty list", completed([])
    yield ("no-services-no-list", "a report under a policy that allows nothing: no list at all", completed([], AccessDetails=None))
    yield "nothing-used", "a report in which no service was accessed", completed([A4B, SES])
    yield "everything-used", "a report in which every service was accessed", completed([DYNAMODB, EC2, S3])
    yield "one-service", "a report of a single service", completed([SES])
    yield ("iam-with-region", "iam with a Region although nobody accessed it, as AWS gives it", completed([A4B, unused("AWS Identity and Access Management", "iam", Region="us-east-1")]))
    yield (
        "totals-left-out",
        "services without TotalAuthenticatedEntities, accessed and not",
        completed([unused("Alexa for Business", "a4b", TotalAuthenticatedEntities=None), used("Amazon S3", "s3", TotalAuthenticatedEntities=None)]),
    )
    yield ("totals-left-out-where-none", "TotalAuthenticatedEntities on accessed services alone", completed([unused("Alexa for Business", "a4b", TotalAuthenticatedEntities=None), S3]))
    yield ("total-largest", "the largest 32-bit number of accounts", completed([used("Amazon S3", "s3", TotalAuthenticatedEntities=2**31 - 1)]))
    for id_, description, key in (
        ("namespace-one-letter", "a ServiceNamespace of one character", "x"),
        ("namespace-longest", "a ServiceNamespace of 64 characters", "n" * 64),
        ("namespace-all-characters", "a ServiceNamespace with capitals, digits, an underscore and a hyphen", "Az_09-z"),
    ):
        yield id_, description, completed([unused("A Service", key)])
    for id_, description, name in (
        ("name-empty", "a ServiceName without a character: no bound is modelled", ""),
        ("name-long", "a ServiceName of 1000 characters: no bound is modelled", "Long name " * 100),
        ("name-punctuation", "a display name with a hyphen between blanks", "Manage - Amazon API Gateway"),
        ("name-parentheses", "a display name with parentheses", "Amazon Keyspaces (for Apache Cassandra)"),
        ("name-markup", "a display name with every character that XML escapes", "R&D <beta> \"q\" 'a' ]]>"),
        ("name-not-ascii", "a display name beyond ASCII and beyond 16 bits", "Caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{CLOUD} \N{ROCKET}"),
        ("name-blank-edges", "a display name that begins and ends with blanks, which belong to it", "  Amazon S3 "),
        ("name-looks-like-null", "a display name that reads null in JSON", "null"),
    ):
        yield id_, description, completed([unused(name, "a4b")])
    longest = f"o-{'a' * 32}/r-{'b' * 32}" + "/ou-bbbb-k1l2m3n4" * 21
    for id_, description, path in (
        ("path-shortest", "an EntityPath of 19 characters", "o-a1b2c3d4e5/r-f6g7"),
        ("path-longest", "an EntityPath of 427 characters", longest.ljust(427, "0")),
        ("path-root", "an attempt that names the root", "o-a1b2c3d4e5/r-f6g7h8i9"),
        ("path-unit", "an attempt that names an organizational unit", "o-a1b2c3d4e5/r-f6g7h8i9/ou-f6g7h8i9-k1l2m3n4"),
        ("path-trailing-slash", "an EntityPath that ends in a slash", PATH + "/"),
    ):
        yield id_, description, completed([used("Amazon S3", "s3", EntityPath=path)])


def _times() -> Iterator[Row]:
    yield ("times-job-seconds", "job dates without fractions", completed(PLAIN, JobCreationDate="2019-09-30T06:53:36Z", JobCompletionDate="2019-09-30T06:53:37Z"))
    yield ("times-mixed", "one date with milliseconds beside one without, in the same second", completed(PLAIN, JobCompletionDate="2019-09-30T06:53:36Z"))
    yield "times-one-digit", "a fraction of one digit", completed(PLAIN, JobCompletionDate="2019-09-30T06:53:37.5Z")
    yield "times-two-digits", "a fraction of two digits", completed(PLAIN, JobCompletionDate="2019-09-30T06:53:37.54Z")
    yield ("times-zero-fraction", "a fraction of nothing but zeros", completed(PLAIN, JobCompletionDate="2019-09-30T06:53:37.000Z"))
    yield ("times-midnight", "a job that went over midnight of a new year", completed([SES], JobCreationDate="2019-12-31T23:59:59.999Z", JobCompletionDate="2020-01-01T00:00:00.000Z"))
    yield ("times-accessed-milliseconds", "attempts with milliseconds", completed([used("Amazon S3", "s3", LastAuthenticatedTime="2019-09-12T17:04:51.250Z")]))
    yield ("times-accessed-both-forms", "attempts with and without fractions in one response", completed([used("Amazon DynamoDB", "dynamodb", LastAuthenticatedTime="2019-09-12T17:04:51.2Z"), S3]))
    yield ("times-accessed-at-the-end", "an attempt in the very moment of completion", completed([used("Amazon S3", "s3", LastAuthenticatedTime=FINISHED)]))
    yield ("times-accessed-same-second", "an attempt in the second of completion, written more coarsely", completed([used("Amazon S3", "s3", LastAuthenticatedTime="2019-09-30T06:53:37Z")]))
    yield ("times-accessed-while-running", "an attempt between creation and completion", completed([used("Amazon S3", "s3", LastAuthenticatedTime="2019-09-30T06:53:37.000Z")]))
    yield ("times-leap-day", "an attempt on a leap day", completed([used("Amazon S3", "s3", LastAuthenticatedTime="2016-02-29T12:00:00Z")]))
    yield ("times-old", "an attempt long before the tracking period", completed([used("Amazon S3", "s3", LastAuthenticatedTime="2006-03-14T00:00:00Z")]))


def _cuts() -> Iterator[Row]:
    def some(services: list[Members], marker: str = "AAEC/w==", **changes: Any) -> Members:
        return completed(services, **{"NumberOfServicesAccessible": 188, "NumberOfServicesNotAccessed": 171, "IsTruncated": True, "Marker": marker, **changes})

    yield "truncated", "a page with more to come", some(PLAIN)
    yield "truncated-empty", "a page without services and with more to come: an empty list", some([])
    yield ("truncated-no-list", "a page without services and with more to come: no list at all", some([], AccessDetails=None))
    yield "truncated-one", "a page of one service with more to come", some([SES])
    yield ("truncated-nothing-left", "a page with every service that is counted, and still a Marker", some(PLAIN, NumberOfServicesAccessible=3, NumberOfServicesNotAccessed=1))
    yield ("last-page-alone", "the last page of a longer listing, by itself", some([S3, SES], Marker=None, IsTruncated=False))


def _markers() -> Iterator[Row]:
    for id_, description, marker in (
        ("marker-one-character", "a Marker of one character", "7"),
        ("marker-longest", "a Marker of 320 characters", "m" * 320),
        ("marker-blank", "a Marker of a single blank", " "),
        ("marker-blank-edges", "a Marker that begins and ends with a blank", " page two "),
        ("marker-inner-blanks", "a Marker with several blanks in a row", "page   two"),
        ("marker-markup", "a Marker of markup characters and quotes", "<a href=\"x\">&amp;</a> 'q'"),
        ("marker-base64", "a Marker of base64 with plus, slash and padding", "ab+/cd=="),
        ("marker-percent", "a Marker that looks percent-encoded", "a%20b%2Bc&d=e+f"),
        ("marker-json", "a Marker that is a JSON text", '{"offset": 100, "key": null}'),
        ("marker-number", "a Marker that reads as a number with leading zeros", "00100"),
        ("marker-true", "a Marker that reads as a boolean", "true"),
        ("marker-latin", "a Marker of Latin-1 letters up to U+00FF", "d\u00e9j\u00e0 \u00ff"),
        ("marker-no-break-space", "a Marker of a no-break space", "\u00a0"),
        ("marker-control", "a Marker with control characters of Latin-1, which the model's range includes", "a\u007f\u0085\u009fb"),
        ("marker-service", "a Marker that is the next service's namespace", "ec2"),
        ("marker-longest-latin", "a Marker of 320 characters that are 640 bytes", "\u00ff" * 320),
    ):
        counts = {"NumberOfServicesAccessible": 188, "NumberOfServicesNotAccessed": 171}
        yield id_, description, completed(PLAIN, **counts, IsTruncated=True, Marker=marker)


def _documented() -> Iterator[Case]:
    """The CLI's example: its dates and counts, and the one service that it shows."""
    counts = {"NumberOfServicesAccessible": 188, "NumberOfServicesNotAccessed": 171}
    shown = completed([A4B], **counts, IsTruncated=None)
    yield Case("documented-example", "the documented example as far as it is shown: the first of 188 services", (response(shown),))

    names = dict(json.loads(files("awscontract.emulator.access_reports").joinpath("services.json").read_text("utf-8")))
    keys = sorted(["a4b", *sorted(names.keys() - {"a4b"})][:188])
    # 17 of the 188 were accessed: every eleventh
    services = [(used if place and place % 11 == 0 else unused)(names[key], key) for place, key in enumerate(keys)]
    yield listing("documented-example-whole", "a report with the documented example's dates and counts, whole, on two pages", [services[:100], services[100:]])


def _writings() -> Iterator[Case]:
    """The same report written in every way that a reader of XML has to grant."""
    report = completed([A4B, used("R&D <beta>", "dynamodb"), S3])
    for id_, description, style in (
        ("xml-one-line", "no white space between elements", Style(newline="", indent="")),
        ("xml-tabs", "indented by tabs", Style(indent="\t")),
        ("xml-crlf", "line ends of carriage return and line feed", Style(newline="\r\n")),
        ("xml-blank-lines", "several blank lines after the root", Style(after="\n \n\t\n")),
        ("xml-declaration", "an XML declaration in front", Style(before='<?xml version="1.0" encoding="UTF-8"?>\n')),
        ("xml-declaration-plain", "an XML declaration in apostrophes that names no encoding", Style(before="<?xml version='1.0' standalone='yes'?>")),
        ("xml-byte-order-mark", "a byte order mark of UTF-8 in front", Style(before="\ufeff")),
        ("xml-comments", "a comment before every element", Style(between="<!-- <JobStatus>FAILED</JobStatus> -->")),
        ("xml-instructions", "a processing instruction before every element", Style(between="<?cache hit?>")),
        ("xml-reversed", "the members of every structure in reverse order", Style(reverse=True)),
        ("xml-comment-first", "a comment before the root", Style(before="<!-- from the cache -->\n")),
        ("xml-comment-last", "a comment after the root", Style(after="<!-- 3 services -->\n")),
    ):
        yield Case(id_, description, (response(report, style=style),))
    body = xml(report)
    name = "<ServiceName>R&amp;D &lt;beta&gt;</ServiceName>"
    for id_, description, *changes in (
        ("xml-cdata", "a text in a CDATA section", (name, "<ServiceName><![CDATA[R&D <beta>]]></ServiceName>")),
        ("xml-cdata-part", "a text that is in part a CDATA section", (name, "<ServiceName>R<![CDATA[&D]]> &lt;beta&gt;</ServiceName>")),
        ("xml-references-decimal", "decimal character references", (name, "<ServiceName>&#82;&#38;D &#60;beta&#62;</ServiceName>")),
        ("xml-references-hexadecimal", "hexadecimal character references, in both cases", (name, "<ServiceName>R&#x26;D &#x3c;beta&#x3E;</ServiceName>")),
        ("xml-reference-in-status", "a status of which one letter is a character reference", (">COMPLETED<", ">C&#79;MPLETED<")),
        ("xml-unescaped-greater", "a greater-than sign that is not escaped", (name, "<ServiceName>R&amp;D &lt;beta></ServiceName>")),
        ("xml-blanks-in-tags", "white space inside tags", ("<JobStatus>", "<JobStatus  >"), ("</JobStatus>", "</JobStatus\n>")),
        ("xml-namespace-apostrophes", "the namespace in apostrophes", (f'"{NAMESPACE}"', f"'{NAMESPACE}'")),
        ("xml-namespace-again", "the default namespace declared anew on a child", ("<AccessDetails>", f'<AccessDetails xmlns="{NAMESPACE}">')),
        ("xml-attributes", "attributes of another namespace", ("<JobStatus>", '<JobStatus xmlns:x="urn:x" x:y="z">')),
        ("xml-request-id-text", "a RequestId that is no UUID", (REQUEST_ID, "EXAMPLE-42")),
        ("xml-metadata-more", "more than the RequestId in ResponseMetadata", ("</RequestId>", "</RequestId><HostId>9</HostId>")),
        ("xml-beside-the-result", "an unknown element after the result", ("<ResponseMetadata>", "<Trace>1</Trace><ResponseMetadata>")),
    ):
        yield Case(id_, description, (Response(edited(body, *changes), report),))
    empty = completed([])
    yield Case("xml-empty-list-tags", "an empty list of a start tag and an end tag", (response(empty, style=Style(lonely=False)),))
    spaced = edited(xml(empty), ("<AccessDetails/>", "<AccessDetails>\n    </AccessDetails>"))
    yield Case("xml-empty-list-blanks", "an empty list with white space in it", (Response(spaced, empty),))


def _noted() -> Iterator[Case]:
    """What nobody may hold against a service and what is worth a note; a client drops unknown members, so no JSON shows them."""
    body = xml(completed(PLAIN))
    for id_, description, *changes in (
        ("unknown-member", "a member that no model knows yet", ("<IsTruncated>", "<ReportVersion>2</ReportVersion><IsTruncated>")),
        ("unknown-structure", "a structure that no model knows yet", ("<IsTruncated>", "<Scope><Kind>OU</Kind></Scope><IsTruncated>")),
        ("unknown-member-of-service", "a service's member that no model knows yet", ("<ServiceName>Amazon S3", "<Action>GetObject</Action><ServiceName>Amazon S3")),
        ("unknown-item-of-list", "an element in the list that is no member", ("<AccessDetails>", "<AccessDetails><Total>3</Total>")),
    ):
        yield Case(id_, description, (Response(edited(body, *changes)),), ("shape.unknown-member",))
    yield Case("unknown-member-of-start", "a start that tells more than the JobId", (Response(edited(xml({"JobId": JOB_ID}, GENERATE), ("<JobId>", "<Queue>1</Queue><JobId>"))),), ("shape.unknown-member",), GENERATE)
    for id_, description, region in (
        ("region-unknown", "a Region that botocore does not know", "mars-north-1"),
        ("region-global", "the word global for a Region", "global"),
        ("region-capitals", "a Region in capitals", "EU-CENTRAL-1"),
        ("region-blank", "a Region with a blank after it", "eu-central-1 "),
    ):
        yield Case(id_, description, (response(completed([used("Amazon S3", "s3", Region=region)])),), ("report.region-name",))


def listing(id_: str, description: str, pages: list[list[Members]], *names: str, per_page: tuple[Members, ...] = (), **changes: Any) -> Case:
    """A vector of several pages: the counts are the whole report's, and all pages but the last have a Marker of their own."""
    whole = completed([each for page in pages for each in page])
    counts = {name: whole[name] for name in ("NumberOfServicesAccessible", "NumberOfServicesNotAccessed")}
    responses = []
    for place, page in enumerate(pages):
        last = place == len(pages) - 1
        paging = {"IsTruncated": not last, "Marker": None if last else f"page-{place + 2}"}
        own = per_page[place] if place < len(per_page) else {}
        responses.append(response(completed(page, **{**counts, **paging, **changes, **own})))
    return Case(id_, description, tuple(responses), names, pages=True)


def _listings() -> Iterator[Case]:
    one, two, three, four, five = FIVE
    yield listing("listing-one-page", "a listing of one page", [FIVE])
    yield listing("listing-two-pages", "a listing of two pages", [FIVE[:3], FIVE[3:]])
    yield listing("listing-one-each", "a listing of one service a page", [[each] for each in FIVE])
    yield listing("listing-short-pages", "pages of 1, 3 and 1 services", [[one], [two, three, four], [five]])
    yield listing("listing-empty-first", "an empty first page", [[], FIVE])
    yield listing("listing-empty-middle", "an empty page in the middle", [FIVE[:2], [], FIVE[2:]])
    yield listing("listing-empty-several", "three empty pages in a row", [FIVE[:2], [], [], [], FIVE[2:]])
    yield listing("listing-empty-last", "an empty last page", [FIVE[:2], FIVE[2:], []])
    yield listing("listing-empty-last-no-list", "a last page without a list", [FIVE, []], per_page=({}, {"AccessDetails": None}))
    yield listing("listing-empty-report", "a listing of a report without services, on two pages", [[], []])
    yield listing("listing-truncated-left-out", "IsTruncated left out of the last page", [FIVE[:3], FIVE[3:]], per_page=({}, {"IsTruncated": None}))
    yield listing(
        "listing-times-coarser", "job dates with fractions on one page and without on the next", [FIVE[:3], FIVE[3:]], per_page=({}, {"JobCreationDate": "2019-09-30T06:53:36Z", "JobCompletionDate": "2019-09-30T06:53:37Z"})
    )
    yield listing("listing-long-markers", "markers that differ in their last character", [FIVE[:1], FIVE[1:3], FIVE[3:]], per_page=({"Marker": "m" * 319 + "1"}, {"Marker": "m" * 319 + "2"}))
    yield listing("listing-blank-markers", "markers of blanks that differ in length", [FIVE[:1], FIVE[1:3], FIVE[3:]], per_page=({"Marker": " "}, {"Marker": "  "}))
    yield listing("listing-descending", "namespaces descending, as SERVICE_NAMESPACE_DESCENDING gives them", [FIVE[::-1][:2], FIVE[::-1][2:]])
    yield listing("listing-time-unused-first", "times ascending, never accessed services first", [[five, one, four], [two, three]])
    yield listing("listing-time-unused-last", "times descending, never accessed services last", [[three, two], [four, one, five]])
    tied = [{**each, "LastAuthenticatedTime": "2019-09-01T00:00:00Z"} for each in (four, two, three)]
    yield listing("listing-time-ties", "services of one time in an order of no meaning, across pages", [tied[:2], tied[2:]])
    yield listing("listing-punctuation-blind", "an alphabet that passes over hyphens", [[unused("AppConfig", "appconfig"), unused("AppIntegrations", "app-integrations")], [unused("AppMesh", "appmesh")]])
    mixed = listing("listing-orders-of-members", "members in another order on every page", [FIVE[:3], FIVE[3:]])
    members = [each.json or {} for each in mixed.responses]
    yield Case(mixed.id, mixed.description, (response(members[0]), response(members[1], style=Style(reverse=True))), pages=True)
    many = [unused(f"Service {number}", f"service-{number:04}") for number in range(240)]
    yield listing("listing-default-size", "pages of 100, the size without MaxItems, and a rest", [many[:100], many[100:200], many[200:]])
    yield listing("listing-exact-multiple", "a report that is exactly two pages of 100", [many[:100], many[100:200]])
    poll = response(pending()), response(pending())
    yield Case("polled-completed", "a job read until it is COMPLETED", (*poll, response(completed(PLAIN))), pages=True)
    yield Case("polled-failed", "a job read until it is FAILED", (*poll, response(failed("INVALID_ORGANIZATIONS_POLICY", "No policy."))), pages=True)
    over = response(failed("INVALID_ORGANIZATIONS_POLICY", "No policy."))
    yield Case("polled-failed-again", "a FAILED job read twice", (over, over), pages=True)
    slow = error("Throttling", "Rate exceeded")
    yield Case("polled-throttled", "a poll that was throttled between two that were not", (poll[0], slow, response(completed(PLAIN))), pages=True)
    first, second = listing("", "", [FIVE[:3], FIVE[3:]]).responses
    yield Case("listing-throttled", "a request for the second page that was throttled, and then was not", (first, slow, second), pages=True)
    yield Case("listing-marker-refused", "a Marker that has grown too old and is refused", (first, error("InvalidInput", "The marker has expired.")), pages=True)
    gone = error("NoSuchEntity", "No job has this id.", 404)
    yield Case("polled-forgotten", "a finished job that is forgotten later", (response(completed(PLAIN)), gone), pages=True)


def _generated() -> Iterator[Case]:
    for id_, description, job, style in (
        ("generated", "a started job", "3f1c9a52-7d84-0e6b-f2a1-5c8d9e0b4a67", Style()),
        ("generated-documented", "a started job with the documented example's JobId, which is no UUID", JOB_ID, Style()),
        ("generated-any-text", "a JobId of any 36 characters", "job number 36 of 2019, second attempt", Style()),
        ("generated-capitals", "a JobId in capitals", "3F1C9A52-7D84-4E6B-82A1-5C8D9E0B4A67", Style()),
        ("generated-markup", "a JobId with a character that XML escapes", "R&D-0000-0000-0000-0000-000000000000", Style()),
        ("generated-one-line", "a started job without white space between elements", JOB_ID, Style(newline="", indent="")),
        ("generated-declaration", "a started job after an XML declaration", JOB_ID, Style(before='<?xml version="1.0"?>\n')),
    ):
        members = {"JobId": job.ljust(36, "0")[:36]}
        yield Case(id_, description, (response(members, GENERATE, style),), operation=GENERATE)
    again = response({"JobId": JOB_ID}, GENERATE)
    yield Case("generated-again", "the same JobId for the same request asked twice", (again, again), operation=GENERATE, pages=True)


def _errors() -> Iterator[Case]:
    for id_, description, code, message, status, operation in (
        ("error-no-such-entity", "a JobId that nobody was given", "NoSuchEntity", "No job has this id.", 404, GET),
        ("error-validation", "a request that breaks a bound", "ValidationError", "1 validation error: maxItems is above 1000", 400, GET),
        ("error-invalid-input", "a Marker of another listing", "InvalidInput", "The marker belongs to another request.", 400, GET),
        ("error-malformed-input", "a text where a number belongs", "MalformedInput", "maxItems is no number", 400, GET),
        ("error-access-denied", "a caller without the permission", "AccessDenied", "Not allowed.", 403, GET),
        ("error-throttling", "a caller who asked too often", "Throttling", "Rate exceeded", 400, GET),
        ("error-start-access-denied", "a path of another organization", "AccessDenied", "Another organization.", 403, GENERATE),
        ("error-start-limit", "a second report while one is running", "ReportGenerationLimitExceeded", "One report at a time.", 409, GENERATE),
        ("error-start-validation", "a malformed EntityPath", "ValidationError", "entityPath has another form", 400, GENERATE),
        ("error-start-throttling", "a start that came too often", "Throttling", "Rate exceeded", 400, GENERATE),
        ("error-message-escapes", "an error whose message holds markup characters", "ValidationError", "'<a & b>' is no JobId", 400, GET),
        ("error-message-not-ascii", "an error whose message is not ASCII", "ValidationError", "Ung\u00fcltig \u2014 \u7121\u52b9", 400, GET),
    ):
        yield Case(id_, description, (error(code, message, status),), operation=operation)
    for id_, description, code, status in (("error-internal", "a failure of the service itself", "InternalFailure", 500), ("error-unavailable", "a service that is not there for a while", "ServiceUnavailable", 503)):
        yield Case(id_, description, (error(code, "Try again.", status),))
    for id_, description, style in (
        ("error-one-line", "an error without white space between elements", Style(newline="", indent="")),
        ("error-reversed", "an error whose Message stands before its Type", Style(reverse=True)),
        ("error-declaration", "an error after an XML declaration", Style(before='<?xml version="1.0"?>\n')),
        ("error-comments", "an error with a comment before every element", Style(between="<!-- no -->")),
    ):
        yield Case(id_, description, (error("NoSuchEntity", "No job has this id.", 404, style),))
    plain = error("NoSuchEntity", "No job has this id.", 404)
    first = edited(plain.xml, (f"  <RequestId>{REQUEST_ID}</RequestId>\n", ""), ("  <Error>", f"  <RequestId>{REQUEST_ID}</RequestId>\n  <Error>"))
    yield Case("error-request-id-first", "an error whose RequestId stands before it", (Response(first, plain.json, 404),))
