// A program on the AWS SDK for JavaScript. Arguments: the JobId, and "wrong" for the one that takes FAILED for an empty report.
import { GetOrganizationsAccessReportCommand, IAMClient } from "@aws-sdk/client-iam";

const [JobId, wrong] = process.argv.slice(2);
const client = new IAMClient({ endpoint: process.env.AWS_ENDPOINT_URL_IAM });
const get = (Marker) => client.send(new GetOrganizationsAccessReportCommand({ JobId, Marker }));

let page = await get();
while (page.JobStatus === "IN_PROGRESS") {
  await new Promise((resume) => setTimeout(resume, 150));
  page = await get();
}
if (page.JobStatus === "FAILED" && wrong !== "wrong") throw new Error(page.ErrorDetails.Code);
const found = page.AccessDetails ?? [];
while (page.IsTruncated) {
  page = await get(page.Marker);
  found.push(...(page.AccessDetails ?? []));
}
console.log(JSON.stringify(found));
