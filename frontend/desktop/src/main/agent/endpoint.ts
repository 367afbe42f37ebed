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
  readonly pid: number;
  readonly version: string;
}

export function endpointPath({ env, homeFolder }: Pick<Surroundings, "env" | "homeFolder">): string {
  return join(env["HIVESYNC_CONFIG_DIR"] || join(homeFolder, ".config", "hivesync"), "agent.json");
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
  const { port, token, pid, version } = value;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) return null;
  if (typeof token !== "string" || !TOKEN.test(token)) return null;
  if (typeof pid !== "number" || !Number.isInteger(pid) || pid < 1) return null;
  return { port, token, pid, version: typeof version === "string" ? version.slice(0, 64) : "" };
}
