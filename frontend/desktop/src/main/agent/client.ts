/** Speaks to the local agent over loopback. The page never learns port or token. */
import { readBounded } from "../bodies.ts";
import { ShellError } from "../errors.ts";
import type { Fetch } from "../ports.ts";
import { isRecord } from "../values.ts";
import type { Endpoint } from "./endpoint.ts";

/** Comparing a large folder reads all of it. */
const PATIENCE_MS = 120_000;
const LARGEST = 64 * 1024 * 1024;

export type Method = "GET" | "PUT" | "POST" | "DELETE";

export class AgentClient {
  constructor(
    private readonly fetch: Fetch,
    private readonly endpoint: () => Endpoint | null,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  get isReady(): boolean {
    return this.endpoint() !== null;
  }

  /** The answer's JSON, or null when it has none; a refusal is thrown as it was told. */
  async ask(method: Method, path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const endpoint = this.endpoint();
    if (endpoint === null) throw new ShellError("AGENT_NOT_READY", "The local agent is not running yet.");
    return askAt(this.fetch, endpoint, { method, path, body, patienceMs: this.patienceMs });
  }
}

interface Question {
  readonly method: Method;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly patienceMs: number;
}

export async function askAt(fetch: Fetch, endpoint: Endpoint, question: Question): Promise<unknown> {
  const response = await send(fetch, endpoint, question);
  const text = await readBounded(response, LARGEST).catch(() => null);
  const answer = text === null ? undefined : parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw refusalOf(response.status, answer);
}

async function send(fetch: Fetch, { port, token }: Endpoint, { method, path, body, patienceMs }: Question): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ShellError("AGENT_UNREACHABLE", "The local agent does not answer. It is started again by itself; try again in a moment.");
  }
}

function refusalOf(status: number, answer: unknown): ShellError {
  if (isRecord(answer) && typeof answer["code"] === "string" && typeof answer["message"] === "string") {
    const details = isRecord(answer["details"]) ? answer["details"] : {};
    return new ShellError(answer["code"], answer["message"], details);
  }
  return new ShellError("AGENT_ANSWER_INVALID", "The local agent answered something unexpected. Install the same version of both.", { status });
}

function parsed(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
