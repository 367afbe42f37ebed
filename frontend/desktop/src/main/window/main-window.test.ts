import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { BrowserWindowConstructorOptions, Rectangle } from "electron";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { MainWindow } from "./main-window.ts";
import { WindowStateStore } from "./state.ts";

class FakeWindow extends EventEmitter {
  static made: FakeWindow[] = [];
  loaded: string[] = [];
  sent: [string, unknown][] = [];
  calls: string[] = [];
  bounds: Rectangle;
  webContents: EventEmitter & { id: number };
  constructor(readonly options: BrowserWindowConstructorOptions) {
    super();
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 0, height: options.height ?? 0 };
    this.webContents = Object.assign(new EventEmitter(), {
      id: FakeWindow.made.push(this),
      getURL: () => this.loaded.at(-1) ?? "",
      send: (name: string, value: unknown) => void this.sent.push([name, value]),
      reload: () => void this.calls.push("reload"),
    });
  }
  loadURL = (address: string) => Promise.resolve(void this.loaded.push(address));
  isDestroyed = () => this.calls.includes("destroyed");
  isMinimized = () => true;
  isMaximized = () => this.calls.includes("maximize");
  getNormalBounds = () => this.bounds;
  setBackgroundColor = (color: string) => void this.calls.push(color);
  show = () => void this.calls.push("show");
  focus = () => void this.calls.push("focus");
  restore = () => void this.calls.push("restore");
  maximize = () => void this.calls.push("maximize");
}

let folder: string;
let screens: Rectangle[];
let answers: number[];
let quits: number;
let theme: { shouldUseDarkColors: boolean };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hivesync-window-"));
  FakeWindow.made = [];
  [screens, answers, quits, theme] = [[{ x: 0, y: 0, width: 1920, height: 1080 }], [], 0, { shouldUseDarkColors: false }];
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(): MainWindow {
  const shell = {
    app: { getVersion: () => "0.1.0", quit: () => void (quits += 1) },
    BrowserWindow: FakeWindow,
    dialog: { showMessageBox: () => Promise.resolve({ response: answers.shift() ?? 1 }) },
    nativeTheme: theme,
    screen: { getAllDisplays: () => screens.map((workArea) => ({ workArea })) },
  };
  const state = new WindowStateStore(join(folder, "window.json"));
  return new MainWindow({ shell: shell as never, session: "session" as never, state, preloadPath: "/app/preload.cjs", log: () => {} });
}

const opened = (route: string | null = null) => {
  const window = made();
  window.open(route);
  return { window, fake: FakeWindow.made.at(-1)! };
};
const turned = () => new Promise((resolve) => setImmediate(resolve));

describe("the window", () => {
  it("is made as Electron's checklist asks", () => {
    const { fake } = opened();
    expect(fake.options.webPreferences).toEqual({
      session: "session", preload: "/app/preload.cjs", additionalArguments: ["--hivesync-version=0.1.0"], contextIsolation: true, sandbox: true,
      nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, webSecurity: true,
      allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, safeDialogs: true, spellcheck: false,
    });
  });

  it("shows itself when there is something to see", () => {
    const { fake } = opened("/projects/1");
    expect([fake.loaded, fake.options.show, fake.calls]).toEqual([["hivesync://app/projects/1"], false, []]);
    fake.emit("ready-to-show");
    expect(fake.calls).toEqual(["show"]);
  });

  it("leads a listening page to a place, and loads the place anew when the page does not listen", () => {
    const { window, fake } = opened();
    window.open("/a");
    window.listen();
    window.open("/b");
    expect(fake.loaded).toEqual(["hivesync://app/", "hivesync://app/a"]);
    expect(fake.sent).toEqual([["app:open", "/b"]]);
    expect(fake.calls).toEqual(["restore", "show", "focus", "restore", "show", "focus"]);
    fake.webContents.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false });
    window.open("/c");
    expect(fake.loaded.at(-1)).toBe("hivesync://app/c");
  });

  it("comes back after it was closed, where it was", () => {
    const { window, fake } = opened();
    fake.bounds = { x: 100, y: 50, width: 900, height: 700 };
    fake.emit("close");
    fake.calls.push("destroyed");
    fake.emit("closed");
    expect(window.id).toBeNull();
    window.open(null);
    expect(FakeWindow.made.at(-1)!.bounds).toEqual({ x: 100, y: 50, width: 900, height: 700 });
  });

  it("comes back maximised, and never on a screen that is gone", () => {
    const { fake } = opened();
    fake.bounds = { x: 3000, y: 50, width: 900, height: 700 };
    fake.calls.push("maximize");
    fake.emit("close");
    const again = opened().fake;
    expect([again.options.x, again.options.width, again.isMaximized()]).toEqual([undefined, 1280, true]);
  });

  it("has the background of its theme", () => {
    theme.shouldUseDarkColors = true;
    const { window, fake } = opened();
    expect(fake.options.backgroundColor).toBe("#1a1b1e");
    theme.shouldUseDarkColors = false;
    window.paint();
    expect(fake.calls).toEqual(["#ffffff"]);
  });

  it("offers to reload a page that crashed, or to quit", async () => {
    const { fake } = opened();
    answers = [0, 1];
    fake.webContents.emit("render-process-gone", {}, { reason: "crashed" });
    await turned();
    expect([fake.calls, quits]).toEqual([["reload"], 0]);
    fake.webContents.emit("render-process-gone", {}, { reason: "oom" });
    await turned();
    expect(quits).toBe(1);
    fake.webContents.emit("render-process-gone", {}, { reason: "clean-exit" });
    await turned();
    expect(quits).toBe(1);
  });

  it("lets one wait for a page that does not answer", async () => {
    const { fake } = opened();
    answers = [1, 0];
    fake.emit("unresponsive");
    await turned();
    expect([fake.calls, quits]).toEqual([[], 0]);
    fake.emit("unresponsive");
    await turned();
    expect(fake.calls).toEqual(["reload"]);
  });
});
