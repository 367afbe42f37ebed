import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import type { components } from "@shared/api/schema.ts";
import { api } from "./environment.ts";
import { pagesQuery } from "./listing.ts";

export type AiKind = components["schemas"]["VisaIn"]["kind"];

export const AI_KINDS: readonly AiKind[] = ["file-summary", "inline-comment", "rename-suggestions", "documentation"];

export function isAiKind(word: string | undefined): word is AiKind {
  return AI_KINDS.some((kind) => kind === word);
}

export const aiJobsQuery = (projectId: string, kind: AiKind | undefined, limit = 30) =>
  pagesQuery(["ai", projectId, "jobs", kind ?? null, limit], (place) =>
    unwrap(api.GET("/api/v1/ai/jobs", { params: { query: { project_id: projectId, limit, ...(kind !== undefined && { kind }), ...place } } })),
  );

export const aiResultQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["ai", projectId, "result", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/ai/result/{job_id}", { params: { path: { job_id: jobId } } })),
  });

export const aiContextQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["ai", projectId, "context", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/ai/jobs/{job_id}/context", { params: { path: { job_id: jobId } } })),
    staleTime: "static",
  });
