"""Operations over XML protocols: VPCs, objects and their versions, DNS records, and the access report as AWS was seen to give it."""

# ruff: noqa: N802 (methods have the names of operations)

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from servers.valid_engine import ACCOUNT, EPOCH, Refused, Service, iso

__all__ = ["Objects", "Records", "Report", "Versions", "Vpcs"]


def element(name: str, value: Any) -> str:
    """An element; a list makes several of the name, None makes none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    if isinstance(value, dict):
        inner = "".join(element(each, member) for each, member in value.items())
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


class Xml(Service):
    protocol = "xml"
    content_type = "text/xml;charset=UTF-8"
    namespace = ""

    def flat(self, given: str) -> dict[str, Any]:
        return {name: values[-1] for name, values in parse_qs(given, keep_blank_values=True).items()}

    def document(self, root: str, inner: str) -> tuple[int, dict[str, str], bytes]:
        if self.has("unknown-members"):
            inner = (
                ("" if "Result>" in inner else "<novelty><deep/></novelty>")
                + inner
                + "<!-- a comment --><other>1</other>"
            )
        if self.has("booleans-in-capitals"):
            inner = inner.replace(">true<", ">True<").replace(">false<", ">False<")
        if self.has("integers-with-point"):
            inner = re.sub(r"<(MaxKeys|Size|TTL|MaxItems)>(\d+)<", r"<\1>\2.0<", inner)
        if self.has("indented"):
            inner = inner.replace("><", ">\n  <")
            inner = re.sub(r"<(\w+)>\n  </\1>", r"<\1></\1>", inner)
        if self.has("self-closed"):
            inner = re.sub(r"<(\w+)></\1>", r"<\1/>", inner)
        start = "" if self.has("no-declaration") else '<?xml version="1.0" encoding="UTF-8"?>\n'
        text = f'{start}<{root} xmlns="{self.namespace}">{inner}</{root}>'
        if self.has("xml-cut"):
            text = text[:-3]
        if self.has("not-escaped"):
            text = text.replace("&amp;", "&")
        headers = {"Content-Type": self.content_type}
        if self.has("application-xml"):
            headers["Content-Type"] = "application/xml"
        if self.has("content-type-html"):
            headers["Content-Type"] = "text/html"
        return 200, headers, text.encode()


class Vpcs(Xml):
    operation = "ec2:DescribeVpcs"
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    minimum = 5
    throttled = (503, "RequestLimitExceeded")
    bad_token = (400, "InvalidNextToken")
    bad_limit = bad_parameter = (400, "InvalidParameterValue")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        return {
            **row,
            "id": "vpc-" + hashlib.sha256(name.encode()).hexdigest()[:17],
            "tags": {"Name": name, "own": str(own).lower()},
        }

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        given = self.flat(body.decode())
        if "Action" not in given:
            raise Refused(400, "MissingAction")
        return given.pop("Action"), given

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        for place in range(1, 10):
            name = given.get(f"Filter.{place}.Name")
            if name is None:
                return True
            values = [value for key, value in given.items() if key.startswith(f"Filter.{place}.Value.")]
            if row["tags"].get(name.removeprefix("tag:")) not in values:
                return False
        return True

    def DescribeVpcs(self, given: Mapping[str, Any]) -> str:
        if given.get("DryRun") == "true":
            raise Refused(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        if "DryRun" in given and given["DryRun"] not in ("true", "false"):
            raise Refused(*self.bad_parameter)
        rows, state = self.page(given)
        text = ""
        for row in rows:
            value: dict[str, Any] = {
                "vpcId": row["id"],
                "ownerId": ACCOUNT,
                "state": "available",
                "cidrBlock": "10.0.0.0/16",
                "cidrBlockAssociationSet": {
                    "item": [{"associationId": "vpc-cidr-assoc-1", "cidrBlock": "10.0.0.0/16"}]
                },
                "dhcpOptionsId": "dopt-1",
                "tagSet": {"item": [{"key": key, "value": each} for key, each in row["tags"].items()]},
                "instanceTenancy": "default",
                "isDefault": False,
                "ipv6CidrBlockAssociationSet": {},
            }
            if self.has("enum-unknown"):
                value["state"] = "AVAILABLE"
            text += element("member" if self.has("list-members-misnamed") else "item", self.trim(value, "vpcId"))
        if not (self.has("list-left-out") and not rows):
            text = f"<vpcSet>{text}</vpcSet>" if not self.has("list-flattened") else text.replace("item>", "vpcSet>")
        if state is not None and not self.has("token-left-out"):
            text += element("nextToken", self.issue(state))
        elif self.has("empty-token-at-end"):
            text += "<nextToken></nextToken>"
        return text

    def CreateVpc(self, given: Mapping[str, Any]) -> str:
        row = self.row(uuid.uuid4().hex, True)
        row["tags"] = {
            given[key]: given[key.removesuffix("Key") + "Value"]
            for key in given
            if re.match(r"TagSpecification.1.Tag.\d+.Key", key)
        }
        if self.has("late"):
            row["from"] = self.lists + 3
        self.rows.append(row)
        return element("vpc", {"vpcId": row["id"], "state": "pending"})

    def DeleteVpc(self, given: Mapping[str, Any]) -> str:
        self.rows = [row for row in self.rows if row["id"] != given["VpcId"]]
        return "<return>true</return>"

    def result(self, name: str, document: Any) -> tuple[int, dict[str, str], bytes]:
        return self.document(f"{name}Response", f"<requestId>{uuid.uuid4()}</requestId>{document}")

    def error(self, refusal: Refused) -> tuple[int, dict[str, str], bytes]:
        status = 200 if self.has("error-under-200") else refusal.status
        code = "" if self.has("error-without-code") else element("Code", refusal.code)
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>{code}{element("Message", refusal.message)}</Error>'
            f"</Errors><RequestID>{uuid.uuid4()}</RequestID></Response>"
        )
        return status, {"Content-Type": "text/xml;charset=UTF-8"}, text.encode()


class S3(Xml):
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    content_type = "application/xml"
    limit_name = "max-keys"
    minimum, maximum, default = 0, 1000, 1000
    clamps = True
    throttled = (503, "SlowDown")
    bad_token = bad_limit = bad_parameter = (400, "InvalidArgument")

    def prepare(self) -> None:
        self.buckets = {"b"}
        for row in self.rows:
            row["bucket"] = "b"
        for _, row in self.late:
            row["bucket"] = "b"

    def row(self, name: str, own: bool) -> dict[str, Any]:
        return {**super().row(("own/" if own else "") + name, own), "bucket": "b"}

    def key(self, row: Mapping[str, Any]) -> Any:
        return row["id"].encode().hex()

    def ordered(self, given: Mapping[str, Any], seed: int) -> list[tuple[Any, Any]]:
        prefix, delimiter = given.get("prefix", ""), given.get("delimiter") or None
        rows = [row for row in self.rows if row["bucket"] == given["bucket"]]
        if not (self.has("filter-forgotten") and self.given_token(given)):
            rows = [row for row in rows if row["id"].startswith(prefix)]
        before, self.rows = self.rows, rows
        try:
            pairs = super().ordered(given, seed)
        finally:
            self.rows = before
        rolled: list[tuple[Any, Any]] = []
        for key, row in pairs:
            rest = row["id"][len(prefix) :]
            if delimiter and delimiter in rest:
                text = prefix + rest[: rest.index(delimiter)] + delimiter
                if not rolled or rolled[-1][1].get("common") != text:
                    rolled.append(([text.encode().hex()], {"common": text, "id": text}))
            else:
                rolled.append((key, row))
        return rolled

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        parts = urlsplit(path)
        given = self.flat(parts.query)
        given["bucket"], _, key = unquote(parts.path)[1:].partition("/")
        given["key"] = key
        if "encoding-type" in given and given["encoding-type"] != "url":
            raise Refused(400, "InvalidArgument", "Invalid Encoding Method specified in Request")
        if method == "GET" and given["bucket"] == "":
            return "ListBuckets", given
        if given["bucket"] not in self.buckets and not (method == "PUT" and not key):
            raise Refused(404, "NoSuchBucket")
        if method == "GET":
            return ("ListObjectVersions" if "versions" in given else "ListObjectsV2"), given
        if method == "PUT":
            return ("PutObject" if key else "CreateBucket"), given
        return ("DeleteObject" if key else "DeleteBucket"), given

    def limit(self, given: Mapping[str, Any]) -> int | None:
        value = given.get("max-keys")
        if value is not None and not re.fullmatch(r"-?\d+", value):
            raise Refused(400, "InvalidArgument", "Provided max-keys not an integer or within integer range")
        if value == "0":
            return 0
        return super().limit(given)

    def text(self, given: Mapping[str, Any], value: str) -> str:
        if given.get("encoding-type") == "url" and not self.has("encoding-ignored"):
            return quote(value, safe="/" if not self.has("slashes-encoded") else "")
        return value

    def common(self, given: Mapping[str, Any], limit: int) -> str:
        parts = {"Name": given["bucket"], "Prefix": self.text(given, given.get("prefix", "")), "MaxKeys": limit}
        if given.get("delimiter"):
            parts["Delimiter"] = self.text(given, given["delimiter"])
        if given.get("encoding-type") and not self.has("encoding-ignored"):
            parts["EncodingType"] = "url"
        if self.has("bare"):
            parts.pop("Prefix")
            parts.pop("MaxKeys")
        return "".join(element(name, value) for name, value in parts.items())

    def members(self, given: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        at: Any = iso(EPOCH + row["n"] * 60, 0 if self.has("whole-seconds") else 3)
        if self.has("timestamp-rfc822"):
            at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(EPOCH))
        return {
            "Key": self.text(given, row["id"]),
            "LastModified": at,
            "ETag": '"d41d8cd98f00b204e9800998ecf8427e"',
            "Size": row["n"],
            "StorageClass": "standard" if self.has("enum-unknown") else "STANDARD",
        }

    def result(self, name: str, document: Any) -> tuple[int, dict[str, str], bytes]:
        if document is None:
            return (204 if name.startswith("Delete") else 200), {"ETag": '"x"'}, b""
        status, headers, body = self.document(*document)
        return status, {**headers, "x-amz-request-id": "X" * 16}, body

    def error(self, refusal: Refused) -> tuple[int, dict[str, str], bytes]:
        status = 200 if self.has("error-under-200") else refusal.status
        code = "" if self.has("error-without-code") else element("Code", refusal.code)
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{code}{element("Message", refusal.message)}<RequestId>X</RequestId></Error>'
        return status, {"Content-Type": "application/xml"}, text.encode()

    def ListBuckets(self, given: Mapping[str, Any]) -> Any:
        inner = "".join(element("Bucket", {"Name": name, "CreationDate": iso(EPOCH)}) for name in sorted(self.buckets))
        return "ListAllMyBucketsResult", f"<Owner><ID>x</ID></Owner><Buckets>{inner}</Buckets>"

    def CreateBucket(self, given: Mapping[str, Any]) -> Any:
        self.buckets.add(given["bucket"])

    def DeleteBucket(self, given: Mapping[str, Any]) -> Any:
        self.buckets.discard(given["bucket"])

    def PutObject(self, given: Mapping[str, Any]) -> Any:
        row = {"id": given["key"], "own": True, "n": next(self.numbers), "bucket": given["bucket"]}
        self.rows.append(row)

    def DeleteObject(self, given: Mapping[str, Any]) -> Any:
        self.rows = [row for row in self.rows if (row["bucket"], row["id"]) != (given["bucket"], given["key"])]


class Objects(S3):
    operation = "s3:ListObjectsV2"
    token_in = "continuation-token"

    def given_token(self, given: Mapping[str, Any]) -> str | None:
        if given.get("continuation-token") == "":
            raise Refused(400, "InvalidArgument", "The continuation token provided is incorrect")
        return given.get("continuation-token")

    def ListObjectsV2(self, given: Mapping[str, Any]) -> Any:
        limit = self.limit(given)
        if limit == 0:
            rows: list[Any] = []
            state = None
            self.given_token(given)
        else:
            rows, state = self.page(given)
        shown = min(int(given.get("max-keys", 1000)), 1000)
        truncated = state is not None
        if self.has("truncated-always"):
            truncated = True
        if self.has("truncated-never"):
            truncated = False
        text = self.common(given, shown) + element("KeyCount", len(rows))
        if truncated or not self.has("truncated-left-out"):
            text += element("IsTruncated", truncated)
        if given.get("start-after"):
            text += element("StartAfter", self.text(given, given["start-after"]))
        if given.get("continuation-token"):
            text += element("ContinuationToken", given["continuation-token"])
        if (state is not None and not self.has("token-left-out")) or self.has("token-at-end"):
            text += element("NextContinuationToken", self.issue(state or [["zz"], 0, 0, None]))
        contents = ""
        for row in rows:
            if row.get("common"):
                contents += element("CommonPrefixes", {"Prefix": self.text(given, row["common"])})
            else:
                contents += element("Contents", self.trim(self.members(given, row), "Key"))
        if self.has("list-wrapped"):
            contents = f"<Contents>{contents.replace('Contents>', 'member>')}</Contents>"
        return "ListBucketResult", text + contents


class Versions(S3):
    operation = "s3:ListObjectVersions"
    token_in = "key-marker"
    natural = True

    def prepare(self) -> None:
        super().prepare()
        if self.has("several-versions"):
            more = [
                {**self.row("x", True), "id": row["id"], "marker": place % 2 == 1}
                for place, row in enumerate(list(self.rows))
            ]
            self.rows += more

    def key(self, row: Mapping[str, Any]) -> Any:
        return row["id"].encode().hex() + f" {10**6 - row['n']:07d}"

    def version_id(self, row: Mapping[str, Any]) -> str:
        return f"v{row['n']:06d}.~_-"

    def redeem(self, token: Any) -> Any:
        key, version = token
        if version is None:
            return [[key.encode().hex() + " ~"], 0, 0, None]
        for row in self.rows:
            if self.version_id(row) == version and row["id"] == key:
                return [[self.key(row)], 0, 0, None]
        if self.has("token-crash"):
            raise Refused(500, "InternalError")
        raise Refused(400, "InvalidArgument", "Invalid version id specified")

    def given_token(self, given: Mapping[str, Any]) -> Any:
        key, version = given.get("key-marker") or None, given.get("version-id-marker")
        if version is not None and (key is None or version == ""):
            raise Refused(400, "InvalidArgument", "A version-id marker cannot be specified without a key marker.")
        if self.has("second-token-ignored"):
            version = None
        return None if key is None else (key, version)

    def ListObjectVersions(self, given: Mapping[str, Any]) -> Any:
        limit = self.limit(given)
        rows, state = ([], None) if limit == 0 else self.page(given)
        shown = min(int(given.get("max-keys", 1000)), 1000)
        text = self.common(given, shown) + element("IsTruncated", state is not None)
        text += element("KeyMarker", self.text(given, given.get("key-marker", "")))
        text += element("VersionIdMarker", given.get("version-id-marker", ""))
        if state is not None:
            last = rows[-1]
            if self.has("skips-one", "repeats-one"):
                last = next((row for row in self.rows if [self.key(row)] == state[0]), last)
            text += element("NextKeyMarker", self.text(given, last["id"]))
            if not last.get("common") and not self.has("second-token-left-out"):
                text += element("NextVersionIdMarker", self.version_id(last))
        for row in rows:
            if row.get("common"):
                text += element("CommonPrefixes", {"Prefix": self.text(given, row["common"])})
                continue
            latest = not any(each["id"] == row["id"] and each["n"] > row["n"] for each in self.rows)
            value = self.members(given, row) | {"VersionId": self.version_id(row), "IsLatest": latest}
            if row.get("marker"):
                for name in ("ETag", "Size", "StorageClass"):
                    value.pop(name)
            text += element("DeleteMarker" if row.get("marker") else "Version", self.trim(value, "Key"))
        return "ListVersionsResult", text

    def ordered(self, given: Mapping[str, Any], seed: int) -> list[tuple[Any, Any]]:
        pairs = super().ordered(given, seed)
        return [([key[0] + " ~"] if row.get("common") else key, row) for key, row in pairs]


class Records(Xml):
    operation = "route53:ListResourceRecordSets"
    namespace = "https://route53.amazonaws.com/doc/2013-04-01/"
    content_type = "text/xml"
    token_in = "name"
    limit_name = "maxitems"
    minimum, maximum, default = 1, 300, 300
    clamps = True
    natural = True
    throttled = (400, "Throttling")
    bad_token = bad_limit = bad_parameter = (400, "InvalidInput")
    types = ("SOA", "NS", "A", "AAAA", "TXT")

    def prepare(self) -> None:
        if self.has("apex"):
            for kind in ("NS", "SOA"):
                self.rows.append({**self.row("x", True), "id": "example.com.", "type": kind})
        if self.has("several-types"):
            for row in list(self.rows)[:8]:
                self.rows.append({**self.row("x", True), "id": row["id"], "type": "AAAA"})
        if self.has("weighted"):
            for row in list(self.rows)[:6]:
                row["set"] = "set é/1"
                self.rows.append({**row, "n": next(self.numbers), "set": "set 2"})

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        label = re.sub(
            r"[^a-z0-9_.-]", lambda each: "".join(f"\\{byte:03o}" for byte in each[0].encode()), name.lower()
        ).strip(".")
        label = re.sub(r"\.+", ".", label) or "dot"
        if own and name in ("A", "a"):
            label += f"-{row['n']}"
        if self.has("deep") and row["n"] % 2:
            label = f"x{row['n'] % 4}.{label}"
        return {**row, "id": f"{label}.example.com.", "type": "A"}

    def key(self, row: Mapping[str, Any]) -> Any:
        return [list(reversed(row["id"].rstrip(".").split("."))), self.types.index(row["type"]), row.get("set", "")]

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        parts = urlsplit(path)
        if unquote(parts.path) != "/2013-04-01/hostedzone/Z1/rrset":
            raise Refused(404, "NoSuchHostedZone")
        return "ListResourceRecordSets", self.flat(parts.query)

    def given_token(self, given: Mapping[str, Any]) -> Any:
        name, kind, place = given.get("name"), given.get("type"), given.get("identifier")
        if (kind is not None and (not name or (kind not in self.types and kind != "CNAME"))) or (
            place is not None and (not kind or not place)
        ):
            raise Refused(400, "InvalidInput")
        if self.has("second-token-ignored"):
            kind = place = None
        return (name, kind, place) if name else None

    def redeem(self, token: Any) -> Any:
        name, kind, place = token
        labels = list(reversed(name.rstrip(".").split(".")))
        order = self.types.index(kind) if kind in self.types else 9 if kind else -1
        # a place just before the record itself
        bound = [labels, order, place or ""]
        before = [pair for pair in self.ordered({}, 0) if pair[0] < [bound]]
        return [before[-1][0] if before else [[[], -1, ""]], 0, 0, None]

    def ListResourceRecordSets(self, given: Mapping[str, Any]) -> Any:
        limit = self.limit(given)
        rows, state = self.page(given)
        following = None
        if state is not None:
            later = [row for key, row in self.ordered(given, 0) if key > state[0]]
            following = later[0] if later else None
        text = ""
        for row in rows:
            value: dict[str, Any] = {"Name": row["id"], "Type": row["type"]}
            if row.get("set"):
                value |= {"SetIdentifier": row["set"], "Weight": 5}
            value |= {"TTL": 60, "ResourceRecords": {"ResourceRecord": [{"Value": "192.0.2.1"}]}}
            if self.has("required-left-out"):
                del value["Type"]
            text += element("ResourceRecordSet", self.trim(value, "Name", "Type"))
        text = f"<ResourceRecordSets>{text}</ResourceRecordSets>"
        if not self.has("truncated-missing"):
            text += element("IsTruncated", following is not None and not self.has("truncated-never"))
        if following is not None and not self.has("token-left-out"):
            text += element("NextRecordName", following["id"])
            if not self.has("second-token-left-out"):
                text += element("NextRecordType", following["type"])
                text += element("NextRecordIdentifier", following.get("set"))
        return "ListResourceRecordSetsResponse", text + element("MaxItems", limit or 300)

    def result(self, name: str, document: Any) -> tuple[int, dict[str, str], bytes]:
        return self.document(*document)

    def error(self, refusal: Refused) -> tuple[int, dict[str, str], bytes]:
        status = 200 if self.has("error-under-200") else refusal.status
        code = "" if self.has("error-without-code") else element("Code", refusal.code)
        text = (
            f'<?xml version="1.0"?>\n<ErrorResponse xmlns="{self.namespace}"><Error><Type>Sender</Type>{code}'
            f"{element('Message', refusal.message)}</Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        )
        return status, {"Content-Type": "text/xml"}, text.encode()


class Report(Xml):
    """iam:GetOrganizationsAccessReport as AWS was seen to behave."""

    operation = "iam:GetOrganizationsAccessReport"
    namespace = "https://iam.amazonaws.com/doc/2010-05-08/"
    content_type = "text/xml"
    limit_name, token_in = "MaxItems", "Marker"
    throttled = (400, "Throttling")
    bad_token = bad_limit = bad_parameter = (400, "ValidationError")
    root = "o-abcdefghij/r-abcd/"
    sorts = tuple(
        f"{key}_{way}"
        for key in ("SERVICE_NAMESPACE", "LAST_AUTHENTICATED_TIME")
        for way in ("ASCENDING", "DESCENDING")
    )

    def prepare(self) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}

    def churn(self) -> None:
        """A report does not change any more."""

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(re.sub(r"[^\w-]", "", name, flags=re.ASCII).lower() or "ec2", own)
        row["id"] = f"{row['id']}-{row['n']}" if row["n"] % 3 else f"{row['id']}{row['n']}"
        used = row["n"] % 3 == 0
        row["time"] = EPOCH - (row["n"] // 6) * 86400 if used else None
        if row["n"] == 1:
            row["id"] = "iam"
        return row

    def parse(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        given = self.flat(body.decode())
        if "Action" not in given:
            raise Refused(400, "MissingAction")
        return given.pop("Action"), given

    def GenerateOrganizationsAccessReport(self, given: Mapping[str, Any]) -> str:
        entity, policy = given.get("EntityPath"), given.get("OrganizationsPolicyId")
        if (
            not entity
            or not 19 <= len(entity) <= 427
            or not re.search(r"^o-[0-9a-z]{10,32}\/r-[0-9a-z]{4,32}[0-9a-z-\/]*", entity)
        ):
            raise Refused(400, "ValidationError")
        if policy is not None and not re.search(r"^p-[0-9a-zA-Z_]{8,128}$", policy):
            raise Refused(400, "ValidationError")
        if not entity.startswith("o-abcdefghij/"):
            raise Refused(403, "AccessDenied")
        now = time.time()
        for name, job in self.jobs.items():
            if job["for"] == (entity, policy) and now - job["at"] < 60 and not self.has("new-job-each-time"):
                return element("JobId", name)
        if any(self.status(job) == "IN_PROGRESS" for job in self.jobs.values()) and not self.has("jobs-at-once"):
            raise Refused(409, "ReportGenerationLimitExceeded")
        name = str(uuid.uuid4()) if not self.has("job-ids-of-another-kind") else ("AbC_" + uuid.uuid4().hex)[:36]
        failed = None
        known = re.fullmatch(
            r"o-abcdefghij/r-abcd(/ou-[0-9a-z-]+)*(/\d{12})?", entity.rstrip("/") if entity == self.root else entity
        )
        if not known or (len(entity.split("/")) > 2 and entity != self.root):
            failed = "INVALID_ORGANIZATIONS_ENTITY_PATH"
        elif policy:
            failed = "INVALID_ORGANIZATIONS_POLICY"
        slow = 0 if self.has("finished-at-once") else 3 if self.has("slow-job") else 0.5
        self.jobs[name] = {"for": (entity, policy), "at": now, "until": now + slow, "failed": failed}
        return element("JobId", name)

    def status(self, job: Mapping[str, Any]) -> str:
        return "IN_PROGRESS" if time.time() < job["until"] else "FAILED" if job["failed"] else "COMPLETED"

    def ordered(self, given: Mapping[str, Any], seed: int) -> list[tuple[Any, Any]]:
        sort = given.get("SortKey") or self.sorts[0]
        first = -1 if self.has("never-first") else 10**12
        down = sort.endswith("DESCENDING")

        def place(row: Mapping[str, Any]) -> Any:
            if sort.startswith("SERVICE"):
                return row["id"]
            moment = (
                row["time"] if row["time"] is not None else first * (-1 if down and self.has("never-same-end") else 1)
            )
            if self.has("sort-as-text-with-nulls-between") and row["time"] is None:
                moment = EPOCH - 86400 - 1
            return [moment, hashlib.sha256(row["id"].encode()).hexdigest()]

        rows = sorted(self.rows, key=place, reverse=down)
        return [([number], row) for number, row in enumerate(rows)]

    def GetOrganizationsAccessReport(self, given: Mapping[str, Any]) -> str:
        job_id = given.get("JobId")
        if not job_id or len(job_id) != 36 or given.get("SortKey", self.sorts[0]) not in self.sorts:
            raise Refused(400, "ValidationError")
        if given.get("Marker") == "":
            raise Refused(400, "ValidationError")
        self.limit(given)
        if job_id not in self.jobs:
            raise Refused(404, "NoSuchEntity")
        job = self.jobs[job_id]
        status = self.status(job)
        parts: dict[str, Any] = {"JobStatus": status, "JobCreationDate": iso(job["at"])}
        if status != "IN_PROGRESS":
            parts["JobCompletionDate"] = iso(job["until"] + 0.004)
        text = "".join(element(name, value) for name, value in parts.items())
        if status == "FAILED":
            text += element("ErrorDetails", {"Message": "It failed", "Code": job["failed"]})
        if status != "COMPLETED":
            return text + element("IsTruncated", False)
        if given.get("Marker"):
            mark = self.redeem(given["Marker"])
            if self.has("once"):
                self.tokens[given["Marker"]] = (mark, time.monotonic())  # page() takes it again
            if mark is not None and mark[3] != [job_id, given.get("SortKey") or self.sorts[0]]:
                raise Refused(400, "InvalidInput")
        rows, state = self.page(given)
        never = sum(row["time"] is None for row in self.rows)
        if self.has("counts-of-the-page"):
            never = sum(row["time"] is None for row in rows)
        text += element("NumberOfServicesAccessible", len(self.rows)) + element("NumberOfServicesNotAccessed", never)
        inner = ""
        for row in rows:
            value: dict[str, Any] = {"ServiceName": f"Manage - {row['id']} (x)", "ServiceNamespace": row["id"]}
            if row["time"] is not None:
                value |= {
                    "Region": "eu-west-1",
                    "EntityPath": f"{self.root}{ACCOUNT}",
                    "LastAuthenticatedTime": iso(row["time"], 0),
                }
                value["TotalAuthenticatedEntities"] = 1
                if self.has("region-left-out"):
                    value.pop("Region")
                if self.has("entity-path-left-out"):
                    value.pop("EntityPath")
            else:
                if row["id"] == "iam" or self.has("region-everywhere"):
                    value["Region"] = "us-east-1"
                value["TotalAuthenticatedEntities"] = 0
                if self.has("total-left-out"):
                    value.pop("TotalAuthenticatedEntities")
            inner += element("member", value)
        text += f"<AccessDetails>{inner}</AccessDetails>"
        if state is not None or not self.has("truncated-left-out"):
            text += element("IsTruncated", state is not None)
        if state is not None:
            state[3] = [job_id, given.get("SortKey") or self.sorts[0]]
            text += element("Marker", self.issue(state))
        return text

    def result(self, name: str, document: Any) -> tuple[int, dict[str, str], bytes]:
        number = str(uuid.uuid4())
        inner = f"<{name}Result>{document}</{name}Result><ResponseMetadata><RequestId>{number}</RequestId></ResponseMetadata>"
        status, headers, body = self.document(f"{name}Response", inner)
        return status, {**headers, "x-amzn-requestid": number}, body

    def error(self, refusal: Refused) -> tuple[int, dict[str, str], bytes]:
        kind = "Sender" if refusal.status < 500 else "Receiver"
        text = (
            f'<ErrorResponse xmlns="{self.namespace}"><Error><Type>{kind}</Type><Code>{refusal.code}</Code>'
            f"<Message>{refusal.message}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        )
        return refusal.status, {"Content-Type": "text/xml"}, text.encode()
