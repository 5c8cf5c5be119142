// A small emulator of iam:GetOrganizationsAccessReport on Node's standard library: node server.mjs [PORT]
//
// It breaks one rule of level `should`: under the time keys, services that were never accessed are sorted by their names among the others.
// awscontract-known.toml says so.

import { createServer } from "node:http";
import { randomUUID } from "node:crypto";

const XMLNS = "https://iam.amazonaws.com/doc/2010-05-08/";
const ENTITY = /^o-[0-9a-z]{10,32}\/r-[0-9a-z]{4,32}[0-9a-z-/]*$/;
const KEYS = ["SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING",
  "LAST_AUTHENTICATED_TIME_ASCENDING", "LAST_AUTHENTICATED_TIME_DESCENDING"];
const NAMES = { acm: "AWS Certificate Manager", batch: "AWS Batch", cloudtrail: "AWS CloudTrail", dynamodb: "Amazon DynamoDB",
  ec2: "Amazon EC2", glue: "AWS Glue", kms: "AWS Key Management Service", lambda: "AWS Lambda", s3: "Amazon S3", sqs: "Amazon SQS" };

const DAY = 86_400_000;
const jobs = new Map();    // JobId -> { entity, created, polls, services }
const markers = new Map(); // Marker -> { job, key, start }

class Refusal extends Error {
  constructor(code, message, status = 400) { super(message); this.code = code; this.status = status; }
}

function need(condition, message, code, status) {
  if (!condition) throw new Refusal(code ?? "ValidationError", message, status);
}

function generate({ EntityPath: entity = "", OrganizationsPolicyId: policy }) {
  need(entity.length >= 19 && entity.length <= 427 && ENTITY.test(entity), "EntityPath is not valid");
  need(policy === undefined || /^p-[0-9a-zA-Z_]{8,128}$/.test(policy), "OrganizationsPolicyId is not valid");
  const id = randomUUID();
  const now = new Date();
  const services = Object.keys(NAMES).sort().map((key, nth) => ({
    key, time: nth % 3 ? new Date(now - DAY * (1 + nth * 7 % 5)) : null }));
  jobs.set(id, { entity, created: now, polls: 1, services });
  return element("JobId", id);
}

function get({ JobId: id = "", MaxItems: limit = "100", Marker: marker, SortKey: key = KEYS[0] }) {
  need(id.length === 36, "JobId has 36 characters");
  need(/^\d+$/.test(limit) && limit >= 1 && limit <= 1000, "MaxItems is from 1 to 1000");
  need(marker === undefined || (marker.length >= 1 && marker.length <= 320), "Marker has 1 to 320 characters");
  need(KEYS.includes(key), "SortKey is not valid");
  const job = jobs.get(id);
  need(job, `There is no job ${id}`, "NoSuchEntity", 404);
  const from = marker === undefined ? { job: id, key, start: 0 } : markers.get(marker);
  need(from && from.job === id && from.key === key, "Marker is not of this listing", "InvalidInput");

  const created = element("JobCreationDate", job.created.toISOString());
  if (job.polls-- > 0) return element("JobStatus", "IN_PROGRESS") + created;
  job.completed ??= new Date();
  const end = from.start + Number(limit);
  const listed = sorted(job.services, key);
  const more = end < listed.length;
  const next = more ? randomUUID() : null;
  if (more) markers.set(next, { job: id, key, start: end });
  return element("JobStatus", "COMPLETED") + created + element("JobCompletionDate", job.completed.toISOString())
    + element("NumberOfServicesAccessible", listed.length)
    + element("NumberOfServicesNotAccessed", listed.filter(each => !each.time).length)
    + `<AccessDetails>${listed.slice(from.start, end).map(each => detail(each, job)).join("")}</AccessDetails>`
    + element("IsTruncated", more) + (more ? element("Marker", next) : "");
}

function sorted(services, key) {
  const used = services.filter(each => each.time).sort((a, b) => a.time - b.time);
  const list = key.startsWith("SERVICE") ? [...services] : services.map(each => each.time ? used.shift() : each);
  return key.endsWith("DESCENDING") ? list.reverse() : list;
}

function detail({ key, time }, { entity }) {
  const used = time && element("Region", "us-east-1") + element("EntityPath", `${entity}/123456789012`)
    + element("LastAuthenticatedTime", time.toISOString());
  return `<member>${element("ServiceName", NAMES[key])}${element("ServiceNamespace", key)}${used || ""}`
    + `${element("TotalAuthenticatedEntities", used ? 1 : 0)}</member>`;
}

function element(name, value) {
  return `<${name}>${String(value).replace(/[<>&]/g, each => `&#${each.charCodeAt()};`)}</${name}>`;
}

const operations = { GenerateOrganizationsAccessReport: generate, GetOrganizationsAccessReport: get };

function respond(body) {
  const { Action: action, ...parameters } = Object.fromEntries(new URLSearchParams(body));
  const id = element("RequestId", randomUUID());
  try {
    need(Object.hasOwn(operations, action), `There is no operation ${action}`, "InvalidAction");
    const result = operations[action](parameters);
    return [200, `<${action}Response xmlns="${XMLNS}"><${action}Result>${result}</${action}Result>`
      + `<ResponseMetadata>${id}</ResponseMetadata></${action}Response>`];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const details = element("Type", "Sender") + element("Code", error.code) + element("Message", error.message);
    return [error.status, `<ErrorResponse xmlns="${XMLNS}"><Error>${details}</Error>${id}</ErrorResponse>`];
  }
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", chunk => { body += chunk; }).on("end", () => {
    const [status, xml] = respond(body);
    response.writeHead(status, { "content-type": "text/xml" }).end(xml);
  });
});
server.listen(Number(process.argv[2] ?? 4566), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
