import { ApiError, readError, Unreachable } from "./errors.ts";
import { EtagCache } from "./etags.ts";

/** What a request needs to know of whoever is logged in. */
export interface Credentials {
  /** A token that is still good, renewed if need be; null when nobody is logged in. */
  accessToken(): Promise<string | null>;
  /** The server refused this token: find another one, or say null. */
  replaceToken(refused: string): Promise<string | null>;
}

export interface Waiting {
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 300;
// Longer than this nobody waits in front of a screen; the error says when to come back.
const LONGEST_PAUSE_MS = 5_000;

export const realWaiting: Waiting = {
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

/**
 * A `fetch` that logs in, remembers ETags, renews a refused token once, and asks again where asking twice is harmless.
 * Throws ApiError for every answer that is not good, Unreachable when there is none.
 */
export function makeFetch(
  credentials: Credentials,
  etags: EtagCache,
  plainFetch: typeof fetch = globalThis.fetch,
  waiting: Waiting = realWaiting,
): (request: Request) => Promise<Response> {
  async function once(request: Request, token: string | null): Promise<Response> {
    const headers = new Headers(request.headers);
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    const tag = request.method === "GET" ? etags.tagFor(request.url) : null;
    if (tag !== null && !headers.has("If-None-Match")) headers.set("If-None-Match", tag);
    let response: Response;
    try {
      response = await plainFetch(new Request(request.clone(), { headers, cache: "no-store", credentials: "same-origin" }));
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw new Unreachable(error);
    }
    return request.method === "GET" ? etags.settle(request.url, response) : response;
  }

  async function withToken(request: Request): Promise<Response> {
    const token = await credentials.accessToken();
    const response = await once(request, token);
    if (response.status !== 401 || token === null) return response;
    const next = await credentials.replaceToken(token);
    return next === null ? response : once(request, next);
  }

  return async function send(request: Request): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const failure = await withToken(request).then(failureOf, (error: unknown) => error);
      if (failure instanceof Response) return failure;
      const pause = pauseBefore(request, failure, attempt, waiting.random());
      if (pause === null) throw failure;
      await waiting.wait(pause);
    }
  };
}

async function failureOf(response: Response): Promise<Response | ApiError> {
  return response.ok ? response : readError(response);
}

/** Milliseconds to wait before the next attempt, or null when there should be none. */
function pauseBefore(request: Request, failure: unknown, attempt: number, random: number): number | null {
  const isRepeatable = request.method === "GET" || request.headers.has("Idempotency-Key");
  if (!(failure instanceof ApiError) || !failure.isTransient || !isRepeatable || attempt >= ATTEMPTS) return null;
  const asked = failure.retryAfter === null ? 0 : failure.retryAfter * 1000;
  if (asked > LONGEST_PAUSE_MS) return null;
  // Full jitter on a doubling pause: clients that failed together do not come back together.
  return Math.max(asked, FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random / 2));
}
