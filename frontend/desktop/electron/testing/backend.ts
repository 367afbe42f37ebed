/** The real product on a free port: `hivesync up` with a folder of its own, as a person would start it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "./servers.ts";

const ROOT = join(import.meta.dirname, "../../../..");
export const HIVESYNC = process.env["HIVESYNC_COMMAND"] ?? join(ROOT, ".venv/bin/hivesync");
export const PERSON = { email: "ada@example.org", password: "correct-horse-battery-staple" };

export interface Backend {
  readonly origin: string;
  close(): Promise<void>;
}

export async function startBackend(): Promise<Backend> {
  const folder = mkdtempSync(join(tmpdir(), "hivesync-desktop-data-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env["PATH"], HOME: folder, PORT: String(port), DATA_DIR: folder, HIVESYNC_DEMO: "0",
    HIVESYNC_ADMIN_EMAIL: PERSON.email, HIVESYNC_ADMIN_PASSWORD: PERSON.password,
  };
  // A group of its own, so that its workers end with it.
  const child = spawn(HIVESYNC, ["up"], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`hivesync up ended:\n${said}`);
    return fetch(`${origin}/api/v1/health`).then((answer) => answer.ok, () => false);
  });
  return { origin, close: () => ended(child, folder) };
}

async function ended(child: ChildProcess, folder: string): Promise<void> {
  const gone = new Promise((resolve) => void child.once("close", resolve));
  if (child.exitCode === null) process.kill(-child.pid!, "SIGTERM");
  await gone;
  rmSync(folder, { recursive: true, force: true });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
