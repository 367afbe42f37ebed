// What a story needs to be there before it begins, made over HTTP as any client would.
import type { Product } from "./product.ts";

export interface Login {
  email: string;
  password: string;
}

export interface Api {
  get: <T>(path: string) => Promise<T>;
  post: <T>(path: string, body?: unknown) => Promise<T>;
  patch: <T>(path: string, body: unknown) => Promise<T>;
}

const LONGEST_JOB_MS = 60_000;
const LOOK_MS = 200;

/** Log in, and ask as that person from now on. */
export async function asPerson(url: string, { email, password }: Login): Promise<Api> {
  const { access_token: token } = await ask<{ access_token: string }>(url, "POST", "/auth/login", { email, password });
  return {
    get: (path) => ask(url, "GET", path, undefined, token),
    post: (path, body) => ask(url, "POST", path, body ?? {}, token),
    patch: (path, body) => ask(url, "PATCH", path, body, token),
  };
}

export async function register(url: string, login: Login, name: string): Promise<void> {
  await ask(url, "POST", "/auth/register", { ...login, display_name: name });
}

/** Make a project of a repository on this machine, synced and with its manifest. */
export async function connect(api: Api, name: string, repository: string): Promise<string> {
  const { id } = await api.post<{ id: string }>("/projects", { name, repo_url: `file://${repository}` });
  await sync(api, id);
  return id;
}

/** Read the repository anew, and wait until everything that follows from it is done. */
export async function sync(api: Api, projectId: string): Promise<void> {
  await api.post(`/repos/${projectId}/sync`);
  await until(async () => {
    const { items } = await api.get<{ items: Job[] }>(`/jobs?project_id=${projectId}`);
    return items.length > 0 && items.every(({ finished_at: end }) => end !== null);
  });
}

export interface Job {
  job_id: string;
  kind: string;
  status: string;
  finished_at: string | null;
}

/** Wait for a state of the server that no page shows. */
export async function until(isSo: () => Promise<boolean>, within = LONGEST_JOB_MS): Promise<void> {
  const end = Date.now() + within;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It was not so within ${within} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function ask<T>(url: Product["url"], method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
