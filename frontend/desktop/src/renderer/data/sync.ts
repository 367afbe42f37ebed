import { queryOptions } from "@tanstack/react-query";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

/** How a project's mirror stands, with its last syncs. */
export const syncQuery = (projectId: string, runs = 1) =>
  queryOptions({
    queryKey: ["sync", projectId, runs],
    queryFn: () =>
      unwrap(api.GET("/api/v1/repos/{project_id}/sync", { params: { path: { project_id: projectId }, query: { limit: runs } } })),
  });

export const startSync = (projectId: string) =>
  unwrap(
    api.POST("/api/v1/repos/{project_id}/sync", {
      params: { path: { project_id: projectId }, header: { "Idempotency-Key": idempotencyKey() } },
    }),
  );

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
