import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionIn, SessionOpenedOut } from "@shared/api/schema.ts";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

/** A token is told once: it is kept in this window's memory only, with what it was asked for. */
export interface HeldToken {
  asked: SessionIn;
  opened: SessionOpenedOut;
}

const UNFINISHED = new Set(["queued", "running", "building", "bundling", "uploading"]);
// Somebody watches it: oftener than lists, as a step may last two seconds.
const WATCH_MS = 1_500;

export const isUnderWay = (status: string | undefined) => status !== undefined && UNFINISHED.has(status);

export const previewStatusQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["previews", projectId, "status", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/preview/status/{job_id}", { params: { path: { job_id: jobId } } })),
    refetchInterval: (query) => (isUnderWay(query.state.data?.status) ? WATCH_MS : false),
  });

export const previewAboutQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["previews", projectId, "about", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/preview/{job_id}/about", { params: { path: { job_id: jobId } } })),
    staleTime: 60_000,
  });

export const previewWaysQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["previews", projectId, "links", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/preview/{job_id}/links", { params: { path: { job_id: jobId } } })),
    staleTime: 60_000,
  });

export const previewPictureQuery = (projectId: string, jobId: string) =>
  queryOptions({
    queryKey: ["previews", projectId, "picture", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/preview/{job_id}/picture", { params: { path: { job_id: jobId } }, parseAs: "blob" })) as Promise<Blob>,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const comparisonQuery = (projectId: string, left: string, right: string) =>
  queryOptions({
    queryKey: ["previews", projectId, "compare", left, right],
    queryFn: () => unwrap(api.GET("/api/v1/preview/compare", { params: { query: { left, right } } })),
    staleTime: 60_000,
  });

/** The log so far; asked again while it grows. */
export const previewLogQuery = (projectId: string, jobId: string, isGrowing: boolean) =>
  queryOptions({
    queryKey: ["previews", projectId, "log", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/preview/logs/{job_id}", { params: { path: { job_id: jobId } }, parseAs: "text" })) as Promise<string>,
    refetchInterval: isGrowing ? WATCH_MS : false,
  });

export const openSession = (asked: SessionIn) => unwrap(api.POST("/api/v1/preview/sessions", { body: asked }));

/** Open a session and have its app built; answers the job to follow. */
export async function startBuild(asked: SessionIn): Promise<HeldToken & { jobId: string }> {
  const opened = await openSession(asked);
  const headers = { "Idempotency-Key": idempotencyKey() };
  const { job_id: jobId } = await unwrap(api.POST("/api/v1/preview/build", { body: { token: opened.token }, headers }));
  return { asked, opened, jobId };
}

/** Send a bundle that was built elsewhere. */
export async function sendBundle(token: string, bundle: Blob): Promise<string> {
  const { job_id: jobId } = await unwrap(
    api.POST("/api/v1/preview/sessions/{token}/bundle", {
      params: { path: { token } },
      // The document has no word for raw bytes but "string".
      body: bundle as unknown as string,
      bodySerializer: (body) => body,
      headers: { "Content-Type": "application/octet-stream" },
    }),
  );
  return jobId;
}

const tokenKey = (jobId: string) => ["preview-token", jobId];

/** The token of a preview that was started in this window. */
export function useHeldToken(jobId: string) {
  const client = useQueryClient();
  const held = useQuery<HeldToken | null>({
    queryKey: tokenKey(jobId),
    queryFn: () => client.getQueryData<HeldToken>(tokenKey(jobId)) ?? null,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return held.data ?? null;
}

/** Keep a token for the screen of its preview. */
export function useHoldToken() {
  const client = useQueryClient();
  return (jobId: string, held: HeldToken) => {
    client.setQueryDefaults(tokenKey(jobId), { gcTime: Number.POSITIVE_INFINITY });
    client.setQueryData<HeldToken>(tokenKey(jobId), held);
  };
}
