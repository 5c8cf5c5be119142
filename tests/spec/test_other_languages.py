"""The schemas and the vectors in the hands of other people's programs: ajv in Node, check-jsonschema, and the example that runs the vectors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from awscontract import spec
from awscontract.spec.operations import judged, load
from awscontract.spec.schema import operation_schemas
from awscontract.spec.vectors import vectors

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "node-vectors"
#: A list operation of each protocol, beside the checked-in schemas of the access reports.
LISTS = (
    "iam:ListUsers",
    "ec2:DescribeVpcs",
    "dynamodb:Scan",
    "lambda:ListFunctions",
    "s3:ListObjectsV2",
    "efs:DescribeAccessPoints",
)

#: Compiles each schema by itself, as strictly as ajv can, and prints what it refuses.
STRICT = """
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
const refused = {};
for (const [name, schema] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  try { addFormats(new Ajv2020({ strict: true })).compile(schema); } catch (error) { refused[name] = error.message; }
}
console.log(JSON.stringify(refused));
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example with what it needs from npm."""
    if not shutil.which("node"):
        pytest.skip("there is no node")
    folder = tmp_path_factory.mktemp("node") / "example"
    shutil.copytree(EXAMPLE, folder)
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, timeout=200, capture_output=True)
    return folder


def refused(node: Path, schemas: Mapping[str, Any]) -> dict[str, str]:
    node.joinpath("strict.mjs").write_text(STRICT, encoding="utf-8")
    text = json.dumps(schemas)
    done = subprocess.run(["node", "strict.mjs"], cwd=node, input=text, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def checked_in() -> dict[str, Any]:
    return {name: spec.schema(name) for name in spec.schema_names()}


def derived(operations: Iterable[str]) -> dict[str, Any]:
    return {f"{name} {title}": each for name in operations for title, each in operation_schemas(load(name)).items()}


def test_ajv_takes_the_schemas(node: Path) -> None:
    """In strict mode, with each keyword beside its type and every pattern in Unicode mode; another schema is refused."""
    assert refused(node, {**checked_in(), **derived(LISTS)}) == {}
    assert "missing type" in refused(node, {"untyped": {"minLength": 1}})["untyped"]


@pytest.mark.nightly
def test_ajv_takes_the_schemas_of_every_operation(node: Path) -> None:
    """The same for every operation that has a recipe or a contract file."""
    assert refused(node, derived(judged())) == {}


def test_the_example_runs_the_vectors(node: Path) -> None:
    """All that have a JSON form come out as the index says, good and bad ones, results and errors."""
    whole = sum(all(one.json for one in each.responses) for each in vectors())
    done = run_vectors(node, ROOT / "spec")

    assert whole > 300
    left = len(vectors()) - whole
    assert done.stdout == f"{whole} of {len(vectors())} vectors run, {left} without JSON, 0 wrong\n", done.stderr
    assert done.returncode == 0


def test_the_example_finds_a_vector_that_is_wrong(node: Path, tmp_path: Path) -> None:
    """A bad one that is said to be good is named, and the program fails."""
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    path = tmp_path / "spec" / "vectors" / "index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    bad = next(
        each for each in index["vectors"] if each["breaks"] == ["shape.required"] and each["responses"][0].get("json")
    )
    bad["breaks"] = []
    path.write_text(json.dumps(index), encoding="utf-8")
    done = run_vectors(node, tmp_path / "spec")

    assert done.returncode == 1
    assert done.stderr == f"{bad['id']}: {bad['description']}\n"


def run_vectors(node: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["node", "vectors.mjs", str(folder)]
    return subprocess.run(command, cwd=node, capture_output=True, text=True, timeout=200, check=False)


def test_check_jsonschema_takes_the_schemas(tmp_path: Path) -> None:
    """As schemas of their dialect, with patterns that ECMAScript reads."""
    for name, each in {**checked_in(), **derived(LISTS)}.items():
        tmp_path.joinpath(f"{name.replace(':', '.')}.json").write_text(json.dumps(each), encoding="utf-8")
    files = sorted(map(str, tmp_path.glob("*.json")))

    assert check_jsonschema("--check-metaschema", *files) == "ok -- validation done\n"


def test_check_jsonschema_takes_the_errors() -> None:
    """Every error of the vectors that is written as JSON is what the schema of errors describes."""
    folder = ROOT / "spec" / "vectors"
    files = [str(folder / one.json) for each in vectors() for one in each.responses if one.json and one.status >= 400]

    assert len(files) > 10
    schema = ROOT / "spec" / "schemas" / "error.json"
    assert check_jsonschema("--schemafile", str(schema), *files) == "ok -- validation done\n"


def check_jsonschema(*arguments: str) -> str:
    command = [sys.executable, "-P", "-m", "check_jsonschema", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    return done.stdout + done.stderr
