"""Responses that break the protocol's rules: what stands in the bytes and in no JSON."""

# A row of a table is one line.
# fmt: off

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.good import PLAIN
from vectors.writing import NAMESPACE, REQUEST_ID, Case, Response, completed, edited, error, xml

__all__ = ["METADATA", "RESULT", "miswritten"]

BODY = xml(completed(PLAIN))
METADATA = f"  <ResponseMetadata>\n    <RequestId>{REQUEST_ID}</RequestId>\n  </ResponseMetadata>\n"
RESULT = "GetOrganizationsAccessReportResult"
ROOT = f'<GetOrganizationsAccessReportResponse xmlns="{NAMESPACE}">'


def miswritten() -> Iterator[Case]:
    for rule, id_, description, *changes in (*_documents(), *_scalars()):
        yield Case(id_, description, (Response(edited(BODY, *changes)),), tuple(rule.split()))
    yield from _envelopes()


Edit = tuple[Any, ...]


def _documents() -> Iterator[Edit]:
    """Markup, and what stands around the members."""
    rule = "protocol.well-formed"
    yield rule, "malformed-cut", "a body that breaks off", (METADATA + "</GetOrganizationsAccessReportResponse>\n", "")
    yield rule, "malformed-ampersand", "an ampersand that is not escaped", ("Amazon S3", "R&D")
    yield rule, "malformed-less", "a less-than sign that is not escaped", ("Amazon S3", "a < b")
    yield rule, "malformed-tags", "an end tag of another name", ("COMPLETED</JobStatus>", "COMPLETED</Status>")
    yield (rule, "malformed-two-roots", "a second root element", ("</GetOrganizationsAccessReportResponse>\n", "</GetOrganizationsAccessReportResponse><More/>"))
    yield (rule, "malformed-text-after", "text after the root", ("</GetOrganizationsAccessReportResponse>\n", "</GetOrganizationsAccessReportResponse>OK"))
    yield rule, "malformed-entity", "an entity of HTML", ("Amazon S3", "Amazon&nbsp;S3")
    yield (rule, "malformed-prefix", "a prefix that is not declared", ("COMPLETED</JobStatus>", "COMPLETED</JobStatus><a:b/>"))
    yield rule, "malformed-control", "a control character that XML does not have", ("Amazon S3", "Amazon\x01S3")
    yield (rule, "malformed-reference", "a reference to a character that XML does not have", ("Amazon S3", "Amazon&#11;S3"))
    yield rule, "malformed-attribute", "an attribute without quotes", ("<JobStatus>", "<JobStatus a=1>")
    yield (
        rule,
        "malformed-declaration",
        "an XML declaration after a line break",
        (ROOT, '\n<?xml version="1.0"?>' + ROOT),
    )
    yield (
        rule,
        "malformed-encoding",
        "a declared encoding that nobody knows",
        (ROOT, '<?xml version="1.0" encoding="x-none"?>' + ROOT),
    )
    yield (
        rule,
        "malformed-encoding-utf-16",
        "UTF-16 declared over bytes that are UTF-8",
        (ROOT, '<?xml version="1.0" encoding="utf-16"?>' + ROOT),
    )
    yield (rule, "document-type", "a document type declaration", (ROOT, '<!DOCTYPE r>' + ROOT))
    yield (
        rule,
        "document-type-entity",
        "an entity declared and used",
        (ROOT, '<!DOCTYPE r [<!ENTITY s "Amazon S3">]>' + ROOT),
        ("<ServiceName>Amazon S3", "<ServiceName>&s;"),
    )

    rule = "protocol.root-element"
    for id_, description, root in (
        ("root-sibling", "the root of an operation that does not exist", "GetAccessReportResponse"),
        ("root-lower-case", "a root in lower case", "getorganizationsaccessreportresponse"),
        ("root-plain", "a root that is called Response", "Response"),
    ):
        yield (rule, id_, description, ("<GetOrganizationsAccessReportResponse", f"<{root}"), ("</GetOrganizationsAccessReportResponse", f"</{root}"))
    rule = "protocol.namespace"
    yield rule, "namespace-none", "no namespace", (f' xmlns="{NAMESPACE}"', "")
    yield rule, "namespace-plain-http", "the namespace under http", ("https://", "http://")
    yield rule, "namespace-no-slash", "the namespace without its last slash", ('2010-05-08/"', '2010-05-08"')
    yield (rule, "namespace-of-another-service", "the namespace of STS", (NAMESPACE, "https://sts.amazonaws.com/doc/2011-06-15/"))
    rule = "protocol.unprefixed"
    yield (rule, "prefixed-one", "one element under a prefix", ("<IsTruncated>", f'<iam:IsTruncated xmlns:iam="{NAMESPACE}">'), ("</IsTruncated>", "</iam:IsTruncated>"))
    yield (
        rule,
        "prefixed-root",
        "the root under a prefix",
        ("<GetOrganizationsAccessReportResponse xmlns=", f'<iam:GetOrganizationsAccessReportResponse xmlns:iam="{NAMESPACE}" xmlns='),
        ("</GetOrganizationsAccessReportResponse", "</iam:GetOrganizationsAccessReportResponse"),
    )
    rule = "protocol.result-wrapper"
    yield rule, "wrapper-none", "the members right under the root", (f"<{RESULT}>", ""), (f"</{RESULT}>", "")
    yield (rule, "wrapper-plain", "a wrapper that is called Result", (f"<{RESULT}>", "<Result>"), (f"</{RESULT}>", "</Result>"))
    yield (rule, "wrapper-sibling", "the wrapper of a sibling operation", (f"<{RESULT}>", "<GetServiceLastAccessedDetailsResult>"), (f"</{RESULT}>", "</GetServiceLastAccessedDetailsResult>"))
    rule = "protocol.result-first"
    yield (rule, "result-after-metadata", "the result after ResponseMetadata", (METADATA, ""), (f"  <{RESULT}>", METADATA + f"  <{RESULT}>"))
    yield (rule, "result-after-another", "the result after an element of no meaning", (f"<{RESULT}>", f"<Trace/><{RESULT}>"))
    rule = "protocol.request-id"
    yield rule, "metadata-none", "no ResponseMetadata", (METADATA, "")
    yield rule, "request-id-empty", "an empty RequestId", (REQUEST_ID, "")
    yield rule, "request-id-blank", "a RequestId of blanks", (REQUEST_ID, "  ")
    yield (rule, "request-id-under-root", "a RequestId right under the root, as errors have it", (METADATA, f"  <RequestId>{REQUEST_ID}</RequestId>\n"))
    rule = "protocol.member-once"
    yield (rule, "twice-status", "JobStatus twice, with two values", ("</JobStatus>", "</JobStatus><JobStatus>FAILED</JobStatus>"))
    yield (rule, "twice-same", "IsTruncated twice, with one value", ("</IsTruncated>", "</IsTruncated><IsTruncated>false</IsTruncated>"))
    yield (rule, "twice-in-service", "a service with two display names", ("<ServiceName>Amazon S3", "<ServiceName>S3</ServiceName><ServiceName>Amazon S3"))
    split = "      </member>\n      <member>\n        <ServiceName>Amazon S3"
    yield (rule, "twice-list", "the list in two parts", (split, split.replace("</member>\n", "</member></AccessDetails><AccessDetails>\n")))
    rule = "protocol.list-members"
    start, end = "<AccessDetails>\n      <member>", "</member>\n    </AccessDetails>"
    inner = (
        ("</member>\n      <member>\n        <ServiceName>Amazon D", "</X>\n      <X>\n        <ServiceName>Amazon D"),
        ("</member>\n      <member>\n        <ServiceName>Amazon S", "</X>\n      <X>\n        <ServiceName>Amazon S"),
    )
    for id_, description, tag in (("list-items", "items that are called item", "item"), ("list-shape-names", "items that are called by their shape", "AccessDetail")):
        changes = [(old, new.replace("X>", f"{tag}>")) for old, new in inner]
        yield (rule, id_, description, (start, f"<AccessDetails>\n      <{tag}>"), (end, f"</{tag}>\n    </AccessDetails>"), *changes)
    flat = [(old, new.replace("X>", "AccessDetails>")) for old, new in inner]
    yield rule, "list-flattened", "a flattened list", (start, "<AccessDetails>"), (end, "</AccessDetails>"), *flat
    bare = [(old, new.replace("X>", "member>")) for old, new in inner]
    yield (rule, "list-without-its-element", "member elements without the list's element around them", (start, "<member>"), (end, "</member>"), *bare)


def _scalars() -> Iterator[Edit]:
    """How times, booleans and numbers are written."""
    for rule, id_, description, text in (
        ("format", "time-epoch", "seconds since 1970", "1569826417"),
        ("format", "time-epoch-fraction", "seconds since 1970 with a fraction", "1569826417.547"),
        ("format", "time-epoch-milliseconds", "milliseconds since 1970", "1569826417547"),
        ("format", "time-rfc-822", "a date as HTTP headers have it", "Mon, 30 Sep 2019 06:53:37 GMT"),
        ("format", "time-no-zone", "a date-time without a zone", "2019-09-30T06:53:37.547"),
        ("format", "time-blank", "a blank in the place of the T", "2019-09-30 06:53:37Z"),
        ("format", "time-date-alone", "a date without a time", "2019-10-01"),
        ("format", "time-basic", "the basic format of ISO 8601", "20190930T065337Z"),
        ("format", "time-comma", "a comma before the fraction", "2019-09-30T06:53:37,547Z"),
        ("format", "time-padded", "a date-time between blanks", " 2019-09-30T06:53:37Z "),
        ("format", "time-no-seconds", "a date-time without seconds", "2019-09-30T06:54Z"),
        ("format", "time-offset-no-colon", "an offset without a colon", "2019-09-30T06:53:37+0000"),
        ("format", "time-zone-name", "a zone by its name", "2019-09-30T06:53:37 UTC"),
        ("format", "time-thirteenth-month", "a thirteenth month", "2019-13-01T00:00:00Z"),
        ("format", "time-thirtieth-february", "the thirtieth of February", "2020-02-30T00:00:00Z"),
        ("format", "time-hour-25", "a twenty-fifth hour", "2019-09-30T25:00:00Z"),
        ("format", "time-words", "a word for a date", "yesterday"),
        ("format", "time-empty", "an empty date", ""),
        ("format", "time-no-fraction-digits", "a point without a digit after it", "2019-09-30T06:53:37.Z"),
        ("utc", "time-offset-zero", "UTC by an offset of zero", "2019-09-30T06:53:37+00:00"),
        ("utc", "time-offset", "an offset of two hours", "2019-09-30T08:53:37+02:00"),
        ("utc", "time-offset-west", "an offset to the west with minutes", "2019-09-30T03:23:37-03:30"),
        ("utc", "time-lower-z", "a lower-case z", "2019-09-30T06:53:37z"),
        ("precision", "time-four-digits", "four fractional digits", "2019-09-30T06:53:37.5470Z"),
        ("precision", "time-six-digits", "six fractional digits", "2019-09-30T06:53:37.547123Z"),
        ("precision", "time-nine-digits", "nine fractional digits", "2019-09-30T06:53:37.547123456Z"),
        ("utc protocol.timestamp-precision", "time-offset-six-digits", "an offset and six fractional digits", "2019-09-30T06:53:37.547123+00:00"),
    ):
        yield f"protocol.timestamp-{rule}", id_, description, ("2019-09-30T06:53:37.547Z", text)
    yield ("protocol.timestamp-format", "time-epoch-created", "a creation in seconds since 1970", ("2019-09-30T06:53:36.187Z", "1569826416"))
    yield ("protocol.timestamp-precision", "time-six-digits-accessed", "an attempt with six fractional digits", ("2019-08-01T00:00:00Z", "2019-08-01T00:00:00.000000Z"))
    for id_, description, text in (
        ("boolean-capital", "False as Python writes it", "False"),
        ("boolean-capitals", "a boolean in capitals", "FALSE"),
        ("boolean-digit", "a digit for a boolean", "0"),
        ("boolean-no", "a word of English for a boolean", "no"),
        ("boolean-padded", "a boolean between line breaks", "\n      false\n    "),
        ("boolean-empty", "an empty boolean", ""),
        ("boolean-unknown", "a word that is no boolean", "partly"),
    ):
        yield "protocol.boolean-format", id_, description, ("<IsTruncated>false", f"<IsTruncated>{text}")
    for id_, description, text in (
        ("integer-point", "a count with a decimal point", "3.0"),
        ("integer-plus", "a count with a plus sign", "+3"),
        ("integer-padded", "a count between blanks", " 3 "),
        ("integer-exponent", "a count with an exponent", "3e0"),
        ("integer-hexadecimal", "a hexadecimal count", "0x3"),
        ("integer-words", "a word for a count", "three"),
        ("integer-empty", "an empty count", ""),
        ("integer-arabic", "a count in Arabic-Indic digits", "\u0663"),
    ):
        yield ("protocol.integer-format", id_, description, ("<NumberOfServicesAccessible>3", f"<NumberOfServicesAccessible>{text}"))


def _envelopes() -> Iterator[Case]:
    """What is wrong with a refusal."""
    plain = error("NoSuchEntity", "No job has this id.", 404).xml
    root = f'<ErrorResponse xmlns="{NAMESPACE}">'
    inner = "  <Error>", "  </Error>"
    for rule, id_, description, *changes in (
        ("envelope", "error-bare", "an Error for a root", (f"{root}\n  <Error>", f'<Error xmlns="{NAMESPACE}">'), ("  </Error>\n", ""), ("</ErrorResponse>", "</Error>")),
        ("envelope", "error-errors", "the form of EC2: Errors around the Error", (root, f'<Response xmlns="{NAMESPACE}">'), ("</ErrorResponse>", "</Response>"), (inner[0], "<Errors><Error>"), (inner[1], "</Error></Errors>")),
        ("envelope", "error-errors-inside", "Errors around the Error in an ErrorResponse", (inner[0], "<Errors><Error>"), (inner[1], "</Error></Errors>")),
        ("envelope", "error-other-root", "an error under a root that is called Response", (root, f'<Response xmlns="{NAMESPACE}">'), ("</ErrorResponse>", "</Response>")),
        ("envelope", "error-no-code", "an Error without a Code", ("    <Code>NoSuchEntity</Code>\n", "")),
        ("envelope", "error-empty-code", "an Error with an empty Code", ("NoSuchEntity", "")),
        ("envelope", "error-twice", "two Errors", (inner[1], "  </Error><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error>")),
        ("envelope", "error-none", "an ErrorResponse without an Error", ("    <Type>Sender</Type>\n    <Code>NoSuchEntity</Code>\n    <Message>No job has this id.</Message>\n", ""), ("  <Error>\n  </Error>\n", "")),
        ("details", "error-no-type", "an Error without a Type", ("    <Type>Sender</Type>\n", "")),
        ("details", "error-other-type", "a Type that is neither Sender nor Receiver", ("Sender", "Client")),
        ("details", "error-no-message", "an Error without a Message", ("    <Message>No job has this id.</Message>\n", "")),
        ("details", "error-empty-message", "an Error with an empty Message", ("No job has this id.", "")),
        ("details", "error-no-request-id", "an error without a RequestId", (f"  <RequestId>{REQUEST_ID}</RequestId>\n", "")),
        ("details", "error-empty-request-id", "an error with an empty RequestId", (REQUEST_ID, "")),
        ("details", "error-request-id-inside", "a RequestId inside the Error", (f"  <RequestId>{REQUEST_ID}</RequestId>\n", ""), (inner[1], f"<RequestId>{REQUEST_ID}</RequestId></Error>")),
    ):
        yield Case(id_, description, (Response(edited(plain, *changes), status=404),), (f"protocol.error-{rule}",))
    yield Case("error-namespace-none", "an error in no namespace", (Response(edited(plain, (f' xmlns="{NAMESPACE}"', "")), status=404),), ("protocol.namespace",))
    prefixed = edited(plain, ("<Error>", f'<iam:Error xmlns:iam="{NAMESPACE}">'), ("</Error>", "</iam:Error>"))
    yield Case("error-prefixed", "an Error under a prefix", (Response(prefixed, status=404),), ("protocol.unprefixed",))
    yield Case("error-malformed", "an error that breaks off", (Response(edited(plain, ("</ErrorResponse>", "")), status=404),), ("protocol.well-formed",))
