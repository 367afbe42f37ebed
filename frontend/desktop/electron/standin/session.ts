/** A session: its cookies, its scheme handler, and the handlers of the shell that decide about requests and permissions. */
import { EventEmitter } from "node:events";

import type { SchemeHandler } from "./origin.ts";

type BeforeRequest = (details: { url: string; webContentsId?: number }, answer: (verdict: { cancel?: boolean }) => void) => void;

export class StandInSession extends EventEmitter {
  readonly schemes = new Map<string, SchemeHandler>();
  /** By origin, then by name. */
  readonly cookies = new Map<string, Map<string, string>>();
  readonly set: Record<string, unknown> = {};
  cleared = 0;
  private beforeRequest: BeforeRequest | null = null;

  readonly protocol = { handle: (scheme: string, handler: SchemeHandler) => void this.schemes.set(scheme, handler) };
  readonly webRequest = { onBeforeRequest: (handler: BeforeRequest) => void (this.beforeRequest = handler) };

  setPermissionRequestHandler = (handler: unknown) => void (this.set["permissionRequest"] = handler);
  setPermissionCheckHandler = (handler: unknown) => void (this.set["permissionCheck"] = handler);
  setDevicePermissionHandler = (handler: unknown) => void (this.set["devicePermission"] = handler);
  setSpellCheckerEnabled = (isEnabled: boolean) => void (this.set["spellChecker"] = isEnabled);
  clearCache = () => Promise.resolve();

  clearStorageData(): Promise<void> {
    this.cookies.clear();
    this.cleared += 1;
    return Promise.resolve();
  }

  /** Whether the shell lets this request pass. */
  allows(url: string, webContentsId?: number): boolean {
    let isAllowed = true;
    const details = webContentsId === undefined ? { url } : { url, webContentsId };
    this.beforeRequest?.(details, ({ cancel = false }) => void (isAllowed = !cancel));
    return isAllowed;
  }

  /** As Electron's: past the shell's own filter, with the cookies of this session when they are asked for. */
  async fetch(address: string, init: RequestInit & { duplex?: "half" } = {}): Promise<Response> {
    if (!this.allows(address)) throw new Error("net::ERR_BLOCKED_BY_CLIENT");
    const { origin } = new URL(address);
    const headers = new Headers(init.headers);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    if (init.credentials === "include" && jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(address, { ...init, headers } as RequestInit);
    if (init.credentials !== "omit") this.keep(origin, jar, response);
    return response;
  }

  private keep(origin: string, jar: Map<string, string>, response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      if (/;\s*max-age=0/iu.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    if (jar.size > 0) this.cookies.set(origin, jar);
  }
}
