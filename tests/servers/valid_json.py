"""Operations over AWS JSON: accounts, tagged resources, shards, queues, log events, tables and their items."""

# ruff: noqa: N802 (methods have the names of operations)

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from servers.valid_engine import ACCOUNT, EPOCH, Refused, Service

__all__ = ["Accounts", "Events", "Queues", "Scan", "Shards", "Tables", "Tagged"]


class Accounts(Service):
    operation = "organizations:ListAccounts"
    prefix = "AWSOrganizationsV20161128"
    maximum, default = 20, 20
    throttled = (400, "TooManyRequestsException")
    bad_token = bad_limit = bad_parameter = (400, "InvalidInputException")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        return {**row, "id": f"{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**12:012d}", "name": name}

    def ListAccounts(self, given: Mapping[str, Any]) -> Any:
        rows, state = self.page(given)
        items = []
        for row in rows:
            joined: Any = EPOCH + row["n"] * 60.25
            if self.has("whole-seconds"):
                joined = int(joined)
            if self.has("timestamp-as-text"):
                joined = "yesterday"
            item = {
                "Id": row["id"],
                "Arn": f"arn:aws:organizations::{ACCOUNT}:account/o-abcdefghij/{row['id']}",
                "Email": f"x{row['n']}@example.com",
                "Name": row["name"] or "x",
                "Status": ("ACTIVE", "SUSPENDED")[row["n"] % 2],
                "JoinedMethod": "CREATED",
                "JoinedTimestamp": joined,
            }
            if self.has("enum-unknown"):
                item["Status"] = "active"
            if self.has("number-for-text"):
                item["Id"] = int("9" + row["id"][1:])
            items.append(self.trim(item, "Id"))
        document: dict[str, Any] = {"Accounts": items}
        if not items and self.has("list-left-out"):
            document = {}
        if self.has("list-is-map"):
            document = {"Accounts": {"Account": items}}
        return self.more(document, state)


class Tagged(Service):
    operation = "resourcegroupstaggingapi:GetResources"
    prefix = "ResourceGroupsTaggingAPI_20170126"
    token_in = token_out = "PaginationToken"
    limit_name = "ResourcesPerPage"
    maximum, default = 100, 50
    throttled = (400, "ThrottledException")
    bad_token = bad_limit = bad_parameter = (400, "InvalidParameterException")
    expired_token = (400, "PaginationTokenExpiredException")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        return {**row, "id": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}", "tags": {"own": "yes" if own else "no"}}

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        filters = given.get("TagFilters") or []
        return all(
            each["Key"] in row["tags"] and (not each.get("Values") or row["tags"][each["Key"]] in each["Values"])
            for each in filters
        )

    def GetResources(self, given: Mapping[str, Any]) -> Any:
        rows, state = self.page(given)
        items = [
            self.trim(
                {
                    "ResourceARN": row["id"],
                    "Tags": [{"Key": key, "Value": value} for key, value in row["tags"].items()],
                },
                "ResourceARN",
            )
            for row in rows
        ]
        document = self.more({"ResourceTagMappingList": items}, state)
        if not self.has("no-token-at-end"):
            document.setdefault("PaginationToken", "")
        return document


class Shards(Service):
    operation = "kinesis:ListShards"
    prefix = "Kinesis_20131202"
    maximum, default = 10000, 1000
    throttled = (400, "LimitExceededException")
    bad_token = bad_limit = bad_parameter = (400, "InvalidArgumentException")
    expired_token = (400, "ExpiredNextTokenException")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        return {**row, "id": f"shardId-{row['n'] - 1:012d}"}

    def ListShards(self, given: Mapping[str, Any]) -> Any:
        others = [name for name in given if name not in ("NextToken", "MaxResults")]
        if given.get("NextToken") is not None:
            if given["NextToken"] == "":
                raise Refused(400, "ValidationException")
            if others and not self.has("token-together-accepted"):
                raise Refused(400, "InvalidArgumentException", "NextToken and StreamName cannot be provided together.")
        elif "StreamName" not in given and "StreamARN" not in given:
            raise Refused(400, "InvalidArgumentException")
        elif given.get("StreamName", "s") != "s":
            raise Refused(400, "ResourceNotFoundException")
        rows, state = self.page(given)
        items = []
        for row in rows:
            item = {
                "ShardId": row["id"],
                "HashKeyRange": {
                    "StartingHashKey": str(row["n"]),
                    "EndingHashKey": "340282366920938463463374607431768211455",
                },
                "SequenceNumberRange": {"StartingSequenceNumber": "4954" + str(row["n"])},
                "ParentShardId": "shardId-000000000000",
            }
            if self.has("required-left-out"):
                del item["HashKeyRange"]
            if self.has("pattern-broken"):
                item["HashKeyRange"] = {"StartingHashKey": "0x12", "EndingHashKey": "12"}
            items.append(self.trim(item, "ShardId", "HashKeyRange", "SequenceNumberRange"))
        return self.more({"Shards": items}, state)


class Queues(Service):
    operation = "sqs:ListQueues"
    prefix = "AmazonSQS"
    version = "1.0"
    default = 1000
    throttled = (403, "RequestThrottled")
    bad_token = bad_limit = bad_parameter = (400, "InvalidParameterValue")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        name = re.sub(r"[^\w-]", "_", name, flags=re.ASCII)
        row = super().row(name, own)
        return {**row, "id": f"{self.base()}/{ACCOUNT}/{name}", "name": name}

    def base(self) -> str:
        return "https://sqs.us-east-1.amazonaws.com"

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        return bool(row["name"].startswith(given.get("QueueNamePrefix") or ""))

    def ListQueues(self, given: Mapping[str, Any]) -> Any:
        if given.get("NextToken") and given.get("MaxResults") is None and self.has("limit-needed-with-token"):
            raise Refused(400, "InvalidParameterValue", "MaxResults is required with NextToken")
        rows, state = self.page(given)
        if given.get("MaxResults") is None and not self.has("token-without-limit"):
            state = None
        document = {"QueueUrls": [row["id"] for row in rows]}
        if not rows and not self.has("list-there"):
            document = {}
        return self.more(document, state)

    def CreateQueue(self, given: Mapping[str, Any]) -> Any:
        row = self.row(given["QueueName"], True)
        if self.has("late"):
            row["from"] = self.lists + 3
        if row["id"] not in {each["id"] for each in self.rows}:
            self.rows.append(row)
        return {"QueueUrl": row["id"]}

    def DeleteQueue(self, given: Mapping[str, Any]) -> Any:
        self.rows = [row for row in self.rows if row["id"] != given["QueueUrl"]]
        return {}


class Events(Service):
    operation = "logs:FilterLogEvents"
    prefix = "Logs_20140328"
    token_in = token_out = "nextToken"
    limit_name = "limit"
    maximum, default = 10000, 10000
    bad_token = bad_limit = bad_parameter = (400, "InvalidParameterException")

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        # several events in one millisecond, of several streams
        return {**row, "at": EPOCH * 1000 + row["n"] // 3, "stream": ("a/ b", "[$LATEST]é")[row["n"] % 2]}

    def key(self, row: Mapping[str, Any]) -> Any:
        return [row["at"], row["n"]]

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        return (given.get("filterPattern") or "").strip('"') in row["id"]

    def FilterLogEvents(self, given: Mapping[str, Any]) -> Any:
        if given.get("logGroupName") != "g":
            raise Refused(400, "ResourceNotFoundException")
        rows, state = self.page(given)
        items = [
            self.trim(
                {
                    "logStreamName": row["stream"],
                    "timestamp": row["at"],
                    "message": row["id"],
                    "ingestionTime": row["at"] + 5,
                    "eventId": f"{row['n']:056d}",
                },
                "message",
                "timestamp",
            )
            for row in rows
        ]
        document: dict[str, Any] = {"events": items, "searchedLogStreams": []}
        if self.has("searched"):
            document["searchedLogStreams"] = [{"logStreamName": "a/ b", "searchedCompletely": state is None}]
        if self.has("list-left-out"):
            document.pop("searchedLogStreams")
            if not items:
                document.pop("events")
        return self.more(document, state)


class Dynamo(Service):
    prefix = "DynamoDB_20120810"
    version = "1.0"
    maximum, default = 0, 1000
    throttled = (400, "ProvisionedThroughputExceededException")
    bad_token = bad_limit = bad_parameter = (400, "ValidationException")


class Tables(Dynamo):
    operation = "dynamodb:ListTables"
    token_in, token_out = "ExclusiveStartTableName", "LastEvaluatedTableName"
    limit_name = "Limit"
    maximum, default = 100, 100
    natural = True

    def row(self, name: str, own: bool) -> dict[str, Any]:
        return super().row(re.sub(r"[^a-zA-Z0-9_.-]", "_", name).ljust(3, "_"), own)

    def issue(self, state: Any) -> Any:
        return "aaa" if self.has("token-constant") else state[0][0]

    def redeem(self, token: str) -> Any:
        if self.has("token-must-exist") and token not in {row["id"] for row in self.rows}:
            raise Refused(*self.bad_token)
        if not re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", token):
            raise Refused(*self.bad_token)
        return [[token], 0, 0, None]

    def ListTables(self, given: Mapping[str, Any]) -> Any:
        rows, state = self.page(given)
        return self.more({"TableNames": [row["id"] for row in rows]}, state)


class Scan(Dynamo):
    """Items of one table; the limit counts what is evaluated; the order is that of a hash."""

    operation = "dynamodb:Scan"
    token_in, token_out = "ExclusiveStartKey", "LastEvaluatedKey"
    limit_name = "Limit"
    natural = True

    def prepare(self) -> None:
        self.choices |= {"evaluates", "exact-fit"} - ({"exact-fit"} if self.has("looks-ahead") else set())
        self.tables = {"t"}
        self.preloaded = [dict(row) for row in self.rows]

    def row(self, name: str, own: bool) -> dict[str, Any]:
        row = super().row(name, own)
        row["value"] = (
            {"pk": {"N": str(row["n"])}}
            if self.has("no-id")
            else {"id": {"S": name}, "own": {"BOOL": own}, "at": {"N": str(row["n"])}}
        )
        if self.has("nested"):
            row["value"] |= {"m": {"M": {"": {"NULL": True}, "l": {"L": [{"B": "AAE="}, {"SS": ["é"]}]}}}}
        if self.has("sort-key"):
            row["value"]["id"] = {"S": f"same-{row['n'] % 3}"}
            row["value"]["sort"] = {"N": str(row["n"])}
        return row

    def key(self, row: Mapping[str, Any]) -> Any:
        return hashlib.sha256(json.dumps(self.primary(row["value"])).encode()).hexdigest()

    def primary(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value[name] for name in ("id", "sort", "pk") if name in value}

    def keep(self, row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        if "FilterExpression" not in given:
            return True
        wanted = next(iter(given["ExpressionAttributeValues"].values()))
        return bool(row["value"].get("own") == wanted)

    def issue(self, state: Any) -> Any:
        if self.has("token-constant"):
            return {"id": {"S": "AAAA"}}
        for row in self.rows:
            if [self.key(row)] == state[0]:
                return self.primary(row["value"])
        return {"id": {"S": "?"}}

    def redeem(self, token: Any) -> Any:
        for name, value in token.items():
            if name not in ("id", "sort", "pk") or not isinstance(value, dict) or len(value) != 1:
                raise Refused(400, "ValidationException", "The provided starting key is invalid")
        if set(token) != ({"pk"} if self.has("no-id") else {"id", "sort"} if self.has("sort-key") else {"id"}):
            raise Refused(400, "ValidationException", "The provided starting key is invalid")
        return [[hashlib.sha256(json.dumps(self.primary(token)).encode()).hexdigest()], 0, 0, None]

    def Scan(self, given: Mapping[str, Any]) -> Any:
        table = given.get("TableName")
        if not table:
            raise Refused(400, "ValidationException")
        if table not in self.tables:
            raise Refused(400, "ResourceNotFoundException")
        before = self.rows
        self.rows = [row for row in before if row.get("table", "t") == table]
        try:
            rows, state = self.page(given)
            document: dict[str, Any] = {
                "Items": [row["value"] for row in rows],
                "Count": len(rows),
                "ScannedCount": len(rows) + 3,
            }
            return self.more(document, state)
        finally:
            self.rows = before

    def CreateTable(self, given: Mapping[str, Any]) -> Any:
        self.tables.add(given["TableName"])
        return {"TableDescription": {"TableName": given["TableName"], "TableStatus": "CREATING"}}

    def DescribeTable(self, given: Mapping[str, Any]) -> Any:
        return {"Table": {"TableName": given["TableName"], "TableStatus": "ACTIVE"}}

    def ListTables(self, given: Mapping[str, Any]) -> Any:
        return {"TableNames": sorted(self.tables)}

    def DeleteTable(self, given: Mapping[str, Any]) -> Any:
        self.tables.discard(given["TableName"])
        return {"TableDescription": {"TableName": given["TableName"]}}

    def PutItem(self, given: Mapping[str, Any]) -> Any:
        row = {
            "id": given["Item"]["id"]["S"],
            "own": given["Item"]["own"]["BOOL"],
            "n": next(self.numbers),
            "value": given["Item"],
            "table": given["TableName"],
        }
        self.rows.append(row)
        return {}
