import type { ServerResponse } from "node:http";

import { expect, it } from "vitest";

import { sendJson, serve } from "../../../electron/testing/servers.ts";
import { checkServer } from "./health.ts";

const ask = async (answer: (response: ServerResponse) => void) => {
  const paths: string[] = [];
  const server = await serve((request, response) => {
    paths.push(request.url ?? "");
    answer(response);
  });
  try {
    return { version: await checkServer((address, init) => fetch(address, init as RequestInit), server.origin), paths };
  } finally {
    await server.close();
  }
};

it("a server says that it is there, and which version", async () => {
  expect(await ask((response) => sendJson(response, 200, { status: "ok", version: "0.1.0" }))).toEqual({ version: "0.1.0", paths: ["/api/v1/health"] });
});

it.each([
  ["a web page", (response: ServerResponse) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"), "NOT_HIVESYNC"],
  ["another program", (response: ServerResponse) => sendJson(response, 200, { status: "UP" }), "NOT_HIVESYNC"],
  ["an error", (response: ServerResponse) => sendJson(response, 500, { status: "ok", version: "1" }), "NOT_HIVESYNC"],
  ["without an end", (response: ServerResponse) => void response.writeHead(200).end("x".repeat(100_000)), "NOT_HIVESYNC"],
  ["with another address", (response: ServerResponse) => void response.writeHead(307, { location: "/" }).end(), "SERVER_UNREACHABLE"],
  ["not at all", (response: ServerResponse) => void response.destroy(), "SERVER_UNREACHABLE"],
])("what answers with %s is refused", async (_name, answer, code) => {
  await expect(ask(answer)).rejects.toMatchObject({ code });
});
