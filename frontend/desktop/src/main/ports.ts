import type * as Electron from "electron";

/** What the shell uses of Electron, passed in, so that tests can hand over something else. Checked against Electron's own types. */
export type Shell = Pick<
  typeof Electron,
  "app" | "BrowserWindow" | "dialog" | "ipcMain" | "Menu" | "nativeTheme" | "Notification" | "protocol" | "screen" | "session" | "shell"
>;

export type Fetch = (address: string, init?: RequestInit & { duplex?: "half" }) => Promise<Response>;

/** Facts about the machine and the process. */
export interface Surroundings {
  readonly platform: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** Where the web build lies. */
  readonly webFolder: string;
  /** Where the page that asks for the server lies. */
  readonly connectFolder: string;
  readonly preloadPath: string;
  /** Node's own, for the local agent: it has no cookies and no proxy. */
  readonly fetch: Fetch;
  readonly log: (event: string, facts?: Readonly<Record<string, unknown>>) => void;
}
