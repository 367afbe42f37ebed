/** The entry of the main process: hands the real Electron and the facts of this process to the shell. */
import { homedir } from "node:os";
import { join } from "node:path";

import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, Notification, protocol, screen, session, shell } from "electron";

import { startDesktop } from "./desktop.ts";

const electron = { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, Notification, protocol, screen, session, shell };

function log(event: string, facts: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`${JSON.stringify({ event, ...facts })}\n`);
}

startDesktop(electron, {
  platform: process.platform,
  argv: process.argv,
  env: process.env,
  homeFolder: homedir(),
  // Built side by side: dist/main, dist/preload, dist/connect, dist/web.
  webFolder: join(__dirname, "..", "web"),
  connectFolder: join(__dirname, "..", "connect"),
  preloadPath: join(__dirname, "..", "preload", "index.cjs"),
  fetch: (address, init) => fetch(address, init),
  log,
}).catch((error: unknown) => {
  log("shell.start_failed", { reason: error instanceof Error ? error.message : String(error) });
  app.exit(1);
});
