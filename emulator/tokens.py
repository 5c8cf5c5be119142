"""How tokens are written: as text, as a number, as a map, or not at all, where they are the key of the last item."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..spec.patterns import fits
from .lists.items import said_by_item
from .lists.texts import text

__all__ = ["EMPTY_TOKEN_REFUSED", "TokenForm"]

#: Services and operations that were seen to refuse an empty token, although their model allows it. Others take it for none.
EMPTY_TOKEN_REFUSED: Mapping[str, str] = {
    "autoscaling": "https://github.com/boto/boto3/issues/2134",
    "backup": "https://github.com/boto/boto3/issues/3167",
    "s3:ListObjectsV2": "https://github.com/minio/minio/issues/5931",
}


class TokenForm:
    """How one token is written: as text, as a number, as a map, or not at all, where it is the key of the last item."""

    def __init__(self, parameter: str, output: str, shape: Any) -> None:
        self.input = parameter
        self.output = output
        self.shape = shape
        self.type: str = getattr(shape, "type_name", "string")
        ways = [each.strip() for each in output.split("||")]
        #: Where it is put in a response; None where items say it.
        self.path = next((each for each in ways if "[" not in each), None)
        #: The path inside an item that says it, where the items do.
        self.by_item = said_by_item(output)

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """The bounds of its text."""
        return getattr(self.shape, "metadata", {}) if self.type == "string" else {}

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether the model allows an empty text, or 0 where it is a number."""
        if self.type in ("integer", "long"):
            return not getattr(self.shape, "metadata", {}).get("min")
        return self.type == "string" and "enum" not in self.metadata and fits(self.metadata, "")

    @cached_property
    def is_free(self) -> bool:
        """Whether any text in the alphabet of our tokens will do."""
        return self.type == "map" or (
            self.type == "string"
            and "enum" not in self.metadata
            and fits(self.metadata, "a" * 40)
            and fits(self.metadata, "_-Z9" * 10)
        )

    def text(self, digest: bytes) -> str:
        """A text that the model allows and that cannot be guessed, made from a digest."""
        allowed = self.metadata.get("enum")
        if allowed:
            return str(allowed[digest[0] % len(allowed)])
        if self.is_free:
            return urlsafe_b64encode(digest[:30]).decode()
        number = int.from_bytes(digest[:6])
        if self.type in ("integer", "long"):
            low, high = int(self.metadata.get("min", 1)), int(self.metadata.get("max", 2**31 - 1))
            return str(low + number % (high - low + 1))
        return text(self.input, self.metadata, number)

    def value(self, text: str) -> Any:
        """The token as it stands in a response or a request."""
        if self.type in ("integer", "long"):
            return int(text)
        if self.type == "map":
            return {"token": _inside(self.shape.value, text)}
        return text

    def read(self, sent: Any) -> str:
        """The text that such a value holds; whatever else was sent, as text that was never issued."""
        if self.type == "map":
            inner = sent.get("token") if isinstance(sent, Mapping) and len(sent) == 1 else None
            while isinstance(inner, Mapping) and len(inner) == 1:
                inner = next(iter(inner.values()))
            return inner if isinstance(inner, str) else f"{sent}"
        return sent if isinstance(sent, str) else str(sent)


def _inside(shape: Any, text: str) -> Any:
    if shape.type_name == "structure":
        name = next((each for each, inner in shape.members.items() if inner.type_name == "string"), None)
        return {name: text} if name else {}
    return text
