// What two pages are like in a browser, as JSON: node look.mjs CHROMIUM PAGE.html OPERATIONS.html LOOKS [FOLDER_OF_SCREENSHOTS]
// LOOKS are widths and colour schemes, as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, operations, looksOf, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const url = pathToFileURL(file).href;
const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
// A container's root has no other way to start it; the page is our own.
const browser = await chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 });

async function open(options, address = url) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said = [], asked = [];
  page.on("console", message => said.push(message.text()));
  page.on("pageerror", error => said.push(String(error)));
  page.on("request", request => asked.push(request.url()));
  await page.goto(address);
  return { page, said, asked };
}

const picture = async (page, name, options) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, ...options });

const looks = [];
for (const [width, colorScheme] of JSON.parse(looksOf)) {
  const { page, said, asked } = await open({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  await page.locator("details").evaluateAll(all => all.forEach(each => { each.open = true; }));
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run());
  looks.push({
    width, colorScheme, said,
    foreign: asked.filter(each => each !== url),
    violations: found.violations.map(each => `${each.id}: ${each.nodes.map(node => node.target.join(" ")).join(", ")}`),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    ground: await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    shown: await page.locator("#shown").textContent(),
  });
  await picture(page, `${width}-${colorScheme}`);
}

// By keyboard alone: to the filter of a failed outcome, and on to the finding that it leaves.
const { page, said } = await open({ viewport: { width: 820, height: 900 } });
const focused = () => page.evaluate(() => document.activeElement.value ?? document.activeElement.getAttribute("href") ?? "");
const keyboard = { said };
for (let tabs = 0; tabs < 60 && await focused() !== "failed"; tabs++) await page.keyboard.press("Tab");
await page.keyboard.press("Space");
keyboard.filtered = await page.locator("#shown").textContent();
for (let tabs = 0; tabs < 60 && !(await focused()).startsWith("#f"); tabs++) await page.keyboard.press("Tab");
await page.keyboard.press("Enter");
keyboard.target = await page.evaluate(() => document.querySelector(":target")?.id ?? "");
await page.locator(".reproduce").first().evaluate(each => { each.open = true; });
await page.getByRole("button", { name: "copy" }).first().click();
await page.waitForFunction(() => document.querySelector(".reproduce button").textContent !== "copy");  // the clipboard takes its time
keyboard.copied = await page.locator(".reproduce button").first().textContent();

const plain = (await open({ javaScriptEnabled: false })).page;
const withoutScript = { text: await plain.locator("body").innerText(), filters: await plain.locator("#filters").isVisible() };

// The page of many operations: what is folded up opens for a link to it.
const many = [];
for (const width of [400, 900, 1440]) {
  const { page, said } = await open({ viewport: { width, height: 900 }, bypassCSP: true }, pathToFileURL(operations).href);
  await picture(page, `operations-${width}`, { fullPage: width === 900 });
  await page.locator("table.operations a").last().click();
  await page.waitForFunction(() => document.querySelector("details.operation[open]"));
  const fits = {
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    covered: await page.evaluate(() => [...document.querySelectorAll("table.operations td, table.operations th")]
      .filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent.trim())),
  };
  // All operations are alike: the one that is open stands for the others.
  await page.locator("details.operation:not([open]), table.operations tr:nth-child(n + 9)").evaluateAll(all => all.forEach(each => each.remove()));
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run());
  many.push({
    width, said, ...fits,
    violations: found.violations.map(each => `${each.id}: ${each.nodes.map(node => node.target.join(" ")).join(", ")}`),
  });
}

console.log(JSON.stringify({ looks, keyboard, withoutScript, many }));
await browser.close();
