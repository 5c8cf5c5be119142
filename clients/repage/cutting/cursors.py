"""Tokens that are places by themselves: the name of the last item of a page, or of the first one of the next.

They are not made up. Where a response of such an operation is cut, its tokens are those that the service would have given there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pages import Item

__all__ = ["CURSORS", "KeyCursor", "cursors_of"]


@dataclass(frozen=True)
class KeyCursor:
    """The members of an item that are the tokens, one for each token of the operation; ``@`` is the item itself.

    `names_next`: the item is the first one of the next page. `puts_only_with`: responses have the token in a member of its own only where the
    request has this parameter; else clients take it from the last item.
    """

    members: tuple[str, ...]
    names_next: bool = False
    puts_only_with: str | None = None

    def has_member(self, parameters: Mapping[str, Any]) -> bool:
        """Whether responses to such a request have the token in a member of its own."""
        return self.puts_only_with is None or bool(parameters.get(self.puts_only_with))


#: From their documentation, at https://docs.aws.amazon.com.
CURSORS: Mapping[str, KeyCursor] = {
    "dynamodb:ListBackups": KeyCursor(("BackupArn",)),
    "dynamodb:ListTables": KeyCursor(("@",)),
    "importexport:ListJobs": KeyCursor(("JobId",)),
    "kinesis:DescribeStream": KeyCursor(("ShardId",)),
    "route53:ListResourceRecordSets": KeyCursor(("Name", "Type", "SetIdentifier"), names_next=True),
    "s3:ListMultipartUploads": KeyCursor(("Key", "UploadId")),
    "s3:ListObjectVersions": KeyCursor(("Key", "VersionId")),
    "s3:ListObjects": KeyCursor(("Key",), puts_only_with="Delimiter"),
    "s3:ListParts": KeyCursor(("PartNumber",)),
}


def cursors_of(cursor: KeyCursor, items: list[Item]) -> list[tuple[Any, ...]] | None:
    """The tokens that each item stands for; None where they do not tell the items apart."""
    found = [tuple(_value(item, name) for name in cursor.members) for _, item in items]
    if not all(each[0] for each in found) or len(set(map(repr, found))) < len(found):
        return None
    return found


def _value(item: Any, name: str) -> Any:
    if name == "@":
        return item
    found = item.get(name) if isinstance(item, dict) else None
    # What S3 rolls up has a prefix in the place of a key.
    return item.get("Prefix") if found is None and name == "Key" and isinstance(item, dict) else found
