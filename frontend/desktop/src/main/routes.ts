/** Places of the app, and the links from outside that lead to them. */

export const SCHEME = "hivesync";
export const APP_ORIGIN = `${SCHEME}://app`;
export const CONNECT_ROUTE = "/connect";

const LONGEST = 2048;
// What a path, a query and a fragment may hold by RFC 3986: no backslash, no space, no control character, no quote.
const ROUTE = /^\/(?!\/)[\w\-.~%!$&'()*+,;=:@/]*(?:\?[\w\-.~%!$&'()*+,;=:@/?]*)?(?:#[\w\-.~%!$&'()*+,;=:@/?]*)?$/u;

/** A path of the app with its query and fragment, or null when it is none. The API is not a place to go. */
export function readRoute(value: unknown): string | null {
  if (typeof value !== "string" || value.length > LONGEST || !ROUTE.test(value)) return null;
  const address = new URL(value, `${APP_ORIGIN}/`);
  const route = address.pathname + address.search + address.hash;
  return isPlace(address.pathname) ? route : null;
}

/** The path that `hivesync://open/…` leads to, or null. No other link of the system is accepted. */
export function readDeepLink(value: unknown): string | null {
  if (typeof value !== "string" || value.length > LONGEST || !URL.canParse(value)) return null;
  const address = new URL(value);
  const isOurs = address.protocol === `${SCHEME}:` && address.host === "open" && address.username === "" && address.password === "";
  return isOurs ? readRoute((address.pathname || "/") + address.search + address.hash) : null;
}

/** Whether an address is a page of the app: the only kind that a window may show and that may call the shell. */
export function isAppPage(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const address = new URL(value);
  // Origins of schemes that are not the web's own read "null" in Node: compare the parts.
  const isOurs = address.protocol === `${SCHEME}:` && address.host === "app" && address.username === "" && address.password === "";
  return isOurs && isPlace(address.pathname);
}

function isPlace(pathname: string): boolean {
  return !isApiPath(pathname) && !pathname.startsWith("//");
}

export function isApiPath(pathname: string): boolean {
  return /^\/api(?:\/|$)/iu.test(pathname);
}
