import { EventEmitter } from "node:events";

import type { Session } from "electron";
import { beforeEach, describe, expect, it } from "vitest";

import { externalLinks, guardContents, guardDownloads, guardPermissions, guardRequests, readExternalLink, safeName } from "./guards.ts";

const silent = () => {};

/** An event as Electron's: it can be prevented. */
function event(url: string) {
  const made = { url, isPrevented: false, preventDefault: () => void (made.isPrevented = true) };
  return made;
}

describe("every web contents", () => {
  let opened: string[];
  let contents: EventEmitter & { setWindowOpenHandler: (handler: (details: { url: string }) => { action: string }) => void };
  let openWindow: (details: { url: string }) => { action: string };

  beforeEach(() => {
    const app = new EventEmitter();
    opened = [];
    const shell = { openExternal: (address: string) => Promise.resolve(void opened.push(address)) };
    guardContents({ app } as never, externalLinks({ shell } as never, silent), silent);
    contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: (handler: typeof openWindow) => void (openWindow = handler) });
    app.emit("web-contents-created", {}, contents);
  });

  it.each(["will-navigate", "will-redirect", "will-frame-navigate"])("stays in the app at %s", (name) => {
    const inside = event("hivesync://app/projects/1");
    const outside = event("http://evil.example/");
    contents.emit(name, inside);
    contents.emit(name, outside);
    expect([inside.isPrevented, outside.isPrevented]).toEqual([false, true]);
  });

  it.each(["file:///etc/passwd", "hivesync://app/api/v1/files/content", "hivesync://open/x", "javascript:alert(1)", "data:text/html,x"])(
    "never goes to %s, nor hands it to the system",
    (address) => {
      const refused = event(address);
      contents.emit("will-navigate", refused);
      expect(refused.isPrevented).toBe(true);
      expect(opened).toEqual([]);
    },
  );

  it("opens https links in the browser, and never a window", () => {
    contents.emit("will-navigate", event("https://docs.example/a"));
    expect(openWindow({ url: "https://docs.example/b" })).toEqual({ action: "deny" });
    expect(openWindow({ url: "hivesync://app/" })).toEqual({ action: "deny" });
    expect(opened).toEqual(["https://docs.example/a", "https://docs.example/b"]);
  });

  it("has no webview", () => {
    const attach = event("");
    contents.emit("will-attach-webview", attach, {}, {});
    expect(attach.isPrevented).toBe(true);
  });
});

it.each(["http://a.example", "smb://a/b", "ms-msdt:/id", "https://me:secret@a.example", "vscode://x", `https://a.example/${"x".repeat(3000)}`, "nonsense"])(
  "%.40s is no link for the system",
  (address) => {
    expect(readExternalLink(address)).toBeNull();
  },
);

type Permission = (contents: null, permission: string, answer: (granted: boolean) => void, details: object) => void;

describe("a session", () => {
  let handlers: { request: Permission; check: (contents: null, permission: string, origin: string, details: object) => boolean; device: () => boolean };

  beforeEach(() => {
    handlers = {} as typeof handlers;
    guardPermissions({
      setPermissionRequestHandler: (handler: Permission) => void (handlers.request = handler),
      setPermissionCheckHandler: (handler: typeof handlers.check) => void (handlers.check = handler),
      setDevicePermissionHandler: (handler: typeof handlers.device) => void (handlers.device = handler),
    } as unknown as Session);
  });

  const asked = (permission: string, requestingUrl: string, isMainFrame = true) => {
    let answered: boolean | null = null;
    handlers.request(null, permission, (granted) => void (answered = granted), { requestingUrl, isMainFrame });
    return [answered, handlers.check(null, permission, requestingUrl, { isMainFrame })];
  };

  it.each(["clipboard-sanitized-write", "notifications"])("grants %s to the app alone", (permission) => {
    expect(asked(permission, "hivesync://app/")).toEqual([true, true]);
    expect(asked(permission, "https://evil.example/")).toEqual([false, false]);
    expect(asked(permission, "hivesync://app/", false)).toEqual([false, false]);
  });

  it.each(["media", "geolocation", "clipboard-read", "openExternal", "fullscreen", "hid", "serial", "usb", "midi", "fileSystem", "pointerLock", "idle-detection"])(
    "refuses %s",
    (permission) => {
      expect(asked(permission, "hivesync://app/")).toEqual([false, false]);
      expect(handlers.device()).toBe(false);
    },
  );

  it("lets pages reach the app's scheme only, and the shell the chosen server's API only", () => {
    let look: (details: object, answer: (verdict: { cancel: boolean }) => void) => void = silent;
    const session = { webRequest: { onBeforeRequest: (handler: typeof look) => void (look = handler) } };
    guardRequests(session as unknown as Session, () => "https://hivesync.example.org");
    const isCancelled = (url: string, webContentsId?: number) => {
      let verdict = true;
      look({ url, ...(webContentsId === undefined ? {} : { webContentsId }) }, (answer) => void (verdict = answer.cancel));
      return verdict;
    };
    expect(isCancelled("hivesync://app/assets/a.js", 1)).toBe(false);
    expect(isCancelled("hivesync://open/a", 1)).toBe(true);
    expect(isCancelled("https://hivesync.example.org/api/v1/x", 1)).toBe(true);
    expect(isCancelled("https://hivesync.example.org/api/v1/x")).toBe(false);
    expect(isCancelled("https://hivesync.example.org/docs")).toBe(true);
    expect(isCancelled("https://evil.example/api/v1/x")).toBe(true);
    expect(isCancelled("file:///etc/passwd", 1)).toBe(true);
  });

  it("saves only the app's own files, under harmless names", () => {
    const session = new EventEmitter();
    guardDownloads(session as Session, silent);
    const download = (address: string, name: string) => {
      const prevented = event(address);
      let path: string | undefined;
      const item = { getURL: () => address, getFilename: () => name, setSaveDialogOptions: (options: { defaultPath: string }) => void (path = options.defaultPath) };
      session.emit("will-download", prevented, item);
      return prevented.isPrevented ? "refused" : path;
    };
    expect(download("hivesync://app/api/v1/proposals/1/patch", "change.patch")).toBe("change.patch");
    expect(download("blob:hivesync://app/1", "..\\..\\a.exe")).toBe("_.._a.exe");
    expect(download("https://evil.example/a", "a")).toBe("refused");
    expect(download("data:text/plain,x", "a")).toBe("refused");
  });
});

it.each([
  ["../../etc/passwd", "_.._etc_passwd"],
  ["invoice\u202egpj.exe", "invoice_gpj.exe"],
  ["...", "download"],
  ["a:b|c?.txt ", "a_b_c_.txt"],
])("the name %j becomes %j", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
