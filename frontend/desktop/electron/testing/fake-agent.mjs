#!/usr/bin/env node
// A FAKE of `hivesync agent serve`, for tests of the shell alone: it speaks the agent's contract, with folders from nowhere.
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

if (process.argv.slice(2).join(" ") !== "agent serve") {
  process.stderr.write("usage: hivesync agent serve\n");
  process.exit(2);
}

const folder = process.env.HIVESYNC_CONFIG_DIR;
const note = join(folder, "agent.json");
const token = randomBytes(24).toString("hex");
let session = null;
const folders = [];

const refuse = (status, code, message) => ({ status, body: { code, message, details: {}, request_id: "fake" } });

function answer({ method, url, headers }, body) {
  if (headers.origin !== undefined) return refuse(403, "ORIGIN_REFUSED", "Browsers are refused.");
  if (headers.authorization !== `Bearer ${token}`) return refuse(401, "TOKEN_INVALID", "Wrong token.");
  if (url === "/v1/status") {
    return { status: 200, body: { version: "fake", server: session?.server ?? null, user: null, folders: folders.length, tools: {}, session } };
  }
  if (url === "/v1/session") {
    session = method === "PUT" ? body : null;
    return { status: 204 };
  }
  if (url !== "/v1/folders") return refuse(404, "NOT_FOUND", "There is no such thing.");
  if (method === "GET") return { status: 200, body: { items: folders } };
  const made = { id: `f${folders.length + 1}`, path: body.path, exists: true, project_id: body.project_id, project_name: "demo", has_remote: false };
  folders.push({ ...made, branch: null, head: null, mapped_at: new Date().toISOString() });
  return { status: 201, body: folders.at(-1) };
}

const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const { status, body } = answer(request, text === "" ? null : JSON.parse(text));
  response.writeHead(status, { "content-type": "application/json" }).end(body === undefined ? "" : JSON.stringify(body));
});

server.listen(0, "127.0.0.1", () => {
  mkdirSync(folder, { recursive: true });
  const { port } = server.address();
  const facts = { port, token, pid: process.pid, version: "fake", started_at: new Date().toISOString() };
  writeFileSync(`${note}.new`, JSON.stringify(facts), { mode: 0o600 });
  renameSync(`${note}.new`, note);
});

process.on("SIGTERM", () => {
  rmSync(note, { force: true });
  process.exit(0);
});
