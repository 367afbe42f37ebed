import { readBounded } from "../bodies.ts";
import { ShellError } from "../errors.ts";
import type { Fetch } from "../ports.ts";
import { isRecord } from "../values.ts";

const PATIENCE_MS = 10_000;
const LARGEST = 16 * 1024;

/** Ask whether a HiveSync server answers there; its version. */
export async function checkServer(fetch: Fetch, origin: string): Promise<string> {
  const response = await asked(fetch, origin);
  const body = response.ok ? await readBody(response) : null;
  if (isRecord(body) && body["status"] === "ok" && typeof body["version"] === "string") return body["version"].slice(0, 64);
  throw new ShellError("NOT_HIVESYNC", "Something answers there, but it is not a HiveSync server. Check the address.", {
    address: origin,
    status: response.status,
  });
}

async function asked(fetch: Fetch, origin: string): Promise<Response> {
  try {
    return await fetch(`${origin}/api/v1/health`, {
      headers: { accept: "application/json" },
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new ShellError("SERVER_UNREACHABLE", "The server does not answer. Check the address, the network and the certificate.", {
      address: origin,
      reason: error instanceof Error ? error.message.slice(0, 200) : "",
    });
  }
}

async function readBody(response: Response): Promise<unknown> {
  try {
    const text = await readBounded(response, LARGEST);
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
