// Draws the app's icons from the logo: `node desktop/electron/packaging/icons.mjs`. Chromium draws; the containers of
// Windows and macOS hold PNG pictures as they are, so that no converter has to be fetched.
import { readFile, writeFile } from "node:fs/promises";

import { chromium } from "playwright-core";

const logo = await readFile(new URL("../../src/renderer/logo.svg", import.meta.url), "utf8");
const target = (name) => new URL(`icons/${name}`, import.meta.url);
/** How macOS names its sizes. */
const ICNS = { 16: "icp4", 32: "icp5", 64: "icp6", 128: "ic07", 256: "ic08", 512: "ic09", 1024: "ic10" };
const ICO = [16, 32, 48, 64, 128, 256];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const pictures = {};
for (const size of new Set([...Object.keys(ICNS).map(Number), ...ICO])) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${logo}`);
  pictures[size] = await page.screenshot({ omitBackground: true });
  await page.close();
}
await browser.close();

await writeFile(target("icon.png"), pictures[1024]);
await writeFile(target("icon.ico"), ico());
await writeFile(target("icon.icns"), icns());

function ico() {
  const head = Buffer.alloc(6 + 16 * ICO.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(ICO.length, 4);
  let offset = head.length;
  for (const [index, size] of ICO.entries()) {
    const entry = 6 + 16 * index;
    // One byte for each side: 256 is written as 0.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(pictures[size].length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += pictures[size].length;
  }
  return Buffer.concat([head, ...ICO.map((size) => pictures[size])]);
}

function icns() {
  const parts = Object.entries(ICNS).map(([size, name]) => part(name, pictures[size]));
  return part("icns", Buffer.concat(parts));
}

function part(name, bytes) {
  const head = Buffer.from(`${name}\0\0\0\0`, "latin1");
  head.writeUInt32BE(bytes.length + 8, 4);
  return Buffer.concat([head, bytes]);
}
