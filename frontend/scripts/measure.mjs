// What the workbench costs in a browser, for benchmarks/workbench.py: `node scripts/measure.mjs '{"url": …}'` prints JSON.
// Chromium's own counters say what was done (TaskDuration, LayoutDuration …); frames are counted by requestAnimationFrame.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const CHROMIUM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const SCROLL_FRAMES = 120;
// If less was there to scroll, it was not the diff.
const LEAST_PX_PER_LINE = 10;

const asked = JSON.parse(process.argv[2]);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const figures = { first: await firstLoad() };
  const page = await signedIn();
  if (asked.review) figures.diff = await opened(page, asked.review, asked.reviewText, asked.lines * LEAST_PX_PER_LINE);
  if (asked.tree) figures.tree = await opened(page, asked.tree, asked.treeText);
  figures.plainDiff = await plain(asked.lines, (line) => `<tr><td>${line}</td><td>+</td><td><code>value_${line} = compute(${line})</code></td></tr>`, "table");
  figures.plainTree = await plain(asked.entries, (entry) => `<li>folder/${entry >> 8}/file_${entry}.py</li>`, "ul");
  process.stdout.write(JSON.stringify(figures));
} finally {
  await browser.close();
}

async function newPage() {
  const context = await browser.newContext({ baseURL: asked.url, viewport: { width: 1280, height: 860 } });
  return context.newPage();
}

/** Compressed bytes of a first visit, by kind, until the projects are listed; milliseconds until one could sign in. */
async function firstLoad() {
  const page = await newPage();
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const kinds = new Map();
  const bytes = { Script: 0, Stylesheet: 0, Document: 0 };
  client.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  client.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind in bytes) bytes[kind] += encodedDataLength;
  });
  const began = performance.now();
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  const milliseconds = performance.now() - began;
  await signIn(page);
  // Events stay open, so the network is never idle; whatever the cards still fetch is there by now.
  await page.waitForTimeout(1_500);
  await page.context().close();
  return { bytes, milliseconds };
}

async function signedIn() {
  const page = await newPage();
  await page.goto("/sign-in");
  await signIn(page);
  return page;
}

async function signIn(page) {
  await page.getByLabel("E-mail").fill(asked.email);
  await page.getByRole("textbox", { name: "Password" }).fill(asked.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: asked.project }).first().waitFor();
}

/** Open an address anew until a text of its rows is there, then scroll from the top to the end. */
async function opened(page, address, text, least = 0) {
  const began = performance.now();
  await page.goto(address);
  await page.getByText(text).first().waitFor({ timeout: 120_000 });
  const milliseconds = performance.now() - began;
  return { milliseconds, ...(await scrolled(page, least)) };
}

/** The same amount as plain HTML without any script: what a page costs that draws everything. */
async function plain(amount, row, tag) {
  const page = await newPage();
  const rows = Array.from({ length: amount }, (_, index) => row(index)).join("");
  const began = performance.now();
  await page.setContent(`<div style="height:800px;overflow:auto"><${tag}>${rows}</${tag}></div>`);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const milliseconds = performance.now() - began;
  const figures = { milliseconds, ...(await scrolled(page)) };
  await page.context().close();
  return figures;
}

async function scrolled(page, least = 0) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const before = await counters(client);
  const frames = await page.evaluate(scrollToEnd, SCROLL_FRAMES);
  if (frames.height < least) throw new Error(`${page.url()}: nothing longer than ${frames.height} px was there to scroll`);
  const after = await counters(client);
  const sorted = frames.intervals.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    nodes: after.Nodes,
    heapBytes: after.JSHeapUsedSize,
    taskMs: ((after.TaskDuration - before.TaskDuration) * 1000) / SCROLL_FRAMES,
    frameP50: at(0.5),
    frameP95: at(0.95),
    height: frames.height,
  };
}

async function counters(client) {
  const { metrics } = await client.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Runs in the page: scrolls whatever scrolls farthest, a step a frame; milliseconds between frames. */
async function scrollToEnd(count) {
  const candidates = [document.scrollingElement, ...document.querySelectorAll("body *")].filter(
    (element) => element && element.scrollHeight > element.clientHeight + 200 && element.clientHeight > 100,
  );
  const target = candidates.toSorted((a, b) => b.scrollHeight - a.scrollHeight)[0] ?? document.scrollingElement;
  const height = target.scrollHeight - target.clientHeight;
  const intervals = [];
  let last = performance.now();
  for (let frame = 1; frame <= count; frame += 1) {
    target.scrollTop = (height * frame) / count;
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    intervals.push(now - last);
    last = now;
  }
  return { intervals, height };
}
