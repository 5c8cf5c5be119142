"""One web page: a matrix of implementations by rules, and every finding with what it rests on.

It is a single file that asks nothing of any network. Everything can be read without its script, which only filters and copies.
"""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from ...errors import UsageError, one_line
from ..results.result import OUTCOMES
from ..trace.exchange import Exchange
from .matrix import FINDINGS, SYMBOLS, Column, Matrix
from .text import figures, reason

__all__ = ["render"]

#: So much of one answer is shown; the trace has the rest.
_SHOWN = 4_000
_LEVELS = ("must", "should", "may")


def render(matrix: Matrix) -> str:
    """The page.

    :raises UsageError: where jinja2 is not installed.
    """
    try:
        import jinja2
        from markupsafe import Markup, escape
    except ImportError:
        raise UsageError("--format html needs jinja2: pip install 'awscontract[html]'") from None

    def finalize(value: Any) -> Any:
        """Nothing that a target said may hide or turn around what stands beside it."""
        return one_line(value) if type(value) is str else value

    def lines(text: str) -> Markup:
        return Markup("\n").join(escape(one_line(line)) for line in text.splitlines())

    environment = jinja2.Environment(
        autoescape=True, finalize=finalize, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"lines": lines}
    style, script = Markup(_text("page.css")), Markup(_text("page.js"))
    return environment.from_string(_text("page.html")).render(
        matrix=matrix,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'",
        levels=_LEVELS,
        outcomes=OUTCOMES,
        symbols=SYMBOLS,
        findings=FINDINGS,
        figures=figures,
        reason=reason,
        exchanges=_exchanges,
        asked=_asked,
        body=_body,
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The only style and the only script that the page may have."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _exchanges(column: Column, indices: tuple[int, ...]) -> list[Exchange]:
    recorded = column.trace.exchanges if column.trace else ()
    return [recorded[index] for index in indices if index < len(recorded)]


def _asked(exchange: Exchange) -> str:
    parameters = exchange.parameters or {}
    return " ".join([exchange.operation, *(f"{name}={value}" for name, value in parameters.items())])


def _body(exchange: Exchange) -> str:
    body = exchange.body.decode(errors="backslashreplace")
    return body if len(body) <= _SHOWN else f"{body[:_SHOWN]}\n… ({len(body)} characters)"
