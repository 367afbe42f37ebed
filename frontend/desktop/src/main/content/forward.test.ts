import type { IncomingMessage, ServerResponse } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { bodyOf, sendJson, serve, type TestServer } from "../../../electron/testing/servers.ts";
import { ApiForwarder } from "./forward.ts";

let upstream: TestServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let forwarder: ApiForwarder;
const ask = (path: string, init?: RequestInit & { duplex?: "half" }) => forwarder.forward(new Request(`hivesync://app${path}`, init));

beforeEach(async () => {
  upstream = await serve((request, response) => answer(request, response));
  forwarder = new ApiForwarder((address, init) => fetch(address, init as RequestInit), () => upstream.origin);
});
afterEach(() => upstream.close());

describe("requests to the API", () => {
  it("reach the same path of the server, as if its own page had sent them", async () => {
    answer = async (request, response) => sendJson(response, 201, { url: request.url, headers: request.headers, body: await bodyOf(request) });
    const response = await ask("/api/v1/projects?limit=1", {
      method: "POST",
      headers: { authorization: "Bearer a", "content-type": "application/json", "x-forwarded-for": "1.2.3.4", "sec-fetch-site": "none", cookie: "a=b" },
      body: '{"name":"x"}',
    });
    const seen = (await response.json()) as { url: string; body: string; headers: Record<string, string> };
    expect([response.status, seen.url, seen.body]).toEqual([201, "/api/v1/projects?limit=1", '{"name":"x"}']);
    expect(seen.headers).toMatchObject({ authorization: "Bearer a", origin: upstream.origin });
    for (const name of ["x-forwarded-for", "cookie", "referer", "sec-fetch-site"]) expect(seen.headers[name]).toBeUndefined();
  });

  it("get the answer without cookies, and never as a document with the app's origin", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "set-cookie": "refresh=secret", "content-type": "text/html", etag: '"1"', "access-control-allow-origin": "*" }).end("<script>1</script>");
    };
    const response = await ask("/api/v1/files/content");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("etag")).toBe('"1"');
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
  });

  it.each([204, 304])("keep the status %i", async (status) => {
    answer = (_request, response) => void response.writeHead(status).end();
    expect((await ask("/api/v1/x")).status).toBe(status);
  });

  it("stream: the first event arrives while the server still has the second", async () => {
    const waiting: ServerResponse[] = [];
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: one\n\n");
      waiting.push(response);
    };
    const reader = (await ask("/api/v1/events")).body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: one\n\n");
    waiting[0]!.end("data: two\n\n");
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: two\n\n");
  });

  it("send streams too", async () => {
    answer = async (request, response) => void response.end(await bodyOf(request));
    const body = new ReadableStream({
      start(controller) {
        for (const part of ["a", "b"]) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    expect(await (await ask("/api/v1/upload", { method: "PUT", body, duplex: "half" })).text()).toBe("ab");
  });

  it("end at the server when the page gives up", async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.on("close", () => resolve());
        response.writeHead(200).write("first");
      };
    });
    const abort = new AbortController();
    await ask("/api/v1/events", { signal: abort.signal });
    abort.abort();
    await closed;
  });

  it("follow no redirect, wherever it leads", async () => {
    answer = (_request, response) => void response.writeHead(302, { location: "https://elsewhere.example/" }).end();
    const response = await ask("/api/v1/preview/download/1");
    expect([response.status, (await response.json()).code]).toEqual([502, "REDIRECT_REFUSED"]);
  });

  it("say that the server does not answer, in the server's own shape", async () => {
    await upstream.close();
    const response = await ask("/api/v1/projects");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: "SERVER_UNREACHABLE", details: {} });
  });
});
