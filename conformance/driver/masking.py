"""What signed a request is masked wherever it comes back: in a body, a header or a message of a failure.

Dummy credentials are no secrets: they are short, and masking them would change what a server wrote.
"""

import base64
import re
import threading
from collections import deque
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["MASK", "Secrets"]

MASK = "REDACTED"
#: Real keys are longer than this, and the dummies of emulators' users are shorter.
_SHORTEST = 12
_KEY = re.compile(r"Credential=([^/,\s]+)|AWS ([^:\s]+):|Bearer (\S+)")
_SIGNATURE = re.compile(r"Signature=([^,\s]+)|AWS [^:\s]+:(\S+)")
#: Signatures of so many requests are looked for.
_SIGNATURES = 64


class Secrets:
    """The credentials and signatures of a run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._signatures: deque[str] = deque(maxlen=_SIGNATURES)
        self._text: re.Pattern[str] | None = None
        self._bytes: re.Pattern[bytes] | None = None

    def add(self, *values: str | None) -> None:
        """Note values to mask, where they are long enough to be secret."""
        new = {each for each in values if each and len(each) >= _SHORTEST} - self._known
        if not new:
            return
        with self._lock:
            self._known |= new
            forms = sorted({form for each in self._known for form in _forms(each)}, key=len, reverse=True)
            self._text = re.compile("|".join(map(re.escape, forms)))
            self._bytes = re.compile(b"|".join(re.escape(each.encode()) for each in forms))

    def of_client(self, client: Any) -> None:
        """Note the credentials that a client signs with, if it has them already."""
        credentials = getattr(getattr(client, "_request_signer", None), "_credentials", None)
        for name in ("access_key", "secret_key", "token"):
            value = getattr(credentials, f"_{name}", None) or getattr(credentials, name, None)
            self.add(value if isinstance(value, str) else None)

    def note(self, headers: Mapping[str, Any]) -> None:
        """Note what the headers of a signed request hold."""
        for name, value in headers.items():
            text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
            if str(name).lower() == "x-amz-security-token":
                self.add(text)
            elif str(name).lower() == "authorization":
                keys = [each for found in _KEY.findall(text) for each in found if len(each) >= _SHORTEST]
                self.add(*keys)
                if keys:
                    self._signatures.extend(each for found in _SIGNATURE.findall(text) for each in found if each)

    def masked(self, text: str) -> str:
        """The text without them."""
        text = text if self._text is None else self._text.sub(MASK, text)
        for signature in tuple(self._signatures):
            text = text.replace(signature, MASK)
        return text

    def masked_bytes(self, body: bytes) -> bytes:
        """The body without them."""
        body = body if self._bytes is None else self._bytes.sub(MASK.encode(), body)
        for signature in tuple(self._signatures):
            body = body.replace(signature.encode(), MASK.encode())
        return body


def _forms(secret: str) -> set[str]:
    """How a server may write it: as it is, escaped for URLs, XML, HTML or JSON, or in base64."""
    forms = {secret, quote(secret, safe=""), quote_plus(secret), escape(secret), secret.replace("/", r"\/")}
    forms.add(quote(secret))  # which leaves slashes as they are
    forms |= {re.sub("%..", lambda found: found[0].lower(), each) for each in forms if "%" in each}
    forms |= {escape(secret).replace("&#x27;", "&apos;"), secret.replace("/", "&#x2F;").replace("=", "&#x3D;")}
    forms.add(base64.b64encode(secret.encode()).decode().rstrip("="))
    return forms
