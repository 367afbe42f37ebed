/** The built main and preload in a real Electron, the newest that a package registry has; `docs/desktop.md` says what that proves. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import type { DesktopBridge } from "../../src/bridge.ts";
import { HIVESYNC } from "../../tests/e2e/product.ts";
import { targetsAt } from "../testing/devtools.ts";
import { type OldElectron, startOldElectron } from "../testing/old-electron.ts";
import { relayTo } from "../testing/relay.ts";
import { type TestServer, until } from "../testing/servers.ts";

declare global {
  // What the page sees; the tests run their functions there.
  var hivesync: DesktopBridge;
}

const { url, admin } = inject("product")!;
const folder = mkdtempSync(join(tmpdir(), "hivesync-electron-"));
const noteOfAgent = join(folder, "config/hivesync/agent.json");
let relay: TestServer;
let electron: OldElectron;

beforeAll(async () => {
  relay = await relayTo(url);
  const given = { folder, electron: process.env["ELECTRON"] ?? "", web: inject("oldWeb"), server: relay.origin, agent: HIVESYNC };
  electron = await startOldElectron(given);
});
afterAll(async () => {
  await electron?.stop();
  await relay?.close();
  await rm(folder, { recursive: true, maxRetries: 5 });
});

const isSignIn = () => document.querySelector("input[name=password]") !== null;

describe("the window", () => {
  it("opens and shows the sign-in page of the workbench", async () => {
    await electron.page.until(isSignIn);
    expect(await electron.page.run(() => [location.href, document.title, document.visibilityState])).toEqual([
      expect.stringMatching(/^hivesync:\/\/app\/sign-in/u), expect.stringContaining("HiveSync"), "visible",
    ]);
    const picture = await electron.page.screenshot();
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    const kept = process.env["SCREENSHOT"];
    if (kept !== undefined && kept !== "") writeFileSync(kept, picture);
  });

  it("gives neither the page nor the preload's world anything of Node", async () => {
    const found = () => ["require", "process", "module", "Buffer", "global", "__dirname"].filter((name) => name in globalThis);
    expect(await electron.page.run(found)).toEqual([]);
    expect([...electron.page.worlds.keys()]).toContain("Electron Isolated Context");
    expect(await electron.page.run(found, [], "Electron Isolated Context")).toEqual([]);
  });

  it("keeps the preload's world apart: the page sees the bridge, and not what it is made of", async () => {
    const names = await electron.page.run(() => Object.keys(hivesync));
    expect(names).toEqual(["app", "server", "session", "agent", "folders", "operations", "notify"]);
    expect(await electron.page.run(() => hivesync.app.version)).toBe("0.1.0");
    expect(await electron.page.run(() => "ipcRenderer" in globalThis || "electron" in globalThis)).toBe(false);
    const fromPreload = await electron.page.run(() => "hivesync" in globalThis, [], "Electron Isolated Context");
    expect(fromPreload).toBe(false);
  });

  it("runs its page in a sandboxed process, in a namespace of its own", () => {
    const renderer = electron.renderer();
    expect(renderer.arguments).toEqual(expect.arrayContaining(["--enable-sandbox", "--context-isolation"]));
    expect(renderer.arguments.filter((each) => /no-sandbox|^--node-integration/u.test(each))).toEqual([]);
    expect(renderer.isApart).toBe(true);
  });
});

describe("the page", () => {
  it("cannot leave the app: https goes to the system's browser, anything else nowhere", async () => {
    const before = await electron.page.run(() => location.href);
    const refused = () => electron.said.filter((line) => line.includes('"navigation.refused"')).length;
    await electron.page.run(() => void (location.href = "http://elsewhere.example/"));
    await until(() => refused() === 1);
    await electron.page.run(() => void (location.href = "https://elsewhere.example/a"));
    await until(() => electron.opened().length === 1);
    await electron.page.run(() => void (location.href = "file:///etc/passwd"));
    expect(await electron.page.run(() => location.href)).toBe(before);
    expect(electron.opened()).toEqual(["https://elsewhere.example/a"]);
  });

  it("cannot open windows", async () => {
    // This Electron makes the window, asks the shell, and takes it away; newer ones ask first.
    const isGone = (address: string) => {
      const made = window.open(address);
      return new Promise<boolean>((resolve) => {
        const look = () => (made === null || made.closed ? resolve(true) : void requestAnimationFrame(look));
        look();
      });
    };
    expect(await electron.page.run(isGone, ["https://elsewhere.example/b"])).toBe(true);
    expect(await electron.page.run(isGone, ["/sign-up"])).toBe(true);
    await until(() => electron.opened().includes("https://elsewhere.example/b"));
    expect(await targetsAt(electron.debugPort)).toHaveLength(1);
  });

  it("is refused what it may not use", async () => {
    const answers = await electron.page.run(async () => {
      const named = (work: Promise<unknown>) => work.then(() => "granted", (error: Error) => error.name);
      const place = new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve("granted"), ({ code }) => resolve(code)));
      return {
        place: await place,
        microphone: await named(navigator.mediaDevices.getUserMedia({ audio: true })),
        clipboard: await named(navigator.clipboard.readText()),
        midi: await named(navigator.requestMIDIAccess({ sysex: true })),
      };
    });
    expect(answers).toEqual({ place: 1, microphone: "NotAllowedError", clipboard: "NotAllowedError", midi: expect.stringMatching(/NotAllowed|Security/u) });
  });

  it("reaches the server through the shell alone", async () => {
    const reached = (address: string) => fetch(address, { mode: "no-cors" }).then(({ status }) => status, () => "refused");
    expect(await electron.page.run(reached, [`${relay.origin}/api/v1/health`])).toBe("refused");
    expect(await electron.page.run(reached, ["/api/v1/health"])).toBe(200);
  });
});

describe("a person", () => {
  it("signs in, stays so after a reload by a cookie that the page never sees, and the agent acts for them", async () => {
    await electron.page.type("input[type=email]", admin.email);
    await electron.page.type("input[name=password]", admin.password);
    await electron.page.run(() => document.querySelector<HTMLElement>("button[type=submit]")!.click());
    await electron.page.until(() => location.pathname === "/projects");
    await electron.page.send("Page.reload");
    await electron.page.until(() => document.readyState === "complete" && document.querySelector("h1")?.textContent === "Projects");
    expect(await electron.page.run(() => document.cookie)).toBe("");
    await until(async () => (await actsFor()) === admin.email);
    expect(await electron.page.run(() => hivesync.folders.list())).toEqual({ ok: true, value: { items: [] } });
  });

  it("closes the window, which ends the app and its agent", async () => {
    await electron.page.run(() => window.close()).catch(() => {});
    expect(await electron.gone).toBe(0);
    expect(existsSync(noteOfAgent)).toBe(false);
  });
});

async function actsFor(): Promise<string | null> {
  if (!existsSync(noteOfAgent)) return null;
  const { port, token } = JSON.parse(readFileSync(noteOfAgent, "utf8")) as { port: number; token: string };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { user: { email: string } | null }).user?.email ?? null;
}
