import { unwrap } from "@shared/api/client.ts";
import { api } from "@/data/environment.ts";
import type { AdminJob, JobFilter } from "./data.ts";

export type Act = "retry" | "cancel";

/** So many at once, as the server has it. */
export const MOST_AT_ONCE = 500;
const PAGE = 200;
const ALLOWED: Readonly<Record<Act, readonly string[]>> = {
  retry: ["failed", "cancelled"],
  cancel: ["queued", "running"],
};

export interface Chosen {
  readonly jobs: readonly AdminJob[];
  /** Of what was named, so many are in a state that does not allow it. */
  readonly left: number;
  readonly hasMore: boolean;
}

/** Those of some jobs whose state allows it. */
export function allowed(act: Act, jobs: readonly AdminJob[]): Chosen {
  const fit = jobs.filter((job) => ALLOWED[act].includes(job.status));
  return { jobs: fit.slice(0, MOST_AT_ONCE), left: jobs.length - fit.length, hasMore: fit.length > MOST_AT_ONCE };
}

/**
 * The states in which a filter's jobs are looked for. What somebody cancelled was not wanted any more: it is brought back
 * only where the filter names it.
 */
export function statesFor(act: Act, filter: JobFilter): readonly NonNullable<JobFilter["status"]>[] {
  const usual = act === "retry" ? (["failed"] as const) : (["queued", "running"] as const);
  if (filter.status === undefined || filter.status === null) return usual;
  return ALLOWED[act].includes(filter.status) ? [filter.status] : [];
}

type Read = (filter: JobFilter, cursor: string | null) => Promise<{ items: AdminJob[]; next_cursor?: string | null | undefined }>;

const readPage: Read = (filter, cursor) =>
  unwrap(api.GET("/api/v1/admin/jobs", { params: { query: { ...filter, limit: PAGE, cursor } } }));

/** Find what a filter means now, so that what is confirmed, and nothing else, is what is done. */
export async function found(
  act: Act,
  filter: JobFilter,
  keep: (job: AdminJob) => boolean = () => true,
  read: Read = readPage,
): Promise<Chosen> {
  const jobs: AdminJob[] = [];
  let hasMore = false;
  for (const status of statesFor(act, filter)) {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Read>> = await read({ ...filter, status }, cursor);
      jobs.push(...page.items.filter(keep));
      cursor = page.next_cursor ?? null;
    } while (cursor !== null && jobs.length < MOST_AT_ONCE);
    hasMore ||= cursor !== null || jobs.length > MOST_AT_ONCE;
    if (jobs.length >= MOST_AT_ONCE) break;
  }
  return { jobs: jobs.slice(0, MOST_AT_ONCE), left: 0, hasMore };
}

export interface Portion {
  readonly kind: string;
  readonly status: string;
  readonly error: string;
  readonly count: number;
}

/** How many of what: by kind, state and error, the most first. */
export function portions(jobs: readonly AdminJob[]): Portion[] {
  const counts = new Map<string, Portion>();
  for (const { kind, status, error } of jobs) {
    const code = error?.code ?? "";
    const key = JSON.stringify([kind, status, code]);
    counts.set(key, { kind, status, error: code, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((left, right) => right.count - left.count || left.kind.localeCompare(right.kind));
}
