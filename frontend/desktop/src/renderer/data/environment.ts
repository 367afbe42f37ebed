import { EtagCache } from "@shared/api/etags.ts";
import { makeApi, type Api } from "@shared/api/client.ts";
import { Session } from "@shared/session/session.ts";

/** The API's address. The page and the API are one origin, in the browser and in the desktop shell. */
export const API = "/api/v1";

export const isDesktop = "hivesync" in globalThis;

const etags = new EtagCache();

export const session = new Session(API, isDesktop ? "desktop" : "web");

// openapi-fetch puts the whole path from the document behind it.
export const api: Api = makeApi(globalThis.location?.origin ?? "", session, etags);

/** Forget what the last person was told. */
export function forgetAnswers(): void {
  etags.clear();
}
