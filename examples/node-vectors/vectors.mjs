// Every vector that has a JSON form, held against the JSON Schema of its operation: node vectors.mjs FOLDER, where FOLDER is the
// project's folder `spec`, or `awscontract/spec` of an unpacked wheel. Put your own parser where `parse` is.
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const read = (...names) => readFileSync(join(folder, ...names), "utf8");

// What a schema says of one response: the service model's constraints, and conditions that name their rule in a $comment.
const MODEL = ["shape.required", "shape.type", "shape.enum", "shape.length", "shape.pattern"];

const ajv = addFormats(new Ajv2020({ strict: true, allErrors: true }));
const schemas = new Map();
function schemaOf(name) {
  if (!schemas.has(name)) {
    const text = read("schemas", `${name}.json`);
    const conditions = [...text.matchAll(/"\$comment": "([^"]+)"/g)].map((each) => each[1]);
    schemas.set(name, { validate: ajv.compile(JSON.parse(text)), rules: new Set([...MODEL, ...conditions]) });
  }
  return schemas.get(name);
}

const parse = (response) => JSON.parse(read("vectors", response.json)); // yours reads response.xml

const { schema_version, vectors } = JSON.parse(read("vectors", "index.json"));
if (schema_version !== 1) throw new Error(`this program reads version 1, not ${schema_version}`);

const whole = vectors.filter((vector) => vector.responses.every((each) => each.json));
const wrong = whole.filter((vector) => {
  const names = vector.responses.map((each) => (each.status < 400 ? `${vector.operation}.response` : "error"));
  const valid = vector.responses.every((each, place) => schemaOf(names[place]).validate(parse(each)));
  const broken = vector.breaks.some((rule) => names.some((name) => schemaOf(name).rules.has(rule)));
  return valid === broken;
});
for (const each of wrong) console.error(`${each.id}: ${each.description}`);
console.log(`${whole.length} of ${vectors.length} vectors run, ${vectors.length - whole.length} without JSON, ${wrong.length} wrong`);
process.exitCode = wrong.length ? 1 : 0;
