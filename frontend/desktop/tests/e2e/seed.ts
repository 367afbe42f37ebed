// Fills the product by its API as a team would in a day: every screen has something to show, and nothing of it is made up.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { asPerson, connect, until, type Api, type Job } from "./api.ts";
import { makeApp } from "./app.ts";
import { makeRepository, type Product } from "./product.ts";

export interface Seeded {
  project: string;
  documentation: string;
  answer: string;
  rename: string;
  renameJob: string;
  app: string;
  preview: string;
  failed: string;
  warrant: string;
}

type Accepted = { job_id: string };
type Made = { proposal_id: string };

export async function seed({ url, folder, repository, admin }: Product): Promise<Seeded> {
  const api = await asPerson(url, admin);
  const project = await connect(api, "Honey shop", repository);
  const failed = await lost(api, join(folder, "meadow"));
  const answer = await done(api, "/ai/file-summary", { project_id: project, path: "shop/prices.py" });
  const documented = await done(api, "/ai/documentation", { project_id: project, paths: ["shop/prices.py", "shop/orders.py"] });
  const { proposal_id: documentation } = await api.get<Made>(`/ai/result/${documented}`);
  await applied(api, documentation);
  const renameJob = await done(api, "/refactor/rename", { project_id: project, path: "shop/prices.py", line: 12, column: 5, new_name: "price_with_tax" });
  const { proposal_id: rename } = await api.get<Made>(`/refactor/jobs/${renameJob}`);
  const shown = await built(api, join(folder, "honey-phone"));
  await done(api, "/admin/tasks/sweep_tmp/run", { dry_run: true });
  const { items } = await api.get<{ items: { warrant_id: string }[] }>("/admin/warrants");
  return { project, documentation, answer, rename, renameJob, ...shown, failed, warrant: items[0]?.warrant_id ?? "none" };
}

/** Ask for work and wait until it has succeeded: its job. */
async function done(api: Api, path: string, body?: unknown): Promise<string> {
  const { job_id: job } = await api.post<Accepted>(path, body);
  const { status } = await ended(api, job);
  if (status !== "success") throw new Error(`${path}: ${status}`);
  return job;
}

async function ended(api: Api, job: string): Promise<Job> {
  await until(async () => (await api.get<Job>(`/jobs/${job}`)).finished_at !== null);
  return api.get<Job>(`/jobs/${job}`);
}

/** A project whose repository went away: its job fails, and says so. */
async function lost(api: Api, repository: string): Promise<string> {
  await makeRepository(repository);
  const project = await connect(api, "Meadow", repository);
  await rm(repository, { recursive: true });
  const { job_id: job } = await api.post<Accepted>(`/repos/${project}/sync`);
  await ended(api, job);
  return job;
}

/** All of a proposal but its last hunk approved and applied, so that the ledger has something to tell. */
async function applied(api: Api, proposal: string): Promise<void> {
  const { digest, files } = await api.get<{ digest: string; files: { hunks: { id: string }[] }[] }>(`/proposals/${proposal}`);
  const hunks = files.flatMap((file) => file.hunks.map(({ id }) => id));
  await api.post(`/proposals/${proposal}/approve`, { digest, hunks: hunks.slice(0, -1) });
  await done(api, `/proposals/${proposal}/apply`);
}

/** An app, and a preview of it. */
async function built(api: Api, folder: string): Promise<{ app: string; preview: string }> {
  await makeApp(folder, "Honey by the jar");
  const app = await connect(api, "Honey app", folder);
  const { token } = await api.post<{ token: string }>("/preview/sessions", { project_id: app, platform: "ios", source: "worker" });
  return { app, preview: await done(api, "/preview/build", { token }) };
}
