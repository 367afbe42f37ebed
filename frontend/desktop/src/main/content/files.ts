/** Serves the files of one build folder, and its index.html for every place of the app. Never follows a path out of it. */
import { randomBytes } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";

import { COMMON_HEADERS, pagePolicy } from "./policy.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};
/** The build leaves this where the page's nonce belongs. */
const NONCE_PLACE = "__CSP_NONCE__";
// The build puts a hash of the content into these names.
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/u;

export class BuildFiles {
  constructor(private readonly folder: string) {}

  /** The file of this path, or null. */
  async find(pathname: string): Promise<Response | null> {
    const type = TYPES[extname(pathname).toLowerCase()];
    if (type === undefined || type.startsWith("text/html")) return null;
    const bytes = await this.bytes(pathname);
    if (bytes === null) return null;
    const caching = HASHED.test(pathname) ? "public, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(bytes), { headers: { ...COMMON_HEADERS, "content-type": type, "cache-control": caching } });
  }

  /** A page of the build with a policy and a nonce of its own, or null when the build is missing. */
  async page(name = "index.html"): Promise<Response | null> {
    const bytes = await this.bytes(`/${name}`);
    return bytes === null ? null : pageOf(bytes.toString("utf8"));
  }

  private async bytes(pathname: string): Promise<Buffer | null> {
    const path = decoded(pathname);
    if (path === null) return null;
    try {
      const root = await realpath(this.folder);
      const file = await realpath(join(root, path));
      return file.startsWith(root + sep) ? await readFile(file) : null;
    } catch {
      // Not there, or not a file: either way there is nothing to show.
      return null;
    }
  }
}

/** Answer with this page of ours. */
export function pageOf(html: string, status = 200): Response {
  const nonce = randomBytes(18).toString("base64");
  const headers = {
    ...COMMON_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": pagePolicy(nonce),
    "cache-control": "no-store",
  };
  return new Response(html.replaceAll(NONCE_PLACE, nonce), { status, headers });
}

function decoded(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname);
    // Separators and drives hidden by encoding are never part of a built file's name.
    return /[\\:\p{Cc}]|\/\.|\/\//u.test(path) ? null : path;
  } catch {
    return null;
  }
}
