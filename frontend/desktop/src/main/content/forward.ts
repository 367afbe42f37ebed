/**
 * Sends the app's `/api` requests to the one chosen server, with the cookies of the window's session. Bodies stream in
 * both directions. No other host can be reached through it, and redirects are refused.
 */
import type { Fetch } from "../ports.ts";
import { API_POLICY } from "./policy.ts";

/** Headers that belong to one connection, to the browser alone, or to the place where a request came from. */
const NOT_SENT =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|host|content-length|cookie2?|origin|referer|forwarded|via|(?:x-forwarded|proxy|sec)-.*)$/u;
const NOT_ANSWERED =
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|set-cookie2?|strict-transport-security|clear-site-data|alt-svc|access-control-.*)$/u;

export class ApiForwarder {
  constructor(
    private readonly fetch: Fetch,
    /** The server's origin, or null before one was chosen. */
    private readonly server: () => string | null,
  ) {}

  async forward(request: Request): Promise<Response> {
    const server = this.server();
    if (server === null) return refusal(503, "SERVER_NOT_CHOSEN", "Choose a server first.");
    const asked = new URL(request.url);
    const target = new URL(asked.pathname + asked.search, server);
    if (target.origin !== server) return refusal(400, "VALIDATION_ERROR", "This address leads to no server.");
    try {
      return answered(await this.fetch(target.href, outgoing(request, server)));
    } catch (error) {
      return request.signal.aborted ? refusal(499, "CANCELLED", "The request was cancelled.") : unreachable(error);
    }
  }
}

function outgoing(request: Request, server: string): RequestInit & { duplex?: "half" } {
  const headers = new Headers();
  for (const [name, value] of request.headers) {
    if (!NOT_SENT.test(name)) headers.set(name, value);
  }
  // For the server the app is a page of its own: its protection against forged requests looks at this.
  headers.set("origin", server);
  const shared = { method: request.method, headers, credentials: "include", redirect: "error", cache: "no-store", signal: request.signal } as const;
  return request.body === null ? shared : { ...shared, body: request.body, duplex: "half" };
}

function answered(response: Response): Response {
  const headers = new Headers();
  // The network stack has unpacked the body already.
  const wasPacked = response.headers.has("content-encoding");
  for (const [name, value] of response.headers) {
    if (NOT_ANSWERED.test(name)) continue;
    if (wasPacked && (name === "content-encoding" || name === "content-length")) continue;
    headers.append(name, value);
  }
  headers.append("content-security-policy", API_POLICY);
  headers.set("x-content-type-options", "nosniff");
  const isEmpty = response.status === 204 || response.status === 205 || response.status === 304;
  return new Response(isEmpty ? null : response.body, { status: response.status, statusText: response.statusText, headers });
}

function unreachable(error: unknown): Response {
  const reason = error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}` : "";
  if (/redirect/iu.test(reason)) {
    return refusal(502, "REDIRECT_REFUSED", "The server sent the app to another address; that is only done in a browser.");
  }
  return refusal(502, "SERVER_UNREACHABLE", "The server does not answer. Check the network, or ask who runs it.");
}

/** A refusal in the shape of the server's own. */
export function refusal(status: number, code: string, message: string): Response {
  return Response.json(
    { code, message, details: {}, request_id: "" },
    { status, headers: { "cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": API_POLICY } },
  );
}
