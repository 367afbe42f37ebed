/** What windows may show and open: pages of the app, and nothing else. External links go to the system's browser. */
import type { Session, WebContents } from "electron";

import type { Shell, Surroundings } from "../ports.ts";
import { isAppPage, SCHEME } from "../routes.ts";

const LONGEST_LINK = 2048;
/** All that a page may be granted. Reading the clipboard, camera, microphone and the rest are refused. */
const PERMITTED = new Set(["clipboard-sanitized-write", "notifications"]);

interface Links {
  readonly open: (address: string) => void;
}

/** Guard every web contents that ever comes into being, whoever made it. */
export function guardContents({ app }: Pick<Shell, "app">, links: Links, log: Surroundings["log"]): void {
  app.on("web-contents-created", (_created, contents) => {
    contents.on("will-attach-webview", (event) => event.preventDefault());
    guardNavigation(contents, links, log);
    contents.setWindowOpenHandler(({ url }) => {
      links.open(url);
      return { action: "deny" };
    });
  });
}

function guardNavigation(contents: WebContents, links: Links, log: Surroundings["log"]): void {
  contents.on("will-navigate", (event) => {
    if (isAppPage(event.url)) return;
    event.preventDefault();
    log("navigation.refused", { address: event.url.slice(0, 200) });
    links.open(event.url);
  });
  contents.on("will-redirect", (event) => {
    if (!isAppPage(event.url)) event.preventDefault();
  });
  contents.on("will-frame-navigate", (event) => {
    if (!isAppPage(event.url)) event.preventDefault();
  });
}

/** Open a link outside, if it is one that a browser should see: https, whole, without a login in it. */
export function externalLinks({ shell }: Pick<Shell, "shell">, log: Surroundings["log"]): Links {
  return {
    open: (address) => {
      const link = readExternalLink(address);
      if (link === null) {
        log("link.refused", { address: address.slice(0, 200) });
        return;
      }
      shell.openExternal(link).catch(() => log("link.failed", { address: link }));
    },
  };
}

export function readExternalLink(address: string): string | null {
  if (address.length > LONGEST_LINK || !URL.canParse(address)) return null;
  const link = new URL(address);
  return link.protocol === "https:" && link.username === "" && link.password === "" ? link.href : null;
}

/** Deny every permission but the two that the app uses, to every page but the app's. */
export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(PERMITTED.has(permission) && details.isMainFrame && isAppPage(details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return PERMITTED.has(permission) && details.isMainFrame && isAppPage(origin);
  });
  session.setDevicePermissionHandler(() => false);
}

/** Whatever a page asks for, it goes to the app's own scheme; only the shell itself speaks to the server. */
export function guardRequests(session: Session, server: () => string | null): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isAllowed(details.url, details.webContentsId !== undefined, server()) });
  });
}

function isAllowed(address: string, isPage: boolean, server: string | null): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, origin, pathname } = new URL(address);
  if (protocol === `${SCHEME}:`) return host === "app";
  if (protocol === "data:" || protocol === "blob:" || protocol === "devtools:") return true;
  return !isPage && origin === server && pathname.startsWith("/api/");
}

/** Files are saved where a person says so, and only those of the app. */
export function guardDownloads(session: Session, log: Surroundings["log"]): void {
  session.on("will-download", (event, item) => {
    const address = item.getURL();
    const isOurs = address.startsWith(`${SCHEME}://app/`) || address.startsWith(`blob:${SCHEME}://app/`);
    if (!isOurs) {
      event.preventDefault();
      log("download.refused", { address: address.slice(0, 200) });
      return;
    }
    item.setSaveDialogOptions({ defaultPath: safeName(item.getFilename()) });
  });
}

/** A name alone, that no system reads as a path, a device or a hidden file. */
export function safeName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, "_");
  return plain.replace(/^[.\s]+/u, "").replace(/[.\s]+$/u, "").slice(0, 120) || "download";
}
