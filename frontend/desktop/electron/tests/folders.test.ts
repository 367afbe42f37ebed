/** The folders screen in the built shell, with the real agent: what was approved is shown, written and taken back; a preview is built here. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { fillSignIn, openBrowser } from "../../tests/e2e/browser.ts";
import { HIVESYNC } from "../../tests/e2e/product.ts";
import { removeShell, type RunningShell, startShell } from "../testing/shell.ts";

const product = inject("product");
const { url, admin } = product ?? { url: "", admin: { email: "", password: "" } };
const home = mkdtempSync(join(tmpdir(), "hivesync-folders-"));
/** Another name than other tests give, in front of the same server. */
const PROJECT = "orchard";
const shop = join(home, "shop");
const PRICES = "def net_price(jars, price):\n    return jars * price\n\n\ndef gross_price(jars, price):\n    return net_price(jars, price) * 2\n";
const RENAMED = PRICES.replaceAll("net_price", "net_cost");
let browser: Browser | undefined;
let shell: RunningShell;
let page: Page;

/** The same person at a shell. */
function command(...given: string[]): string {
  const env = { PATH: process.env["PATH"], HOME: home, HIVESYNC_CONFIG_DIR: join(home, "command-line"), LC_ALL: "C.UTF-8" };
  return execFileSync(HIVESYNC, given, { env, cwd: home, encoding: "utf8", input: "" });
}

/** Stands in for Expo's command line: what matters here is where its bundle goes. */
const BUNDLER = `
const fs = require("node:fs");
const given = (name) => process.argv[process.argv.indexOf(name) + 1];
if (process.argv[2] === "config") {
  console.log(JSON.stringify({ name: "Shop", slug: "shop", sdkVersion: "57.0.0" }));
  process.exit(0);
}
const out = given("--output-dir");
fs.mkdirSync(out, { recursive: true });
fs.writeFileSync(out + "/entry.js", "var app = 1;");
const told = { [given("--platform")]: { bundle: "entry.js", assets: [] } };
fs.writeFileSync(out + "/metadata.json", JSON.stringify({ version: 0, bundler: "metro", fileMetadata: told }));
`;

const FILES: Readonly<Record<string, string>> = {
  "shop/prices.py": PRICES,
  "package.json": JSON.stringify({ name: "app", main: "App.js", dependencies: { expo: "57.0.0" } }),
  "package-lock.json": "{}",
  "App.js": "export default 1;\n",
  "node_modules/expo/bin/cli": BUNDLER,
};

/** A project that is this folder, and an approved rename in it: its title. */
function prepare(): string {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(shop, name)), { recursive: true });
    writeFileSync(join(shop, name), text);
  }
  command("login", "--server", url, "--email", admin.email, "--password", admin.password);
  command("project", "create", PROJECT);
  command("folder", "map", shop, PROJECT);
  command("folder", "sync", shop);
  command("folder", "unmap", shop);
  command("rename", "shop/prices.py:1:5", "net_cost", "--project", PROJECT);
  const [proposal] = JSON.parse(command("review", "--project", PROJECT, "--json")) as { id: string; title: string }[];
  command("review", proposal!.id, "--approve");
  return proposal!.title;
}

const written = () => readFileSync(join(shop, "shop/prices.py"), "utf8");

/** The review chosen anew, as it stands to the folder now. */
async function choose(title: string): Promise<void> {
  const reviews = page.getByRole("combobox", { name: "Review" });
  await reviews.click();
  await page.getByRole("option", { name: title }).click();
}

describe.skipIf(product === null)("a folder of this computer", () => {
  let title = "";

  beforeAll(async () => {
    browser = await openBrowser();
    title = prepare();
    mkdirSync(join(home, "user-data"));
    writeFileSync(join(home, "user-data/settings.json"), JSON.stringify({ server: url }));
    const env = { HOME: home, HIVESYNC_COMMAND: HIVESYNC, XDG_CONFIG_HOME: join(home, "config") };
    shell = await startShell({ folder: home, browser, env });
    page = await shell.page();
    page.setDefaultTimeout(30_000);
    await fillSignIn(page, admin);
  });
  afterAll(async () => {
    await shell?.quit();
    removeShell(home);
    await browser?.close();
  });

  it("is chosen, mapped, and is as the project has it", async () => {
    shell.electron.folders.push(shop);
    await page.getByRole("link", { name: "Folders" }).click();
    await page.getByRole("button", { name: "Map a folder" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Choose a folder" }).click();
    await dialog.getByText(shop).waitFor();
    await dialog.getByRole("combobox", { name: "Project" }).click();
    await page.getByRole("option", { name: PROJECT }).click();
    await dialog.getByRole("button", { name: "Map", exact: true }).click();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("The folder is as the project has it.").waitFor();
  });

  it("is not written to where it differs from what was reviewed, and the file is named", async () => {
    const mine = `${PRICES}\nMINE = 1\n`;
    writeFileSync(join(shop, "shop/prices.py"), mine);
    await choose(title);
    await page.getByText("It cannot be applied here").waitFor();
    await page.getByText("modified, differs from the review's base").waitFor();
    expect(await page.getByRole("button", { name: "Apply to this folder" }).isDisabled()).toBe(true);
    expect(written()).toBe(mine);
    writeFileSync(join(shop, "shop/prices.py"), PRICES);
    await page.reload();
  });

  it("gets what was approved, after it was shown and only then", async () => {
    await page.getByText("modified, ready").waitFor();
    await page.getByRole("region", { name: "Patch" }).getByText("+def net_cost(jars, price):").waitFor();
    await page.getByRole("button", { name: "Apply to this folder" }).click();
    expect(written()).toBe(PRICES);
    await page.getByRole("dialog").getByRole("button", { name: "Apply to this folder" }).click();
    await page.getByText("The changes are in your folder.").waitFor();
    expect(written()).toBe(RENAMED);
  });

  it("is not taken back over what was changed since, and is, to the byte, afterwards", async () => {
    writeFileSync(join(shop, "shop/prices.py"), `${RENAMED}\nMINE = 1\n`);
    const undo = page.getByRole("button", { name: `Undo ${title}` });
    // The path beside it is long, and must not push its name out of view.
    expect(await undo.getByText("Undo").evaluate((label) => label.scrollWidth <= label.clientWidth)).toBe(true);
    await undo.click();
    await page.getByText("FOLDER_DIFFERS").waitFor();
    expect(written()).toContain("MINE = 1");
    writeFileSync(join(shop, "shop/prices.py"), RENAMED);
    await undo.click();
    await page.getByText("taken back", { exact: false }).first().waitFor();
    await undo.waitFor({ state: "detached" });
    expect(written()).toBe(PRICES);
  });

  it("is built into a preview here, whose bundle the server then has", async () => {
    await page.getByRole("button", { name: "Build and send" }).click();
    const link = page.getByRole("link", { name: "Open the preview" });
    await link.waitFor();
    const job = /previews\/([0-9a-f-]{36})/u.exec((await link.getAttribute("href")) ?? "")?.[1] ?? "";
    const status = JSON.parse(command("preview", "status", job, "--json")) as { status: string; platform: string };
    expect(status).toMatchObject({ status: "success", platform: "ios" });
  });
});
