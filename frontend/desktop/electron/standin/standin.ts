/**
 * A small stand-in for Electron, so that the real bundles of main and preload run where no Electron can be had: windows
 * are pages of Chromium, everything else is the least that the shell uses. What it cannot show stands in docs/desktop.md.
 */
import { EventEmitter } from "node:events";

import type { Browser, BrowserContext, Page, Route } from "playwright-core";

import { StandInOrigin } from "./origin.ts";
import { StandInSession } from "./session.ts";
import { StandInWindow } from "./window.ts";

type IpcHandler = (event: object, ...values: unknown[]) => unknown;

const BASE = "hivesync://app";

export class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  hasQuit = false;
  isFirst = true;
  isSandboxed = false;

  constructor(private readonly userData: string) {
    super();
  }

  whenReady = () => Promise.resolve();
  getPath = () => this.userData;
  getVersion = () => "0.1.0";
  requestSingleInstanceLock = () => this.isFirst;
  enableSandbox = () => void (this.isSandboxed = true);
  setAsDefaultProtocolClient = () => true;

  quit(): void {
    let isPrevented = false;
    this.emit("before-quit", { preventDefault: () => void (isPrevented = true) });
    if (isPrevented) return;
    this.hasQuit = true;
    this.emit("will-quit");
  }

  exit(code: number): void {
    throw new Error(`the shell could not start, status ${code}`);
  }
}

class StandInNotification extends EventEmitter {
  static isSupported = () => true;
  constructor(readonly text: { title: string; body: string }) {
    super();
  }
  show(): void {}
}

export class StandIn {
  readonly app: StandInApp;
  readonly windows: StandInWindow[] = [];
  /** What was handed to the system's browser. */
  readonly opened: string[] = [];
  readonly schemes: unknown[] = [];
  /** What people answer to the next dialogs, in order. */
  readonly folders: string[] = [];
  menu: unknown = null;
  private readonly sessions = new Map<string, StandInSession>();
  private readonly handlers = new Map<string, IpcHandler>();
  private ids = 0;

  private constructor(
    userData: string,
    private readonly context: BrowserContext,
    readonly origin: StandInOrigin,
  ) {
    this.app = new StandInApp(userData);
    origin.handler = (request) => this.serve(request);
  }

  /** In a browser that may serve several stand-ins, one after the other: each has a context of its own. */
  static async open(userData: string, browser: Browser): Promise<StandIn> {
    const made = new StandIn(userData, await browser.newContext(), await StandInOrigin.open(BASE));
    await made.context.route("**/*", (route) => made.decide(route));
    return made;
  }

  readonly session = {
    fromPartition: (name: string): StandInSession => {
      const known = this.sessions.get(name) ?? new StandInSession();
      this.sessions.set(name, known);
      return known;
    },
  };

  /** What `require("electron")` gives to the main bundle. */
  module(): Record<string, unknown> {
    const made = (options: ConstructorParameters<typeof StandInWindow>[1]) => new StandInWindow(this, options);
    return {
      app: this.app,
      // `new` gives what a plain function returns.
      BrowserWindow: function BrowserWindow(options: ConstructorParameters<typeof StandInWindow>[1]) {
        return made(options);
      },
      dialog: {
        showOpenDialog: () => Promise.resolve({ canceled: this.folders.length === 0, filePaths: this.folders.splice(0, 1) }),
        showMessageBox: () => Promise.resolve({ response: 0 }),
      },
      ipcMain: { handle: (name: string, handler: IpcHandler) => void this.handlers.set(name, handler) },
      Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: (menu: unknown) => void (this.menu = menu) },
      nativeTheme: Object.assign(new EventEmitter(), { themeSource: "system", shouldUseDarkColors: false }),
      Notification: StandInNotification,
      protocol: { registerSchemesAsPrivileged: (schemes: unknown[]) => void this.schemes.push(...schemes) },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      session: this.session,
      shell: { openExternal: (address: string) => Promise.resolve(void this.opened.push(address)) },
    };
  }

  nextId(): number {
    return (this.ids += 1);
  }

  newPage({ width = 1280, height = 860 }: { width?: number; height?: number }): Promise<Page> {
    return this.context.newPage().then(async (page) => {
      await page.setViewportSize({ width, height });
      return page;
    });
  }

  async invoke(name: string, event: object, values: readonly unknown[]): Promise<unknown> {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`no handler for ${name}`);
    return handler(event, ...values);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.origin.close();
  }

  private async decide(route: Route): Promise<void> {
    const page = pageOf(route);
    const contents = this.windows.find((window) => window.webContents.page === page)?.webContents;
    if (contents !== undefined) return contents.decide(route);
    await this.windows.at(-1)?.webContents.refuseWindow(route);
    await page?.close();
  }

  private serve(request: Request): Response | Promise<Response> {
    const session = this.windows.at(-1)?.webContents.session;
    return session?.schemes.get("hivesync")?.(request) ?? new Response("no handler", { status: 500 });
  }
}

/** A window that a page opens asks before Chromium has told of it: then there is no page yet. */
function pageOf(route: Route): Page | null {
  try {
    return route.request().frame().page();
  } catch {
    return null;
  }
}
