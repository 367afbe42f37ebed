/** The built main and preload over the stand-in, in front of the real product and with the real agent beside it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";

import type { DesktopBridge } from "../../src/bridge.ts";
import { fillSignIn, openBrowser } from "../../tests/e2e/browser.ts";
import { HIVESYNC } from "../../tests/e2e/product.ts";
import { until } from "../testing/servers.ts";
import { removeShell, type RunningShell, startShell } from "../testing/shell.ts";

declare global {
  // What the page sees; the tests run their functions there.
  var hivesync: DesktopBridge;
}

/** For what needs no agent: it is missing then, which is said and hinders nothing. */
const NO_AGENT = "/nowhere/hivesync";
const product = inject("product");
const { url: origin, admin } = product ?? { url: "", admin: { email: "", password: "" } };
let browser: Browser | undefined;
let shell: RunningShell | null = null;

/** Without Chromium none of this can be shown: CI fails then, others are told (the journey's rule). */
const describeShown = describe.skipIf(product === null);

beforeAll(async () => void (product !== null && (browser = await openBrowser())));
afterAll(() => browser?.close());
afterEach(async () => {
  await shell?.quit();
  if (shell !== null) removeShell(shell.folder);
  shell = null;
});

/** Start the shell; `server` as if it had been chosen before. */
async function started({ server = null as string | null, argv = [] as string[], agent = NO_AGENT } = {}): Promise<{ page: Page; running: RunningShell }> {
  const folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-"));
  mkdirSync(join(folder, "user-data"));
  if (server !== null) writeFileSync(join(folder, "user-data/settings.json"), JSON.stringify({ server }));
  shell = await startShell({ folder, argv, browser: browser!, env: environmentOf(folder, agent) });
  return { page: await shell.page(), running: shell };
}

const environmentOf = (folder: string, agent: string) => ({ HOME: folder, HIVESYNC_COMMAND: agent, XDG_CONFIG_HOME: join(folder, "config") });

describeShown("the first start", () => {
  it("asks for the server, refuses what is none, and then shows the sign-in of the real one", async () => {
    const { page, running } = await started();
    const address = page.getByLabel("Server address");
    await address.fill("http://hivesync.example.org");
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("has to begin with https://").waitFor();
    await address.fill(origin);
    await page.getByRole("button", { name: "Connect" }).click();
    await passwordOf(page).waitFor();
    expect(running.electron.windows.at(-1)!.webContents.getURL()).toMatch(/^hivesync:\/\/app\/sign-in/u);
    expect(JSON.parse(readFileSync(join(running.folder, "user-data/settings.json"), "utf8"))).toMatchObject({ server: origin });
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
  await fillSignIn(page, admin);
  await page.waitForURL("**/projects");
}

describeShown("the app in the shell", () => {
  it("signs in and stays signed in, with a cookie that the page never sees", async () => {
    const { page, running } = await started({ server: origin });
    await signIn(page);
    const jar = running.electron.session.fromPartition("persist:hivesync").cookies.get(origin);
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
    const { page } = await started({ server: origin });
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
    const { page } = await started({ server: origin });
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

describeShown("links", () => {
  it("from the system lead to their place, at the start and later, and others lead nowhere", async () => {
    const { page, running } = await started({ server: origin, argv: ["--x", "hivesync://open/sign-up?next=1"] });
    const shown = () => running.electron.windows.at(-1)!.webContents.getURL();
    await passwordOf(page).waitFor();
    expect(shown()).toContain("hivesync://app/sign-up");
    await page.evaluate(() => Object.assign(window, { isKept: true }));
    running.electron.app.emit("second-instance", {}, ["hivesync", "hivesync://open/sign-in?next=/jobs"]);
    await until(() => shown() === "hivesync://app/sign-in?next=%2Fjobs");
    expect(await page.evaluate(() => "isKept" in window)).toBe(true);
    running.electron.app.emit("second-instance", {}, ["hivesync", "hivesync://app/api/v1/x", "file:///etc/passwd", "hivesync://open//evil.example"]);
    expect(shown()).toContain("hivesync://app/sign-in");
    expect(running.electron.opened).toEqual([]);
  });

  it("out of the app open in the browser when they are https, and nowhere otherwise", async () => {
    const { page, running } = await started({ server: origin });
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
    const { page } = await started({ server: origin });
    await passwordOf(page).waitFor();
    const reached = await page.evaluate((address) => fetch(address, { mode: "no-cors" }).then(() => true, () => false), `${origin}/api/v1/health`);
    expect(reached).toBe(false);
  });
});

const noteOf = (running: RunningShell) => join(running.folder, "config/hivesync/agent.json");

/** Where the agent listens, once it said so. */
function readNote(running: RunningShell): { port: number; token: string; pid: number } | null {
  return existsSync(noteOf(running)) ? (JSON.parse(readFileSync(noteOf(running), "utf8")) as { port: number; token: string; pid: number }) : null;
}

/** Ask the agent itself, past the shell, until it acts for this person of our server. */
async function untilActingFor(running: RunningShell, email: string | null): Promise<void> {
  await until(async () => {
    const note = readNote(running);
    if (note === null) return false;
    const answer = await fetch(`http://127.0.0.1:${note.port}/v1/status`, { headers: { authorization: `Bearer ${note.token}` } }).catch(() => null);
    const status = (await answer?.json()) as { server: string; user: { email: string } | null } | undefined;
    return status !== undefined && (status.user?.email ?? null) === email && (email === null || status.server === origin);
  });
}

/** A folder of somebody's, with these files. */
function folderOf(running: RunningShell, files: Readonly<Record<string, string>>): string {
  const folder = join(running.folder, "honey");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A project without a repository: its id. */
async function newProject(name: string): Promise<string> {
  const post = async (path: string, body: object, token?: string) => {
    const headers = { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    return (await fetch(`${origin}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const { access_token: token } = (await post("/auth/login", admin)) as { access_token: string };
  return ((await post("/projects", { name }, token)) as { id: string }).id;
}

describeShown("the local agent", () => {
  it("is started with the app, maps only chosen folders, says what differs, sends it, and ends with the app", async () => {
    const { page, running } = await started({ server: origin, agent: HIVESYNC });
    await signIn(page);
    const projectId = await newProject("honey");
    await untilActingFor(running, admin.email);
    expect(await page.evaluate((id) => hivesync.folders.map("/etc", id), projectId)).toMatchObject({ ok: false, error: { code: "FOLDER_NOT_CHOSEN" } });
    const path = folderOf(running, { "shop.py": "JARS = 3\n", "docs/honey.md": "# Honey\n" });
    running.electron.folders.push(path);
    const mapped = await page.evaluate(async (id) => {
      const chosen = await hivesync.folders.choose();
      return chosen.ok && chosen.value !== null ? hivesync.folders.map(chosen.value, id) : null;
    }, projectId);
    const folder = { path, exists: true, project_id: projectId, project_name: "honey", has_remote: false };
    expect(mapped).toMatchObject({ ok: true, value: folder });
    expect(await page.evaluate(() => hivesync.folders.list())).toMatchObject({ ok: true, value: { items: [folder] } });
    const { id } = (mapped as { value: { id: string } }).value;
    const difference = () => page.evaluate((each) => hivesync.folders.difference(each), id);
    expect(await difference()).toMatchObject({ ok: true, value: { added: ["docs/honey.md", "shop.py"], changed: [], removed: [], unchanged: 0, bytes_to_send: 17 } });
    const ended = await page.evaluate(async (each) => {
      let answer = await hivesync.folders.sync(each);
      while (answer.ok && answer.value.status === "running") answer = await hivesync.operations.read(answer.value.id);
      return answer;
    }, id);
    expect(ended).toMatchObject({ ok: true, value: { kind: "sync", status: "success", error: null } });
    writeFileSync(join(path, "shop.py"), "JARS = 4\n");
    expect(await difference()).toMatchObject({ ok: true, value: { added: [], changed: ["shop.py"], removed: [], unchanged: 1 } });
    running.electron.app.quit();
    await until(() => running.electron.app.hasQuit);
    expect(existsSync(noteOf(running))).toBe(false);
  });

  it("acts for who signs in and for nobody after signing out", async () => {
    const { page, running } = await started({ server: origin, agent: HIVESYNC });
    await signIn(page);
    await untilActingFor(running, admin.email);
    await page.goto(page.url().replace(/\/projects.*$/u, "/settings"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await passwordOf(page).waitFor();
    await untilActingFor(running, null);
  });

  it("is started again when it is killed, acts for the same person, and the page is told", async () => {
    const { page, running } = await started({ server: origin, agent: HIVESYNC });
    await signIn(page);
    await untilActingFor(running, admin.email);
    const first = readNote(running);
    await page.evaluate(() => {
      const told: string[] = [];
      hivesync.agent.onState((state) => void told.push(state.status));
      Object.assign(window, { told });
    });
    process.kill(first!.pid, "SIGKILL");
    await until(() => page.evaluate(() => (window as unknown as { told: string[] }).told.includes("ready")));
    expect(await page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual(["restarting", "starting", "ready"]);
    expect(readNote(running)!.pid).not.toBe(first!.pid);
    await untilActingFor(running, admin.email);
  });

  it("that is not installed is said to be missing, and the app works without", async () => {
    const { page } = await started({ server: origin, agent: NO_AGENT });
    await passwordOf(page).waitFor();
    expect(await page.evaluate(() => hivesync.agent.state())).toMatchObject({ ok: true, value: { status: "missing" } });
    expect(await page.evaluate(() => hivesync.folders.list())).toMatchObject({ ok: false, error: { code: "AGENT_NOT_READY" } });
  });
});

describeShown("when the server goes away", () => {
  it("the app says so, instead of a blank page", async () => {
    const { page } = await started({ server: "http://127.0.0.1:9" });
    await page.getByText(/cannot be reached|does not answer/u).first().waitFor();
  });
});

describeShown("a second start", () => {
  it("hands over to the first: it ends at once, without a window, a scheme or an agent", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-"));
    shell = await startShell({ folder, browser: browser!, isSecond: true, env: environmentOf(folder, HIVESYNC) });
    const { app, windows, schemes } = shell.electron;
    expect([app.hasQuit, windows, schemes, existsSync(join(folder, "config"))]).toEqual([true, [], [], false]);
  });
});
