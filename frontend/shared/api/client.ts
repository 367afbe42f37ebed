import createClient, { type Client } from "openapi-fetch";
import { EtagCache } from "./etags.ts";
import { makeFetch, type Credentials } from "./fetching.ts";
import type { paths } from "./schema.ts";

export type Api = Client<paths>;

/** The typed client. Every call resolves to `{ data }` or throws an ApiError; use `unwrap` to get at the data. */
export function makeApi(baseUrl: string, credentials: Credentials, etags = new EtagCache()): Api {
  return createClient<paths>({ baseUrl, fetch: makeFetch(credentials, etags) });
}

/** The data of an answer. What is not good was thrown before; no body (204) is `undefined`. */
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** A key for a POST that may be sent twice and should be done once. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
