import type { IncomingMessage, ServerResponse } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { bodyOf, sendJson, serve, type TestServer, until } from "../../../electron/testing/servers.ts";
import { CALLS } from "../../channels.ts";
import { agentCalls } from "./calls.ts";
import { AgentClient } from "./client.ts";
import { AgentSession } from "./session.ts";

const TOKEN = "a-token-of-good-length";
const ID = "0190f7a2-7c1e-7000-8000-000000000001";
let server: TestServer;
let seen: { line: string; headers: IncomingMessage["headers"]; body: string }[];
let answer: (response: ServerResponse) => void;
let client: AgentClient;
let calls: ReturnType<typeof agentCalls>;

beforeEach(async () => {
  seen = [];
  answer = (response) => sendJson(response, 200, { fine: true });
  server = await serve(async (request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await bodyOf(request) });
    answer(response);
  });
  client = new AgentClient((address, init) => fetch(address, init as RequestInit), () => ({ port: server.port, token: TOKEN, version: "" }), 2_000);
  calls = agentCalls(client, (path) => path === "/home/me/app");
});
afterEach(() => server.close());

describe("what the page asks of the agent", () => {
  it.each([
    [CALLS.foldersList, [], "GET /v1/folders", ""],
    [CALLS.foldersMap, ["/home/me/app", ID], "POST /v1/folders", `{"path":"/home/me/app","project_id":"${ID}"}`],
    [CALLS.foldersUnmap, ["f1"], "DELETE /v1/folders/f1", ""],
    [CALLS.foldersDifference, ["f1"], "GET /v1/folders/f1/difference", ""],
    [CALLS.foldersSync, ["f1"], "POST /v1/folders/f1/sync", ""],
    [CALLS.foldersPreview, ["f1", "ios", null], "POST /v1/folders/f1/previews", '{"platform":"ios"}'],
    [CALLS.foldersPreview, ["f1", "web", "feature/x"], "POST /v1/folders/f1/previews", '{"platform":"web","git_ref":"feature/x"}'],
    [CALLS.foldersProposal, ["f1", ID], `GET /v1/folders/f1/proposals/${ID}`, ""],
    [CALLS.foldersApply, ["f1", ID, "sha256:0123456789abcdef"], `POST /v1/folders/f1/proposals/${ID}/apply`, '{"digest":"sha256:0123456789abcdef"}'],
    [CALLS.foldersApplied, ["f1"], "GET /v1/folders/f1/applied", ""],
    [CALLS.foldersUndo, ["f1", "a1"], "POST /v1/folders/f1/applied/a1/undo", ""],
    [CALLS.operationsRead, ["o1"], "GET /v1/operations/o1", ""],
    [CALLS.operationsCancel, ["o1"], "POST /v1/operations/o1/cancel", ""],
  ] as const)("%s %j is %s", async (name, values, line, body) => {
    expect(await calls[name](...values)).toEqual({ fine: true });
    expect(seen).toEqual([expect.objectContaining({ line, body })]);
    expect(seen[0]!.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, host: `127.0.0.1:${server.port}` });
    expect(seen[0]!.headers.origin).toBeUndefined();
  });

  it.each([
    [CALLS.foldersMap, ["/etc", ID], "FOLDER_NOT_CHOSEN"],
    [CALLS.foldersMap, ["/home/me/app", "../x"], "VALIDATION_ERROR"],
    [CALLS.foldersMap, [["/home/me/app"], ID], "VALIDATION_ERROR"],
    [CALLS.foldersUnmap, ["f1/../../session"], "VALIDATION_ERROR"],
    [CALLS.foldersUnmap, [undefined], "VALIDATION_ERROR"],
    [CALLS.foldersPreview, ["f1", "windows", null], "VALIDATION_ERROR"],
    [CALLS.foldersPreview, ["f1", "ios", "a\nb"], "VALIDATION_ERROR"],
    [CALLS.foldersApply, ["f1", ID, "x"], "VALIDATION_ERROR"],
    [CALLS.operationsRead, ["?a=1"], "VALIDATION_ERROR"],
    [CALLS.operationsRead, [["o1"]], "VALIDATION_ERROR"],
  ] as const)("%s %j is refused before anything is sent", async (name, values, code) => {
    await expect(async () => calls[name](...values)).rejects.toMatchObject({ code });
    expect(seen).toEqual([]);
  });

  it("passes refusals on as the agent told them", async () => {
    answer = (response) => sendJson(response, 409, { code: "FOLDER_DIFFERS", message: "The folder differs.", details: { files: ["a"] }, request_id: "r" });
    await expect(calls[CALLS.foldersSync]("f1")).rejects.toMatchObject({ code: "FOLDER_DIFFERS", message: "The folder differs.", details: { files: ["a"] } });
  });

  it("takes an empty answer for null", async () => {
    answer = (response) => void response.writeHead(204).end();
    expect(await calls[CALLS.foldersUnmap]("f1")).toBeNull();
  });

  it.each([
    ["a page", (response: ServerResponse) => void response.writeHead(200).end("<html>"), "AGENT_ANSWER_INVALID"],
    ["an error of something else", (response: ServerResponse) => void response.writeHead(500).end("oh"), "AGENT_ANSWER_INVALID"],
    ["another address", (response: ServerResponse) => void response.writeHead(302, { location: "http://evil.example" }).end(), "AGENT_UNREACHABLE"],
    ["nothing", (response: ServerResponse) => void response.destroy(), "AGENT_UNREACHABLE"],
  ])("says so when the agent answers %s", async (_name, bad, code) => {
    answer = bad;
    await expect(calls[CALLS.foldersList]()).rejects.toMatchObject({ code });
  });

  it("says so when there is no agent", async () => {
    await expect(new AgentClient(fetch as never, () => null).ask("GET", "/v1/folders")).rejects.toMatchObject({ code: "AGENT_NOT_READY" });
  });
});

describe("the person for whom the agent acts", () => {
  let now = 0;

  it("is told at once, and told again to an agent that is new", async () => {
    const session = new AgentSession(client, () => now);
    await session.push();
    await session.handOver("https://hivesync.example.org", "access-token-of-a-person", 900);
    now += 300_000;
    await session.push();
    const bodies = seen.map((each) => [each.line, JSON.parse(each.body)]);
    const login = { server: "https://hivesync.example.org", access_token: "access-token-of-a-person" };
    expect(bodies).toEqual([["PUT /v1/session", login], ["PUT /v1/session", login]]);
  });

  it("is told to an agent that comes later, and so is that nobody is signed in any more", async () => {
    let isThere = false;
    const later = new AgentClient((address, init) => fetch(address, init as RequestInit), () => (isThere ? { port: server.port, token: TOKEN, version: "" } : null));
    const session = new AgentSession(later, () => now);
    await session.handOver("https://hivesync.example.org", "access-token-of-a-person", 900);
    isThere = true;
    await session.push();
    isThere = false;
    await session.clear();
    isThere = true;
    await session.push();
    await session.push();
    expect(seen.map((each) => each.line)).toEqual(["PUT /v1/session", "DELETE /v1/session"]);
  });

  it("is told one word after the other, so that the last one counts", async () => {
    const held: ServerResponse[] = [];
    answer = (response) => void held.push(response);
    const session = new AgentSession(client, () => now);
    const handing = session.handOver("https://hivesync.example.org", "access-token-of-a-person", 900);
    await until(() => held.length === 1);
    const clearing = session.clear();
    answer = (response) => void response.writeHead(204).end();
    sendJson(held[0]!, 500, {});
    await expect(handing).rejects.toMatchObject({ code: "AGENT_ANSWER_INVALID" });
    await clearing;
    expect(seen.map((each) => each.line)).toEqual(["PUT /v1/session", "DELETE /v1/session"]);
  });

  it("is forgotten when the token ran out or the person signed out", async () => {
    const session = new AgentSession(client, () => now);
    await session.handOver("https://hivesync.example.org", "access-token-of-a-person", 10);
    now += 10_000;
    await session.push();
    await session.handOver("https://hivesync.example.org", "access-token-of-a-person", 10);
    await session.clear();
    await session.push();
    expect(seen.map((each) => each.line)).toEqual(["PUT /v1/session", "PUT /v1/session", "DELETE /v1/session"]);
  });
});
