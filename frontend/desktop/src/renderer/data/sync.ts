import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

/** How a project's mirror stands, with its last sync. */
export const syncQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["sync", projectId, "latest"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/repos/{project_id}/sync", { params: { path: { project_id: projectId }, query: { limit: 1 } } })),
  });

/** The newest description of a project's files; null while there is none. */
export const latestManifestQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["manifest", projectId, "latest"],
    queryFn: async () => {
      const path = { project_id: projectId };
      const { items } = await unwrap(api.GET("/api/v1/projects/{project_id}/manifest/versions", { params: { path, query: { limit: 1 } } }));
      return items[0] ?? null;
    },
  });

export const openReviewsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["proposals", projectId, "open-count"],
    queryFn: async () => {
      const path = { project_id: projectId };
      const page = await unwrap(
        api.GET("/api/v1/projects/{project_id}/proposals", { params: { path, query: { status: "open", limit: 50 } } }),
      );
      return { count: page.items.length, isMore: page.next_cursor !== null };
    },
  });

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
  });

/** Whether somebody is still at it. */
export function isMoving(status: string | undefined): boolean {
  return status === "queued" || status === "running";
}
