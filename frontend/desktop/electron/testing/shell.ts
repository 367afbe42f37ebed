/** Runs the built main bundle as Electron would: in a folder where `require("electron")` finds the stand-in. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";

import { StandIn } from "../standin/standin.ts";
import { until } from "./servers.ts";

const DIST = join(import.meta.dirname, "../../dist");
const PLACE = Symbol.for("hivesync.desktop.standin");

export interface RunningShell {
  readonly electron: StandIn;
  readonly folder: string;
  /** The window's page, once there is one. */
  page(): Promise<Page>;
  /** Quit, and wait until the shell has put everything away. */
  quit(): Promise<void>;
}

interface Options {
  /** Kept from an earlier run, or a new one. */
  readonly folder?: string;
  readonly argv?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly browser: Browser;
  /** Whether another instance runs already. */
  readonly isSecond?: boolean;
}

export async function startShell({ folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-")), argv = [], env, browser, isSecond = false }: Options): Promise<RunningShell> {
  if (!existsSync(join(DIST, "main/index.cjs"))) throw new Error("build it first: npm run build && npm run build:desktop");
  installStandIn(folder);
  const electron = await StandIn.open(join(folder, "user-data"), browser);
  electron.app.isFirst = !isSecond;
  (globalThis as Record<symbol, unknown>)[PLACE] = electron.module();
  withProcess(argv, env, () => {
    const require = createRequire(join(folder, "start.cjs"));
    const main = join(folder, "dist/main/index.cjs");
    delete require.cache[main];
    delete require.cache[require.resolve("electron")];
    require(main);
  });
  const page = async () => (await until(() => electron.windows.at(-1)?.webContents.page)) as Page;
  const quit = async () => {
    electron.app.quit();
    await until(() => electron.app.hasQuit);
    await electron.close();
  };
  return { electron, folder, page, quit };
}

export function removeShell(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function installStandIn(folder: string): void {
  cpSync(DIST, join(folder, "dist"), { recursive: true });
  const module = join(folder, "node_modules/electron");
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, "index.js"), `module.exports = globalThis[Symbol.for("hivesync.desktop.standin")];\n`);
}

/** The bundle reads its arguments and its environment once, when it is loaded. */
function withProcess(argv: readonly string[], env: Readonly<Record<string, string>>, work: () => void): void {
  const before = { argv: process.argv, env: process.env };
  process.argv = [...process.argv.slice(0, 2), ...argv];
  process.env = { PATH: before.env["PATH"], HOME: env["HOME"] ?? before.env["HOME"], ...env };
  try {
    work();
  } finally {
    process.argv = before.argv;
    process.env = before.env;
  }
}
