// From a commit to a running app: a preview's build, its code, a phone that scans it, its end and its return.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { asPerson, connect, register, sync, type Api } from "./api.ts";
import { makeApp, screenThatSays } from "./app.ts";
import { expectNoBarriers, openWindow, openedFor, signIn } from "./browser.ts";
import { commit } from "./git.ts";
import { readCode } from "./qr.ts";

const product = inject("product");
const CLEO = { email: "cleo@example.com", password: "nine grey herons on a pier" };
const WORDS = "Honey from the heath";
const CODE = "QR code that holds the address written below it";
const PICTURE = "The first screen of the app, drawn without a phone";

describe.skipIf(product === null)("previewing", () => {
  const { url, folder, repository } = product ?? { url: "", folder: "", repository: "" };
  const app = join(folder, "honey-app");
  const window = openedFor(url);
  let api: Api;
  let projectId: string;
  let bundle: string;

  beforeAll(async () => {
    await makeApp(app, WORDS);
    await register(url, CLEO, "Cleo");
    api = await asPerson(url, CLEO);
    projectId = await connect(api, "Honey app", app);
    await signIn(window.page, CLEO);
  });

  it("builds an app by keyboard, milestone by milestone, and draws its first screen", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Honey app" }).click();
    await page.getByRole("link", { name: "Previews", exact: true }).click();
    await page.getByText("No preview yet").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Start a preview" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Start a preview" });
    await expectNoBarriers(page);
    await dialog.getByLabel("Branch, tag or commit").fill("main");
    await dialog.getByLabel("Branch, tag or commit").press("Enter");
    await page.getByRole("heading", { level: 1, name: "iOS preview" }).waitFor();
    await isReady(page);
    await page.getByRole("img", { name: PICTURE }).waitFor();
    await page.getByText("It started in").waitFor();
    await expectNoBarriers(page);
  });

  it("shows a code that holds just the address that the server gave, and that opens this very build", async () => {
    const { page } = window;
    const before = page.url();
    const [answered] = await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith("/api/v1/preview/sessions") && answer.request().method() === "POST"),
      page.getByRole("button", { name: "New code" }).click(),
    ]);
    const opened = (await answered.json()) as { qr_url: string; session_id: string };
    await page.waitForURL((now) => now.href !== before);
    await isReady(page);
    expect(await readCode(page.getByRole("img", { name: CODE }))).toBe(opened.qr_url);
    await page.getByText(opened.qr_url).waitFor();
    await page.getByRole("timer").getByText(/The code works for [45]:\d\d/).waitFor();
    const answer = await fetch(opened.qr_url, { headers: { Accept: "application/json" } });
    expect(await answer.json()).toMatchObject({ session_id: opened.session_id, project_id: projectId, job_id: jobOf(page) });
  });

  it("opens on the phone that scanned the code, which nobody logged in on", async () => {
    const phone = await openWindow(window.browser, url, "light", 390);
    await phone.page.goto(await readCode(window.page.getByRole("img", { name: CODE })));
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    await phone.page.getByRole("img", { name: "The first screen, drawn without a phone" }).waitFor();
    await expectNoBarriers(phone.page);
    await phone.page.getByRole("link", { name: "Open in the browser" }).click();
    const screen = phone.page.frameLocator("iframe[title='The app']");
    await screen.getByText(WORDS).waitFor();
    expect(new URL(phone.page.url()).host).not.toBe(new URL(url).host);
    expect(phone.complaints).toEqual([]);
    await phone.context.close();
  });

  it("gives Expo's client the manifest and, by its hash, the code of the app", async () => {
    const link = new URL(await readCode(window.page.getByRole("img", { name: "QR code for Development build" })));
    expect(link.protocol).toBe("exp+honey:");
    const address = link.searchParams.get("url") ?? "";
    expect(new URL(address).pathname).toBe(`/api/v1/preview/${jobOf(window.page)}/expo/manifest`);
    const headers = { Accept: "application/json", "expo-platform": "ios", "expo-protocol-version": "1", "expo-runtime-version": "1.0" };
    const manifest = (await (await fetch(address, { headers })).json()) as { launchAsset: { url: string; hash: string } };
    const code = Buffer.from(await (await fetch(manifest.launchAsset.url)).arrayBuffer());
    expect(code.toString()).toBe(screenThatSays(WORDS));
    expect(createHash("sha256").update(code).digest("base64url")).toBe(manifest.launchAsset.hash);
  });

  it("lets the log be searched and kept, and the bundle be taken away", async () => {
    const { page } = window;
    await page.getByLabel("Search the log").fill("checkout");
    await page.getByLabel("Search the log").press("Enter");
    await page.getByText(/1 of \d/).waitFor();
    expect(await saved(page, "Download the log")).toContain("success");
    bundle = await savedAt(page, "Download the bundle");
    expect((await readFile(bundle)).subarray(0, 2).toString()).toBe("PK");
  });

  it("takes a bundle that was built elsewhere, after a code for it was shown", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "All previews" }).click();
    await page.getByRole("button", { name: "Start a preview" }).click();
    await send(page, bundle);
    await page.getByRole("heading", { level: 1, name: "iOS preview" }).waitFor();
    await isReady(page);
    await page.getByRole("img", { name: PICTURE }).waitFor();
    expect(await page.getByRole("button", { name: "New code" }).count()).toBe(0);
  });

  it("refuses what is no bundle, and says what to do", async () => {
    const { page } = window;
    const nonsense = join(folder, "nonsense.zip");
    await writeFile(nonsense, "PK, or so it says\n".repeat(50));
    await page.getByRole("link", { name: "All previews" }).click();
    await page.getByRole("button", { name: "Start a preview" }).click();
    await send(page, nonsense);
    await page.getByRole("heading", { name: "What went wrong" }).waitFor({ timeout: 60_000 });
    await page.getByText("The zip is not what a bundle may be.").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("link", { name: "Start another preview" }).click();
    await send(page, bundle);
    await isReady(page);
  });

  it("says of a repository without an app what it lacks, and where to go on", async () => {
    const { page } = window;
    const shop = await connect(api, "Honey shop", repository);
    await page.goto(`/projects/${shop}/previews?start=new`);
    await page.getByRole("dialog", { name: "Start a preview" }).getByRole("button", { name: "Start a preview" }).click();
    await page.getByRole("heading", { name: "What went wrong" }).waitFor({ timeout: 60_000 });
    await page.getByText("There is no package.json in the top folder.").first().waitFor();
    await page.getByText("A preview needs package.json and an entry file.").waitFor();
    await page.getByRole("link", { name: "Start another preview" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Check out" }).getByText("failed here").waitFor();
    await expectNoBarriers(page);
  });

  it("names the line at which an app breaks, and builds it again once that is mended", async () => {
    const { page } = window;
    await commit(app, { "App.js": `${screenThatSays(WORDS)}throw new Error("no honey left");\n` }, "Break the app");
    await sync(api, projectId);
    await page.goto(`/projects/${projectId}/previews?start=new`);
    await page.getByRole("dialog", { name: "Start a preview" }).getByRole("button", { name: "Start a preview" }).click();
    await page.getByRole("alert").getByText("The app throws when it starts: no honey left").waitFor({ timeout: 60_000 });
    await page.getByText(/^App\.js:15\b/).waitFor();
    await page.getByRole("link", { name: "Open the file there" }).click();
    await page.getByText("throw new Error(\"no honey left\")").first().waitFor();
    await page.goBack();
    await commit(app, { "App.js": screenThatSays("Honey from the wood") }, "Mend the app");
    await sync(api, projectId);
    const failed = page.url();
    await page.getByRole("button", { name: "Build again" }).click();
    await page.waitForURL((now) => now.href !== failed);
    await isReady(page);
    await page.getByText("Mend the app").waitFor();
  });

  it("lists the sessions without asking for each, and compares two of them", async () => {
    const { page } = window;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("link", { name: "All previews" }).click();
    const rows = page.getByRole("row").filter({ has: page.getByRole("checkbox") });
    await rows.nth(4).waitFor();
    await rows.filter({ hasText: "uploaded" }).filter({ hasText: "Failed" }).waitFor();
    expect(asked.filter((each) => each.includes("/preview/status/"))).toEqual([]);
    await expectNoBarriers(page);
    const built = rows.filter({ hasText: "built here", has: page.getByRole("checkbox", { disabled: false }) });
    await built.first().getByRole("checkbox").check();
    await built.last().getByRole("checkbox").check();
    await page.getByRole("button", { name: "Compare two" }).click();
    await page.getByRole("heading", { name: "Two previews side by side" }).waitFor();
    await expectNoBarriers(page);
  });

  it("hides a deleted bundle, brings it back, and ends a session for good", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Close the comparison" }).click();
    await page.getByRole("row").filter({ has: page.getByRole("checkbox", { disabled: false }) }).first().getByRole("link").click();
    await page.getByRole("button", { name: "Delete the bundle" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete this bundle?" });
    await expectNoBarriers(page);
    await dialog.getByRole("button", { name: "Delete the bundle" }).click();
    await page.getByRole("button", { name: /^Restore/ }).click();
    await page.getByRole("img", { name: PICTURE }).waitFor();
    await page.getByRole("link", { name: "All previews" }).click();
    await page.getByRole("button", { name: /^Revoke/ }).first().click();
    await page.getByRole("dialog", { name: "Revoke this session?" }).getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("row").nth(1).getByText("Revoked").waitFor();
  });
});

const jobOf = (page: Page): string => new URL(page.url()).pathname.split("/").at(-1) ?? "";

/** Choose a file as the dialog's bundle, and send it. */
async function send(page: Page, path: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Start a preview" });
  await dialog.getByRole("radio", { name: "I send a bundle" }).press("Space");
  await dialog.getByRole("button", { name: "Start a preview" }).click();
  await dialog.getByRole("img", { name: CODE }).waitFor();
  await expectNoBarriers(page);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), dialog.getByRole("button", { name: "The bundle (zip)" }).click()]);
  await chooser.setFiles(path);
  await dialog.getByRole("button", { name: "Send the bundle" }).click();
}

/** Press a button that saves a file; where it lies. */
async function savedAt(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return download.path();
}

const saved = async (page: Page, button: string) => readFile(await savedAt(page, button), "utf8");

/** All five milestones are behind. */
async function isReady(page: Page): Promise<void> {
  const steps = page.getByRole("list", { name: "How far the preview is" }).getByRole("listitem");
  await steps.filter({ hasText: "Ready" }).filter({ hasText: "done" }).waitFor({ timeout: 60_000 });
  expect(await steps.filter({ hasText: "done" }).count()).toBe(5);
}
