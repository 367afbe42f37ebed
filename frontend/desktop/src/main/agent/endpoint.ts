/** Where the local agent listens, as it wrote it down itself; only believed when nobody else could have written it. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Surroundings } from "../ports.ts";
import { isRecord } from "../values.ts";

const LARGEST = 16 * 1024;
const TOKEN = /^[\u0021-\u007e]{16,1024}$/u;
/** Rights of the group and of everyone else. */
const OTHERS = 0o077;

export interface Endpoint {
  readonly port: number;
  readonly token: string;
  readonly version: string;
}

/** As the agent decides it (backend/app/config/client.py). */
export function endpointPath({ env, homeFolder }: Pick<Surroundings, "env" | "homeFolder">): string {
  const shared = env["XDG_CONFIG_HOME"] || join(homeFolder, ".config");
  return join(env["HIVESYNC_CONFIG_DIR"] || join(shared, "hivesync"), "agent.json");
}

/** The endpoint, or null while there is none that can be trusted. */
export function readEndpoint(path: string, platform: string): Endpoint | null {
  try {
    const facts = statSync(path);
    if (!facts.isFile() || facts.size > LARGEST) return null;
    const isOthers = (facts.mode & OTHERS) !== 0 || facts.uid !== process.getuid?.();
    if (platform !== "win32" && isOthers) return null;
    return checkEndpoint(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

function checkEndpoint(value: unknown): Endpoint | null {
  if (!isRecord(value)) return null;
  const { port, token, version } = value;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
  if (typeof token !== "string" || !TOKEN.test(token)) return null;
  return { port, token, version: typeof version === "string" ? version.slice(0, 64) : "" };
}
