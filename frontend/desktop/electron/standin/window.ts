/** A window that is a page of Chromium. The shell's preload script runs in it, and its navigations ask the shell first. */
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";

import type { Frame, Page, Route } from "playwright-core";

import type { StandIn } from "./standin.ts";
import type { StandInSession } from "./session.ts";

interface Options {
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly webPreferences?: { readonly session?: StandInSession; readonly preload?: string; readonly additionalArguments?: readonly string[] };
}

type OpenHandler = (details: { url: string }) => { action: "allow" | "deny" };

/** What a preload script finds when it asks for "electron", and the process that it runs in. */
function preloadSource(script: string, argv: readonly string[]): string {
  return `if (window === window.top && !window.standin) {
    window.standin = { listeners: new Map() };
    const { listeners } = window.standin;
    const ipcRenderer = {
      invoke: (name, ...values) => window.standinInvoke(name, values),
      on: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
      removeListener: (name, listener) => listeners.set(name, (listeners.get(name) ?? []).filter((each) => each !== listener)),
    };
    const contextBridge = { exposeInMainWorld: (name, value) => Object.defineProperty(window, name, { value, enumerable: true }) };
    const module = { exports: {} };
    ((require, module, exports, process) => { ${script} })(
      (name) => { if (name !== "electron") throw new Error("a sandboxed preload script cannot load " + name); return { contextBridge, ipcRenderer }; },
      module, module.exports, { argv: ${JSON.stringify(argv)}, platform: ${JSON.stringify(process.platform)} });
  }`;
}

/** Runs in the page. */
function deliver({ name, value }: { name: string; value: unknown }): void {
  const { listeners } = (window as unknown as { standin: { listeners: Map<string, ((event: object, value: unknown) => void)[]> } }).standin;
  for (const listener of listeners.get(name) ?? []) listener({}, value);
}

export class StandInContents extends EventEmitter {
  readonly navigationHistory = { goBack: () => void this.page?.goBack(), goForward: () => void this.page?.goForward() };
  /** The page of Chromium: for tests to look at and to use. */
  page: Page | undefined = undefined;
  private openHandler: OpenHandler = () => ({ action: "allow" });
  /** The address that the shell itself asked for: such a navigation asks nobody. */
  private expected: string | null = null;

  constructor(
    readonly id: number,
    private readonly electron: StandIn,
    readonly session: StandInSession,
  ) {
    super();
  }

  async attach(options: Options): Promise<void> {
    const { preload, additionalArguments = [] } = options.webPreferences ?? {};
    const page = await this.electron.newPage(options);
    if (preload !== undefined) await page.addInitScript(preloadSource(readFileSync(preload, "utf8"), additionalArguments));
    await page.exposeBinding("standinInvoke", ({ frame }, name: string, values: unknown[]) => this.invoke(frame, name, values));
    this.page = page;
  }

  getURL = () => this.electron.origin.fromPage(this.page?.url() ?? "");
  setWindowOpenHandler = (handler: OpenHandler) => void (this.openHandler = handler);
  reload = () => void this.go(this.getURL());

  send(name: string, value: unknown): void {
    // A page that is not there yet or is being replaced hears nothing, as in Electron.
    this.page?.evaluate(deliver, { name, value }).catch(() => {});
  }

  async go(address: string): Promise<void> {
    const target = this.electron.origin.toPage(address);
    this.expected = target;
    await this.page?.goto(target);
  }

  private invoke(frame: Frame, name: string, values: readonly unknown[]): unknown {
    const senderFrame = { url: this.electron.origin.fromPage(frame.url()), parent: frame.parentFrame() === null ? null : {} };
    return this.electron.invoke(name, { sender: this, senderFrame }, values);
  }

  /** The page wants a window of its own: ask the shell. None is ever made here, and nothing is sent. */
  async refuseWindow(route: Route): Promise<void> {
    this.openHandler({ url: this.electron.origin.fromPage(route.request().url()) });
    await route.abort("aborted");
  }

  async decide(route: Route): Promise<void> {
    const request = route.request();
    const url = this.electron.origin.fromPage(request.url());
    if (request.isNavigationRequest() && !this.mayNavigate(request.url(), url, request.frame())) return route.abort("aborted");
    return this.session.allows(url, this.id) ? route.continue() : route.abort("blockedbyclient");
  }

  private mayNavigate(target: string, url: string, frame: Frame): boolean {
    const isMainFrame = frame.parentFrame() === null;
    const isOurs = isMainFrame && target === this.expected;
    if (isOurs) this.expected = null;
    let isPrevented = false;
    const event = { url, isMainFrame, isSameDocument: false, preventDefault: () => void (isPrevented = true) };
    this.emit("will-frame-navigate", event);
    if (!isOurs && isMainFrame) this.emit("will-navigate", event);
    if (isOurs) isPrevented = false;
    if (!isPrevented) this.emit("did-start-navigation", event);
    return !isPrevented;
  }
}

export class StandInWindow extends EventEmitter {
  readonly webContents: StandInContents;
  private readonly ready: Promise<void>;
  private isGone = false;
  private maximized = false;

  constructor(
    electron: StandIn,
    readonly options: Options,
  ) {
    super();
    const session = options.webPreferences?.session ?? electron.session.fromPartition("");
    this.webContents = new StandInContents(electron.nextId(), electron, session);
    electron.app.emit("web-contents-created", {}, this.webContents);
    this.ready = this.webContents.attach(options);
    electron.windows.push(this);
  }

  async loadURL(address: string): Promise<void> {
    await this.ready;
    await this.webContents.go(address);
    this.emit("ready-to-show");
  }

  async close(): Promise<void> {
    await this.ready;
    this.emit("close", {});
    this.isGone = true;
    await this.webContents.page?.close();
    this.emit("closed");
  }

  isDestroyed = () => this.isGone;
  isMinimized = () => false;
  isMaximized = () => this.maximized;
  maximize = () => void (this.maximized = true);
  getNormalBounds = () => ({ x: this.options.x ?? 40, y: this.options.y ?? 40, width: this.options.width ?? 800, height: this.options.height ?? 600 });
  show(): void {}
  focus(): void {}
  restore(): void {}
  setBackgroundColor(): void {}
}
