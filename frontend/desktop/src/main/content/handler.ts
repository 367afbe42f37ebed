/** Answers every request for `hivesync://app/`: the app's files, the page that asks for a server, and the API. */
import { STRINGS } from "../strings.ts";
import { CONNECT_ROUTE, isApiPath, SCHEME } from "../routes.ts";
import { type BuildFiles, pageOf } from "./files.ts";
import { type ApiForwarder, refusal } from "./forward.ts";

interface Parts {
  readonly web: BuildFiles;
  readonly connect: BuildFiles;
  readonly api: ApiForwarder;
  readonly hasServer: () => boolean;
}

export function contentHandler(parts: Parts): (request: Request) => Promise<Response> {
  return async (request) => {
    const { protocol, host, pathname } = new URL(request.url);
    if (protocol !== `${SCHEME}:` || host !== "app") return refusal(404, "NOT_FOUND", "There is nothing here.");
    if (isApiPath(pathname)) return parts.api.forward(request);
    if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "METHOD_NOT_ALLOWED", "Pages are only read.");
    if (pathname === CONNECT_ROUTE || pathname.startsWith(`${CONNECT_ROUTE}/`)) return connectPage(parts.connect, pathname);
    return (await parts.web.find(pathname)) ?? place(parts, pathname);
  };
}

async function connectPage(files: BuildFiles, pathname: string): Promise<Response> {
  const found = pathname === CONNECT_ROUTE ? await files.page() : await files.find(pathname.slice(CONNECT_ROUTE.length));
  return found ?? refusal(404, "NOT_FOUND", "There is no such file.");
}

/** The app draws every place by itself; a missing file must not look like one. */
async function place({ web, connect, hasServer }: Parts, pathname: string): Promise<Response> {
  if (/\.[a-z0-9]{1,5}$/iu.test(pathname) && pathname.startsWith("/assets/")) return refusal(404, "NOT_FOUND", "There is no such file.");
  const page = hasServer() ? await web.page() : await connect.page();
  return page ?? pageOf(STRINGS.missingBuildPage, 503);
}
