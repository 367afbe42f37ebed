// Fills the product by its API as a team would in a day: every screen has something to show, and nothing of it is made up.
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeRepository, type Product } from "./product.ts";

export interface Seeded {
  project: string;
  documentation: string;
  answer: string;
  rename: string;
  renameJob: string;
  preview: string;
  failed: string;
  warrant: string;
}

type Json = Record<string, unknown>;
export type Call = <Answer = Json>(method: string, path: string, body?: unknown) => Promise<Answer>;

/** Requests of one person; an answer that is no success is thrown with its text. */
export async function calls(url: string, who: { email: string; password: string }): Promise<Call> {
  const plain: Call = async (method, path, body) => send(url, method, path, body, {});
  const { access_token: token } = await plain<{ access_token: string }>("POST", "/auth/login", who);
  return (method, path, body) => send(url, method, path, body, { Authorization: `Bearer ${token}` });
}

async function send<Answer>(url: string, method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const isBytes = body instanceof Uint8Array;
  const content: RequestInit = body === undefined ? {} : { body: isBytes ? new Blob([Uint8Array.from(body)]) : JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "Content-Type": isBytes ? "application/zip" : "application/json" };
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { ...headers, ...type }, ...content });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === "" ? {} : JSON.parse(text)) as Answer;
}

const ENDED = new Set(["success", "failed", "cancelled"]);

/** Wait until a job has ended, however it did. */
export async function ended(call: Call, job: string): Promise<Json> {
  return until(() => call("GET", `/jobs/${job}`), (state) => ENDED.has(String(state["status"])));
}

async function until(look: () => Promise<Json>, isThere: (found: Json) => boolean): Promise<Json> {
  const end = Date.now() + 120_000;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    if (Date.now() > end) throw new Error(`still not there after two minutes: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** What a request started, once it has succeeded. */
async function done(call: Call, path: string, body?: unknown): Promise<{ job: string; state: Json }> {
  const { job_id: job } = await call<{ job_id: string }>("POST", path, body);
  const state = await ended(call, job);
  if (state["status"] !== "success") throw new Error(`${path}: ${JSON.stringify(state)}`);
  return { job, state };
}

async function connected(call: Call, name: string, repository: string): Promise<string> {
  const { id } = await call<{ id: string }>("POST", "/projects", { name, repo_url: repository });
  await done(call, `/repos/${id}/sync`);
  await until(() => call<Json>("GET", `/projects/${id}/manifest?limit=1`).catch(() => ({})), (found) => "hash" in found || "items" in found);
  return id;
}

export async function seed({ url, folder, repository, admin }: Product): Promise<Seeded> {
  const call = await calls(url, admin);
  const project = await connected(call, "Honey shop", repository);
  const failed = await lost(call, join(folder, "meadow"));
  const answer = await done(call, "/ai/file-summary", { project_id: project, path: "shop/prices.py" });
  const documented = await done(call, "/ai/documentation", { project_id: project, paths: ["shop/prices.py", "shop/orders.py"] });
  const documentation = String((await call("GET", `/ai/result/${documented.job}`))["proposal_id"]);
  await applied(call, documentation);
  const renamed = await done(call, "/refactor/rename", { project_id: project, path: "shop/prices.py", line: 12, column: 5, new_name: "price_with_tax" });
  const rename = String((await call("GET", `/refactor/jobs/${renamed.job}`))["proposal_id"]);
  const preview = await sent(call, project, folder);
  const swept = await done(call, "/admin/tasks/sweep_tmp/run", { dry_run: true });
  const { items } = await call<{ items: { warrant_id: string }[] }>("GET", "/admin/warrants");
  if (items[0] === undefined) throw new Error(`no warrant after ${swept.job}`);
  return { project, documentation, answer: answer.job, rename, renameJob: renamed.job, preview, failed, warrant: items[0].warrant_id };
}

/** A project whose repository went away: its job fails, and says so. */
async function lost(call: Call, repository: string): Promise<string> {
  await makeRepository(repository);
  const project = await connected(call, "Meadow", repository);
  await rm(repository, { recursive: true });
  const { job_id: job } = await call<{ job_id: string }>("POST", `/repos/${project}/sync`);
  await ended(call, job);
  return job;
}

/** Most of a proposal approved and applied, so that the ledger has something to tell. */
async function applied(call: Call, proposal: string): Promise<void> {
  const { digest, files } = await call<{ digest: string; files: { hunks: { id: string }[] }[] }>("GET", `/proposals/${proposal}`);
  const hunks = files.flatMap((file) => file.hunks.map(({ id }) => id));
  await call("POST", `/proposals/${proposal}/approve`, { digest, hunks: hunks.slice(0, -1) });
  await done(call, `/proposals/${proposal}/apply`);
}

/** A bundle for browsers, built elsewhere and sent: the job of its preview. */
async function sent(call: Call, project: string, folder: string): Promise<string> {
  const app = join(folder, "app");
  await mkdir(app, { recursive: true });
  await writeFile(join(app, "index.html"), "<!doctype html><html lang=en><title>Honey</title><h1>Honey by the jar</h1></html>\n");
  const zip = execFileSync("python3", ["-c", "import io,sys,zipfile; b=io.BytesIO(); z=zipfile.ZipFile(b,'w'); z.write(sys.argv[1],'index.html'); z.close(); sys.stdout.buffer.write(b.getvalue())", join(app, "index.html")]);
  const { token } = await call<{ token: string }>("POST", "/preview/sessions", { project_id: project, platform: "web", source: "upload" });
  const { job_id: job } = await call<{ job_id: string }>("POST", `/preview/sessions/${token}/bundle`, new Uint8Array(zip));
  await ended(call, job);
  return job;
}
