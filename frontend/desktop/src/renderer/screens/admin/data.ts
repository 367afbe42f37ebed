import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { readError, Unreachable } from "@shared/api/errors.ts";
import type { components, operations } from "@shared/api/schema.ts";
import { API, api } from "@/data/environment.ts";
import { pagesQuery } from "@/data/listing.ts";

type Schemas = components["schemas"];
export type Worker = Schemas["WorkerOut"];
export type QueueState = Schemas["QueueOut"];
export type AdminJob = Schemas["AdminJobOut"];
export type JobDetail = Schemas["AdminJobDetailOut"];
export type Effect = Schemas["EffectOut"];
export type Setting = Schemas["SettingOut"];
export type Bucket = Schemas["ThroughputBucketOut"];
export type Schedule = Schemas["ScheduleOut"];
export type CleanupTask = Schemas["TaskOut"];
export type Warrant = Schemas["WarrantOut"];
export type WarrantItem = Schemas["WarrantItemOut"];
export type Sample = Schemas["SampleOut"];
export type Limits = Schemas["LimitsOut"];
export type JobFilter = Omit<NonNullable<operations["search_jobs"]["parameters"]["query"]>, "cursor" | "limit">;
export type WorkerFilter = Omit<NonNullable<operations["list_workers"]["parameters"]["query"]>, "cursor" | "limit">;
export type EffectFilter = Omit<NonNullable<operations["list_activity"]["parameters"]["query"]>, "cursor" | "limit">;

/** Queues of this product, by their names (CONTRACT). */
export const QUEUES = [
  "ai_jobs", "gpu_ai_jobs", "refactor", "repo_sync", "preview_build", "cleanup", "mirror", "system_events",
] as const;
export const WORKER_TYPES = ["cpu", "gpu", "cleanup"] as const;
export const JOB_STATUSES = ["queued", "running", "success", "failed", "cancelled"] as const;
export const WORKER_STATUSES = ["alive", "unresponsive", "stopped"] as const;

const MOST = 200;
export const PAGE = 50;

/** Deep health answers 503 with the same body when something is down, which is what one wants to read then. */
export const healthQuery = () =>
  queryOptions({
    queryKey: ["admin", "health"],
    queryFn: async ({ signal }): Promise<Schemas["DeepHealthOut"]> => {
      const response = await fetch(`${API}/health/deep`, { signal, cache: "no-store" }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        throw new Unreachable(error);
      });
      if (response.status !== 200 && response.status !== 503) throw await readError(response);
      const body: unknown = await response.clone().json().catch(() => null);
      if (typeof body !== "object" || body === null || !("checks" in body)) throw await readError(response);
      return body as Schemas["DeepHealthOut"];
    },
  });

export const workersQuery = (filter: WorkerFilter = {}) =>
  queryOptions({
    queryKey: ["admin", "workers", filter],
    queryFn: () => unwrap(api.GET("/api/v1/admin/workers", { params: { query: { ...filter, limit: MOST } } })),
  });

export const queuesQuery = () =>
  queryOptions({
    queryKey: ["admin", "queues"],
    queryFn: () => unwrap(api.GET("/api/v1/admin/queues", { params: { query: { limit: MOST } } })),
  });

export const jobsQuery = (filter: JobFilter, limit = PAGE) =>
  pagesQuery(["admin", "jobs", filter, limit], (place) => unwrap(api.GET("/api/v1/admin/jobs", { params: { query: { ...filter, limit, ...place } } })));

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["admin", "job", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/admin/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
  });

export const causesQuery = () =>
  queryOptions({
    queryKey: ["admin", "causes"],
    queryFn: () => unwrap(api.GET("/api/v1/admin/jobs/causes")),
  });

export interface ThroughputWanted {
  readonly range: string;
  readonly queue?: string;
  readonly kind?: string;
}

export const throughputQuery = (wanted: ThroughputWanted, since: () => string) =>
  queryOptions({
    queryKey: ["admin", "throughput", wanted],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/admin/throughput", {
          params: { query: { from: since(), queue: wanted.queue ?? null, kind: wanted.kind ?? null } },
        }),
      ),
  });

export const autoscalerQuery = () =>
  queryOptions({
    queryKey: ["admin", "autoscaler"],
    queryFn: () => unwrap(api.GET("/api/v1/admin/autoscaler")),
  });

// Of one queue: a day of looks each half minute would be 2,880, and a chart is not wider than that.
const SAMPLE_PAGES = 8;

export interface Samples {
  /** Oldest first. */
  readonly items: readonly Sample[];
  readonly isCut: boolean;
}

export const samplesQuery = (queue: string, range: string, since: () => string) =>
  queryOptions({
    queryKey: ["admin", "samples", queue, range],
    queryFn: async (): Promise<Samples> => {
      const from = since();
      const items: Sample[] = [];
      let place = "";
      for (let page = 0; page < SAMPLE_PAGES; page += 1) {
        const query = { queue, from, limit: MOST, ...(place !== "" && { cursor: place }) };
        const found = await unwrap(api.GET("/api/v1/admin/autoscaler/samples", { params: { query } }));
        items.push(...found.items);
        place = found.next_cursor ?? "";
        if (place === "") break;
      }
      return { items: items.toReversed(), isCut: place !== "" };
    },
  });

export type Replay = Schemas["ScalingReplayOut"];

export const schedulesQuery = () =>
  queryOptions({
    queryKey: ["admin", "schedules"],
    queryFn: () => unwrap(api.GET("/api/v1/admin/schedules", { params: { query: { limit: MOST } } })),
  });

/** When a cron line would come due; an error for one that is none. */
export const nextRunsQuery = (cron: string) =>
  queryOptions({
    queryKey: ["admin", "next-runs", cron],
    queryFn: () => unwrap(api.GET("/api/v1/admin/next-runs", { params: { query: { cron } } })),
  });

export const tasksQuery = () =>
  queryOptions({
    queryKey: ["admin", "tasks"],
    queryFn: () => unwrap(api.GET("/api/v1/admin/tasks", { params: { query: { limit: MOST } } })),
  });

export const warrantsQuery = (wanted: { task?: string; job_id?: string } = {}) =>
  pagesQuery(["admin", "warrants", wanted], (place) => unwrap(api.GET("/api/v1/admin/warrants", { params: { query: { ...wanted, limit: 20, ...place } } })));

export type ItemOutcome = NonNullable<NonNullable<operations["read_warrant"]["parameters"]["query"]>["outcome"]> | null;

export const warrantQuery = (warrantId: string, outcome?: ItemOutcome) =>
  pagesQuery(["admin", "warrant", warrantId, outcome ?? ""], (place) =>
    unwrap(
      api.GET("/api/v1/admin/warrants/{warrant_id}", {
        params: { path: { warrant_id: warrantId }, query: { limit: 100, outcome: outcome ?? null, ...place } },
      }),
    ),
  );

export const activityQuery = (filter: EffectFilter) =>
  pagesQuery(["admin", "activity", filter], (place) =>
    unwrap(api.GET("/api/v1/admin/activity", { params: { query: { ...filter, limit: PAGE, ...place } } })),
  );

export const settingsQuery = () =>
  pagesQuery(["admin", "settings"], (place) => unwrap(api.GET("/api/v1/admin/settings", { params: { query: { limit: MOST, ...place } } })));
