/** The headers of the app's own pages. The same policy as the backend's, for the same build. */

/** Own files only: no inline script, no other host, and styles made at run time carry the page's nonce. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** What the server answers is data. Opened as a document it has no origin, so that it reaches neither app nor shell. */
export const API_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
