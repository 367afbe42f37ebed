/** The one window: made hardened, kept where it was, brought back after a crash. */
import type { BrowserWindow, Session } from "electron";

import { EVENTS, VERSION_ARGUMENT } from "../../channels.ts";
import type { Shell, Surroundings } from "../ports.ts";
import { APP_ORIGIN } from "../routes.ts";
import { STRINGS } from "../strings.ts";
import { SMALLEST, USUAL, type WindowStateStore } from "./state.ts";

interface Parts {
  readonly shell: Pick<Shell, "app" | "BrowserWindow" | "dialog" | "nativeTheme" | "screen">;
  readonly session: Session;
  readonly state: WindowStateStore;
  readonly preloadPath: string;
  readonly log: Surroundings["log"];
}

/** The page's own backgrounds, so that nothing flashes while it loads. */
const BACKGROUND = { light: "#ffffff", dark: "#1a1b1e" } as const;

export class MainWindow {
  private window: BrowserWindow | null = null;
  /** Whether the page asked to be told where to go, instead of being loaded anew. */
  private isListening = false;

  constructor(private readonly parts: Parts) {}

  /** The id of its web contents, or null while there is no window. */
  get id(): number | null {
    return this.window === null || this.window.isDestroyed() ? null : this.window.webContents.id;
  }

  get route(): string {
    const address = this.window?.webContents.getURL() ?? "";
    return address.startsWith(`${APP_ORIGIN}/`) ? address.slice(APP_ORIGIN.length) : "/";
  }

  /** Show this place of the app, in the window there is or in a new one. */
  open(route: string | null): void {
    if (this.window === null || this.window.isDestroyed()) {
      this.window = this.created();
      this.load(route ?? "/");
      return;
    }
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
    if (route === null) return;
    if (this.isListening) this.send(EVENTS.open, route);
    else this.load(route);
  }

  /** Load a place anew, whatever the page is doing. */
  load(route: string): void {
    this.isListening = false;
    this.window?.loadURL(APP_ORIGIN + route).catch((error: unknown) => this.parts.log("window.load_failed", { reason: String(error) }));
  }

  listen(): void {
    this.isListening = true;
  }

  send(name: string, value: unknown): void {
    if (this.window !== null && !this.window.isDestroyed()) this.window.webContents.send(name, value);
  }

  goBack(): void {
    this.window?.webContents.navigationHistory.goBack();
  }

  goForward(): void {
    this.window?.webContents.navigationHistory.goForward();
  }

  /** For dialogs that belong to it. */
  get handle(): BrowserWindow | null {
    return this.window;
  }

  paint(): void {
    this.window?.setBackgroundColor(this.background());
  }

  private background(): string {
    return this.parts.shell.nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light;
  }

  private created(): BrowserWindow {
    const { shell, session, state, preloadPath } = this.parts;
    const kept = state.read(shell.screen.getAllDisplays().map((display) => display.workArea));
    const window = new shell.BrowserWindow({
      ...USUAL,
      ...kept.bounds,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      title: STRINGS.product,
      backgroundColor: this.background(),
      webPreferences: {
        session,
        preload: preloadPath,
        additionalArguments: [VERSION_ARGUMENT + shell.app.getVersion()],
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        safeDialogs: true,
        // The checker would fetch its dictionaries from a host of somebody else.
        spellcheck: false,
      },
    });
    if (kept.isMaximized) window.maximize();
    this.watch(window);
    return window;
  }

  private watch(window: BrowserWindow): void {
    window.once("ready-to-show", () => window.show());
    window.on("close", () => this.parts.state.save(window));
    window.on("closed", () => {
      if (this.window === window) this.window = null;
    });
    window.webContents.on("did-start-navigation", (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.isListening = false;
    });
    window.webContents.on("render-process-gone", (_event, { reason }) => {
      this.parts.log("window.crashed", { reason });
      if (reason !== "clean-exit") this.offerReload(window, STRINGS.crashed, true);
    });
    window.on("unresponsive", () => {
      const { message, detail, reload, wait } = STRINGS.unresponsive;
      this.offerReload(window, { message, detail, reload, quit: wait }, false);
    });
  }

  private offerReload(window: BrowserWindow, words: Readonly<Record<"message" | "detail" | "reload" | "quit", string>>, isGone: boolean): void {
    const { dialog, app } = this.parts.shell;
    const asked = dialog.showMessageBox(window, {
      type: "warning",
      message: words.message,
      detail: words.detail,
      buttons: [words.reload, words.quit],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    asked
      .then(({ response }) => {
        if (window.isDestroyed()) return;
        if (response === 0) window.webContents.reload();
        else if (isGone) app.quit();
      })
      .catch((error: unknown) => this.parts.log("dialog.failed", { reason: String(error) }));
  }
}
