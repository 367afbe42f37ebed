import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";
import { pagesQuery } from "./listing.ts";

const RECENT = 5;

/** The newest manifest of the default branch, without its files. */
export const manifestQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["manifest", projectId, "newest"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/projects/{project_id}/manifest", { params: { path: { project_id: projectId }, query: { limit: 1 } } })),
    throwOnError: false,
  });

export const versionsQuery = (projectId: string) =>
  pagesQuery(["manifest", projectId, "versions"], (place) =>
    unwrap(
      api.GET("/api/v1/projects/{project_id}/manifest/versions", { params: { path: { project_id: projectId }, query: { limit: 20, ...place } } }),
    ),
  );

export const manifestDiffQuery = (projectId: string, from: string, to: string) =>
  pagesQuery(["manifest", projectId, "diff", from, to], (place) =>
    unwrap(
      api.GET("/api/v1/projects/{project_id}/manifest/diff", {
        params: { path: { project_id: projectId }, query: { from, to, limit: 100, ...place } },
      }),
    ),
  );

export const recentProposalsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["proposals", projectId, "recent"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/projects/{project_id}/proposals", { params: { path: { project_id: projectId }, query: { limit: RECENT } } }),
      ),
  });
