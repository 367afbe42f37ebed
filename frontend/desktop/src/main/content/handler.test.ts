import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { BuildFiles } from "./files.ts";
import { ApiForwarder } from "./forward.ts";
import { contentHandler } from "./handler.ts";

const PAGE = '<!doctype html><meta nonce="__CSP_NONCE__"><title>app</title>';
let folder: string;
let server: string | null;
let handle: (request: Request) => Promise<Response>;
const get = (path: string, init?: RequestInit) => handle(new Request(`hivesync://app${path}`, init));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hivesync-content-"));
  for (const name of ["web/assets", "connect/assets"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "web/index.html"), PAGE);
  writeFileSync(join(folder, "web/assets/index-abcdefgh.js"), "1");
  writeFileSync(join(folder, "web/logo.svg"), "<svg/>");
  writeFileSync(join(folder, "connect/index.html"), PAGE.replace("app", "connect"));
  writeFileSync(join(folder, "connect/assets/index-abcdefgh.css"), "a{}");
  symlinkSync(join(folder, "secret.txt"), join(folder, "web/link.txt"));
  server = "https://hivesync.example.org";
  handle = contentHandler({
    web: new BuildFiles(join(folder, "web")),
    connect: new BuildFiles(join(folder, "connect")),
    api: new ApiForwarder(() => Promise.resolve(new Response("from the server")), () => server),
    hasServer: () => server !== null,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what hivesync://app answers", () => {
  it.each(["/", "/projects/1/files", "/review/1.2"])("shows the app at %s, each time with a nonce of its own", async (path) => {
    const [first, second] = [await get(path), await get(path)];
    const policy = first.headers.get("content-security-policy") ?? "";
    const nonce = /'nonce-([\w+/=]{24,})'/u.exec(policy)?.[1];
    expect(await first.text()).toBe(PAGE.replace("__CSP_NONCE__", nonce ?? ""));
    expect(second.headers.get("content-security-policy")).not.toBe(policy);
  });

  it("allows no inline script, no other host and no frame", async () => {
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).not.toMatch(/unsafe|https?:|\*/u);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("serves built files with their types, and for ever those whose names hold their hash", async () => {
    const script = await get("/assets/index-abcdefgh.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
    expect(script.headers.get("cache-control")).toContain("immutable");
    const logo = await get("/logo.svg");
    expect([logo.headers.get("content-type"), logo.headers.get("cache-control")]).toEqual(["image/svg+xml", "no-cache"]);
    expect(logo.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.each([
    "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/link.txt", "/assets/..%2f..%2fsecret.txt",
    "/%00.txt", "/%E0%A4%A.txt",
  ])("does not let %s out of its folder", async (path) => {
    expect(await (await get(path)).text()).not.toContain("secret");
  });

  it("says that a missing asset is missing, where the page would be run as a script", async () => {
    expect((await get("/assets/gone-abcdefgh.js")).status).toBe(404);
  });

  it("asks for a server first, wherever one wanted to go", async () => {
    server = null;
    expect(await (await get("/projects/1")).text()).toContain("<title>connect");
    expect((await get("/connect/assets/index-abcdefgh.css")).headers.get("content-type")).toContain("text/css");
    expect(await (await get("/api/v1/users/me")).json()).toMatchObject({ code: "SERVER_NOT_CHOSEN" });
  });

  it("says what to do when the build is missing", async () => {
    rmSync(join(folder, "web/index.html"));
    const answer = await get("/");
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("pages are missing");
  });

  it("has nothing on another host of its scheme, and takes no forms on its pages", async () => {
    expect((await handle(new Request("hivesync://open/"))).status).toBe(404);
    expect((await get("/", { method: "POST", body: "x" })).status).toBe(405);
  });
});
