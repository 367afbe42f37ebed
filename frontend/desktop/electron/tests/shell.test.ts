/** The built main and preload over the stand-in, in front of the real product, with a FAKE agent beside it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { DesktopBridge } from "../../src/bridge.ts";
import { launchBrowser } from "../standin/standin.ts";
import { type Backend, PERSON, startBackend } from "../testing/backend.ts";
import { until } from "../testing/servers.ts";
import { removeShell, type RunningShell, startShell } from "../testing/shell.ts";

declare global {
  // What the page sees; the tests run their functions there.
  var hivesync: DesktopBridge;
}

const FAKE_AGENT = join(import.meta.dirname, "../testing/fake-agent.mjs");
let backend: Backend;
let browser: Browser;
let shell: RunningShell | null = null;

beforeAll(async () => void ([backend, browser] = await Promise.all([startBackend(), launchBrowser()])));
afterAll(() => Promise.all([backend.close(), browser.close()]));
afterEach(async () => {
  await shell?.quit();
  if (shell !== null) removeShell(shell.folder);
  shell = null;
});

/** Start the shell; `server` as if it had been chosen before. */
async function started({ server = null as string | null, argv = [] as string[], agent = FAKE_AGENT } = {}): Promise<{ page: Page; running: RunningShell }> {
  const folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-"));
  mkdirSync(join(folder, "user-data"));
  if (server !== null) writeFileSync(join(folder, "user-data/settings.json"), JSON.stringify({ server }));
  shell = await startShell({ folder, argv, browser, env: { HIVESYNC_COMMAND: agent, HIVESYNC_CONFIG_DIR: join(folder, "config") } });
  return { page: await shell.page(), running: shell };
}

describe("the first start", () => {
  it("asks for the server, refuses what is none, and then shows the sign-in of the real one", async () => {
    const { page, running } = await started();
    const address = page.getByLabel("Server address");
    await address.fill("http://hivesync.example.org");
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("has to begin with https://").waitFor();
    await address.fill(backend.origin);
    await page.getByRole("button", { name: "Connect" }).click();
    await passwordOf(page).waitFor();
    expect(running.electron.windows.at(-1)!.webContents.getURL()).toMatch(/^hivesync:\/\/app\/sign-in/u);
    expect(JSON.parse(readFileSync(join(running.folder, "user-data/settings.json"), "utf8"))).toMatchObject({ server: backend.origin });
  });

  it("asks before going without encryption through a private network, and again for another address", async () => {
    const { page } = await started();
    const address = page.getByLabel("Server address");
    const consent = page.getByLabel("Connect without encryption anyway");
    await address.fill("http://10.255.255.1");
    await page.getByRole("button", { name: "Connect" }).click();
    await consent.check();
    await address.fill("http://10.255.255.2");
    await consent.waitFor({ state: "hidden" });
    expect(await consent.isChecked()).toBe(false);
  });

  it("keeps aside settings that cannot be read, and asks anew", async () => {
    const { page, running } = await started({ server: "http://not-allowed.example" });
    await page.getByLabel("Server address").waitFor();
    expect(existsSync(join(running.folder, "user-data/settings.json.unreadable"))).toBe(true);
  });
});

const passwordOf = (page: Page) => page.locator("input[name=password]");

async function signIn(page: Page): Promise<void> {
  await passwordOf(page).waitFor();
  await page.locator("input[name=email]").fill(PERSON.email);
  await passwordOf(page).fill(PERSON.password);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL("**/projects");
}

describe("the app in the shell", () => {
  it("signs in and stays signed in, with a cookie that the page never sees", async () => {
    const { page, running } = await started({ server: backend.origin });
    await signIn(page);
    const jar = running.electron.session.fromPartition("persist:hivesync").cookies.get(backend.origin);
    expect([...jar!.keys()]).toEqual([expect.stringMatching(/^hivesync_refresh/u)]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    running.electron.windows.at(-1)!.webContents.reload();
    await page.waitForRequest("**/auth/refresh");
    await page.getByRole("heading", { name: "Projects" }).first().waitFor();
    expect(page.url()).toContain("/projects");
  });

  it("runs sandboxed, under a scheme with the rights of an https page and no more", async () => {
    const { running } = await started();
    expect(running.electron.app.isSandboxed).toBe(true);
    const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
    expect(running.electron.schemes).toEqual([{ scheme: "hivesync", privileges }]);
  });

  it("breaks no rule of its own policy", async () => {
    const { page } = await started({ server: backend.origin });
    const said: string[] = [];
    page.on("console", (message) => message.type() === "error" && said.push(message.text()));
    await signIn(page);
    expect(said.filter((text) => /Content Security Policy/u.test(text))).toEqual([]);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
      return "ran" in window;
    });
    expect(ran).toBe(false);
  });

  it("lends the page functions, and no way to name a channel", async () => {
    const { page } = await started({ server: backend.origin });
    await passwordOf(page).waitFor();
    const names = await page.evaluate(() => Object.fromEntries(Object.entries(hivesync).map(([name, value]) => [name, typeof value === "function" ? "" : Object.keys(value)])));
    expect(names).toMatchObject({
      server: ["read", "change"], session: ["handOver", "clear"], agent: ["state", "onState", "locate", "restart"], operations: ["read", "cancel"], notify: "",
      folders: ["list", "choose", "map", "unmap", "difference", "sync", "preview", "proposal", "apply", "applied", "undo"],
      app: ["version", "platform", "openInBrowser", "onOpen"],
    });
    expect(await page.evaluate(() => hivesync.app.version)).toBe("0.1.0");
  });
});

describe("links", () => {
  it("from the system lead to their place, at the start and later, and others lead nowhere", async () => {
    const { page, running } = await started({ server: backend.origin, argv: ["--x", "hivesync://open/sign-up?next=1"] });
    const shown = () => running.electron.windows.at(-1)!.webContents.getURL();
    await passwordOf(page).waitFor();
    expect(shown()).toContain("hivesync://app/sign-up");
    running.electron.app.emit("second-instance", {}, ["hivesync", "hivesync://open/sign-in"]);
    await until(() => shown().startsWith("hivesync://app/sign-in"));
    running.electron.app.emit("second-instance", {}, ["hivesync", "hivesync://app/api/v1/x", "file:///etc/passwd", "hivesync://open//evil.example"]);
    expect(shown()).toContain("hivesync://app/sign-in");
    expect(running.electron.opened).toEqual([]);
  });

  it("out of the app open in the browser when they are https, and nowhere otherwise", async () => {
    const { page, running } = await started({ server: backend.origin });
    await passwordOf(page).waitFor();
    const before = page.url();
    const follow = (address: string, target = "") =>
      page.evaluate(([href, where]) => {
        const link = Object.assign(document.createElement("a"), { href, target: where });
        document.body.append(link);
        link.click();
        link.remove();
      }, [address, target] as const);
    await follow("https://docs.example/a");
    await until(() => running.electron.opened.length === 1);
    await follow("https://docs.example/b", "_blank");
    await until(() => running.electron.opened.length === 2);
    await follow("http://evil.example/");
    await follow("/api/v1/health");
    await follow("https://docs.example/c");
    await until(() => running.electron.opened.length === 3);
    expect(running.electron.opened).toEqual(["https://docs.example/a", "https://docs.example/b", "https://docs.example/c"]);
    expect(page.url()).toBe(before);
  });

  it("reach no host but the app's, whatever the page asks for", async () => {
    const { page } = await started({ server: backend.origin });
    await passwordOf(page).waitFor();
    const reached = await page.evaluate((address) => fetch(address, { mode: "no-cors" }).then(() => true, () => false), `${backend.origin}/api/v1/health`);
    expect(reached).toBe(false);
  });
});

describe("the local agent", () => {
  it("is started with the app, maps only chosen folders, acts for who signed in, and ends with the app", async () => {
    const { page, running } = await started({ server: backend.origin });
    await passwordOf(page).waitFor();
    await until(() => page.evaluate(async () => (await hivesync.agent.state()).ok && (await hivesync.folders.list()).ok));
    expect(await page.evaluate(() => hivesync.folders.map("/etc", "p1"))).toMatchObject({ ok: false, error: { code: "FOLDER_NOT_CHOSEN" } });
    running.electron.folders.push("/home/me/app");
    const mapped = await page.evaluate(async () => {
      const chosen = await hivesync.folders.choose();
      return chosen.ok && chosen.value !== null ? hivesync.folders.map(chosen.value, "p1") : null;
    });
    expect(mapped).toMatchObject({ ok: true, value: { path: "/home/me/app", project_id: "p1" } });
    expect(await page.evaluate(() => hivesync.folders.list())).toMatchObject({ ok: true, value: { items: [{ id: "f1" }] } });
    expect(await page.evaluate(() => hivesync.session.handOver({ accessToken: "an-access-token-of-a-person", expiresIn: 900 }))).toEqual({ ok: true, value: null });
    const note = JSON.parse(readFileSync(join(running.folder, "config/agent.json"), "utf8")) as { port: number; token: string };
    const status = await fetch(`http://127.0.0.1:${note.port}/v1/status`, { headers: { authorization: `Bearer ${note.token}` } });
    expect(((await status.json()) as { session: object }).session).toMatchObject({ server: backend.origin, access_token: "an-access-token-of-a-person" });
    running.electron.app.quit();
    await until(() => running.electron.app.hasQuit);
    expect(existsSync(join(running.folder, "config/agent.json"))).toBe(false);
  });

  it("is started again when it is killed, and the page is told", async () => {
    const { page, running } = await started({ server: backend.origin });
    await passwordOf(page).waitFor();
    const note = join(running.folder, "config/agent.json");
    const first = JSON.parse(await until(() => (existsSync(note) ? readFileSync(note, "utf8") : null))) as { pid: number };
    await until(() => page.evaluate(async () => (await hivesync.folders.list()).ok));
    await page.evaluate(() => {
      const told: string[] = [];
      hivesync.agent.onState((state) => void told.push(state.status));
      Object.assign(window, { told });
    });
    process.kill(first.pid, "SIGKILL");
    await until(() => page.evaluate(() => (window as unknown as { told: string[] }).told.includes("ready")));
    expect(await page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual(["restarting", "starting", "ready"]);
    expect((JSON.parse(readFileSync(note, "utf8")) as { pid: number }).pid).not.toBe(first.pid);
  });

  it("that is not installed is said to be missing, and the app works without", async () => {
    const { page } = await started({ server: backend.origin, agent: "/nowhere/hivesync" });
    await passwordOf(page).waitFor();
    expect(await page.evaluate(() => hivesync.agent.state())).toMatchObject({ ok: true, value: { status: "missing" } });
    expect(await page.evaluate(() => hivesync.folders.list())).toMatchObject({ ok: false, error: { code: "AGENT_NOT_READY" } });
  });
});

describe("when the server goes away", () => {
  it("the app says so, instead of a blank page", async () => {
    const { page } = await started({ server: "http://127.0.0.1:9" });
    await page.getByText(/cannot be reached|does not answer/u).first().waitFor();
  });
});

describe("a second start", () => {
  it("hands over to the first: it ends at once, without a window, a scheme or an agent", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-"));
    shell = await startShell({ folder, browser, isSecond: true, env: { HIVESYNC_COMMAND: FAKE_AGENT, HIVESYNC_CONFIG_DIR: join(folder, "config") } });
    const { app, windows, schemes } = shell.electron;
    expect([app.hasQuit, windows, schemes, existsSync(join(folder, "config"))]).toEqual([true, [], [], false]);
  });
});
