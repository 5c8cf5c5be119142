"""What a recipe created, as lines of Python with boto3 that create it again."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore import xform_name

from ...spec.contract import Contract
from ...spec.recipe import PLACEHOLDER, Recipe, RecipeCall
from ..trace.exchange import Run
from .given import variable

__all__ = ["set_up_lines"]

_RUN = re.compile(r"awscontract-?[0-9a-f]{8}-?[0-9a-f]{4}")
_PLAIN = re.compile(r"\w+(\.\w+)*", re.ASCII)

_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"}]}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}

#: What a placeholder is in Python, and the lines that it needs first.
_EXPRESSIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "run": ("run", ()),
    "name": ("name", ()),
    "run_word": ('run.replace("-", "")', ()),
    "name_word": ('name.replace("-", "")', ()),
    "index": ("index", ()),
    "number": ("index + 1", ()),
    "region": ('"us-east-1"', ()),
    "zone": ('"us-east-1a"', ()),
    "location": ("None", ()),
    "now": ("datetime.now(UTC)", ("from datetime import UTC, datetime",)),
    "milliseconds": ("int(time.time() * 1000)", ("import time",)),
    "policy": ("policy", ("import json", f"policy = json.dumps({json.dumps(_POLICY)})")),
    "trust": ("trust", ("import json", f"trust = json.dumps({json.dumps(_TRUST)})")),
    "zip": (
        "zipped.getvalue()",
        (
            "import io, zipfile",
            'with zipfile.ZipFile(zipped := io.BytesIO(), "w") as archive:',
            '    archive.writestr("index.py", "def handler(event, context): return event")',
        ),
    ),
}


def set_up_lines(contract: Contract, run: Run) -> tuple[list[str], dict[str, str]]:
    """The lines, and the parameters of the operation's own requests as expressions; nothing where the run created nothing."""
    recipe = contract.recipe
    found = _RUN.search(json.dumps([run.made, run.parameters], default=str))
    if recipe is None or not _items(run) or found is None:
        return [], {}
    writer = _Writer(contract, recipe, run)
    lines = list(writer.lines(found[0]))
    expressions = {
        name: writer.expression(template) for name, template in recipe.request.items() if name in run.parameters
    }
    return [*writer.head(), *lines], expressions


def _items(run: Run) -> int:
    """How many items the recipe created."""
    return run.created or len(run.made)


class _Writer:
    def __init__(self, contract: Contract, recipe: Recipe, run: Run) -> None:
        self.contract, self.recipe, self.run = contract, recipe, run
        self.needed: dict[str, None] = {}
        self.services: dict[str, None] = {}

    def head(self) -> Iterator[str]:
        """Clients of other services, and what the values need."""
        for name in self.services:
            there = "config=config" if self.run.kind == "aws" else '"us-east-1", config=config, **there'
            yield f'{variable(name)} = boto3.client("{name}", {there})'
        yield from self.needed

    def lines(self, name: str) -> Iterator[str]:
        recipe, items = self.recipe, _items(self.run)
        yield f"run = {name!r}  # nothing is deleted afterwards"
        once = [self.call(each) for each in recipe.once]
        if once:
            yield f"once = [{once[0]}]"
            yield from (f"once.append({each})" for each in once[1:])
        if not recipe.each:
            return
        yield f"for index in range({items}):"
        yield f"    name = {self.names(items)}"
        calls = [self.call(each) for each in recipe.each]
        if any("each[" in each for each in calls):
            yield "    each = []"
            yield from (f"    each.append({each})" for each in calls)
        else:
            yield from (f"    {each}" for each in calls)

    def names(self, items: int) -> str:
        """The names of the items, in an order that is not the one of their creation, as in the run."""
        numbers = [int(found[1]) for each in self.run.made if (found := re.search(r"-(\d{2,4})(?!.*-\d{2})", each))]
        if sorted(numbers) == list(range(items)) and numbers != sorted(numbers):
            return f'f"{{run}}-{{{numbers!r}[index]:02}}"'
        return 'f"{run}-{index:02}"'

    def call(self, call: RecipeCall) -> str:
        name = call.service or self.contract.service
        if name != self.contract.service:
            self.services[name] = None
        values = {each: self.expression(value) for each, value in call.parameters.items()}
        arguments = ", ".join(f"{each}={value}" for each, value in values.items() if value != "None")
        return f"{variable(name)}.{xform_name(call.call)}({arguments})"

    def expression(self, template: Any) -> str:
        """A template as an expression."""
        if isinstance(template, str):
            if whole := PLACEHOLDER.fullmatch(template):
                return self.placeholder(*whole.groups())
            if not PLACEHOLDER.search(template):
                return self.literal(template)
            parts, end = [], 0
            for found in PLACEHOLDER.finditer(template):
                parts += [repr(template[end : found.start()])] if found.start() > end else []
                parts.append(f"str({self.placeholder(*found.groups())})")
                end = found.end()
            parts += [repr(template[end:])] if end < len(template) else []
            return " + ".join(each.replace("str(run)", "run").replace("str(name)", "name") for each in parts)
        if isinstance(template, Mapping):
            members = ((self.expression(name), self.expression(value)) for name, value in template.items())
            return "{" + ", ".join(f"{name}: {value}" for name, value in members if value != "None") + "}"
        if isinstance(template, Sequence):
            return "[" + ", ".join(self.expression(each) for each in template) + "]"
        return repr(template)

    def literal(self, text: str) -> str:
        """A string; a JSON document, which may be long, as the value that it is written from."""
        try:
            document = json.loads(text) if text.startswith("{") else None
        except ValueError:
            document = None
        if document is None:
            return repr(text)
        self.needed["import json"] = None
        return f"json.dumps({document!r})"

    def placeholder(self, name: str, number: str | None, detail: str | None) -> str:
        if detail and detail.endswith(":basename"):
            return self.placeholder(name, number, detail.removesuffix(":basename")) + '.rpartition("/")[2]'
        if name in ("once", "each"):
            response = f"{name}[{int(number or 0)}]"
            if detail and _PLAIN.fullmatch(detail):
                return response + "".join(f"[{each!r}]" for each in detail.split("."))
            self.needed["import jmespath"] = None
            return f"jmespath.search({detail!r}, {response})"
        if name == "items":
            return str(_items(self.run))
        if name == "index" and detail:
            return f'f"{{index:{detail}}}"'
        expression, needs = _EXPRESSIONS[name]
        self.needed |= dict.fromkeys(needs)
        return expression
