/** Starts the built shell in the real Electron 9.4.1 (`electron9/start.cjs`) on a virtual screen of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { DevtoolsPage } from "./devtools.ts";

const DIST = join(import.meta.dirname, "../../dist");
const SCREEN = "1280x860x24";
const GRACE_MS = 10_000;
/** Its rules for system calls are older than today's C library, and end every process that uses a newer call. */
const OLD_RULES = "--disable-seccomp-filter-sandbox";
/** With a microphone, so that a refusal is one. */
const FLAGS = [OLD_RULES, "--disable-dev-shm-usage", "--disable-gpu", "--use-fake-device-for-media-stream", "--remote-debugging-port=0"];

interface Options {
  readonly electron: string;
  /** Holds all that this run writes. */
  readonly folder: string;
  /** The workbench, built for this old Chromium. */
  readonly web: string;
  readonly server: string;
  readonly agent: string;
}

export interface OldElectron {
  readonly page: DevtoolsPage;
  readonly debugPort: number;
  /** What it wrote to its standard error, by line. */
  readonly said: readonly string[];
  /** Addresses that it handed to the system's browser. */
  opened(): string[];
  /** The process of the window's page. */
  renderer(): { arguments: string[]; isApart: boolean };
  /** Resolves with its status when it has ended. */
  readonly gone: Promise<number | null>;
  stop(): Promise<void>;
}

export async function startOldElectron(options: Options): Promise<OldElectron> {
  const { folder, electron } = options;
  const app = installApp(options);
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const display = `:${await firstLine(screen.stdio[3] as Readable)}`;
  const [command = "", ...before] = [...withoutRoot(), electron];
  const child = spawn(command, [...before, ...FLAGS, app], { env: environmentOf(options, display), stdio: ["ignore", "inherit", "pipe"] });
  const gone = new Promise<number | null>((resolve) => void child.once("exit", resolve));
  const stop = async () => {
    await ended(child, gone);
    await ended(screen, new Promise((resolve) => void screen.once("exit", resolve)));
  };
  const said: string[] = [];
  const debugPort = await portOf(child, said);
  return {
    page: await DevtoolsPage.open(debugPort),
    debugPort,
    said,
    opened: () => readFileSync(join(folder, "opened"), "utf8").split("\n").filter(Boolean),
    renderer: () => rendererOf(child.pid!),
    gone,
    stop,
  };
}

/** What a package holds, with the adapter as its entry, and a browser of the system that only takes notes. */
function installApp({ folder, web, server }: Options): string {
  const app = join(folder, "app");
  cpSync(join(import.meta.dirname, "electron9"), app, { recursive: true });
  for (const part of ["main", "preload", "connect"]) cpSync(join(DIST, part), join(app, "dist", part), { recursive: true });
  cpSync(web, join(app, "dist/web"), { recursive: true });
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "hivesync", version: "0.1.0", main: "start.cjs" }));
  mkdirSync(join(folder, "user-data"));
  writeFileSync(join(folder, "user-data/settings.json"), JSON.stringify({ server }));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "opened"), "");
  writeFileSync(join(folder, "bin/xdg-open"), `#!/bin/sh\necho "$1" >> "${join(folder, "opened")}"\n`, { mode: 0o755 });
  return app;
}

function environmentOf({ folder, agent }: Options, display: string): NodeJS.ProcessEnv {
  return {
    PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    HOME: folder,
    DISPLAY: display,
    XDG_CONFIG_HOME: join(folder, "config"),
    HIVESYNC_COMMAND: agent,
    HIVESYNC_TEST_USER_DATA: join(folder, "user-data"),
  };
}

/** Chromium refuses root, as whom containers run: a namespace of users in which we are somebody else, with the same files. */
function withoutRoot(): string[] {
  return process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
}

function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(stream).once("line", resolve).once("close", () => reject(new Error("it ended without a word")));
  });
}

function portOf(child: ChildProcess, said: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    createInterface(child.stderr!).on("line", (line) => {
      said.push(line);
      const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//u.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("exit", (status) => reject(new Error(`Electron ended with ${status}:\n${said.join("\n")}`)));
    child.once("error", reject);
  });
}

function rendererOf(main: number): { arguments: string[]; isApart: boolean } {
  const pid = descendants(main).find((each) => argumentsOf(each).includes("--type=renderer"));
  if (pid === undefined) throw new Error("there is no process for a page");
  return { arguments: argumentsOf(pid), isApart: readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync(`/proc/${main}/ns/user`) };
}

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.concat(children.flatMap(descendants));
}

const argumentsOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split(/[\0 ]/u);

/** Gently, so that Electron ends its agent too. */
async function ended(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(force);
}
