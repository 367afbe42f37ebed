import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
  });

export const cancelJob = (jobId: string) => unwrap(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } }));

/** Whether somebody is still at it, or will be: nothing more happens to any other job by itself. */
export function isMoving(status: string | undefined): boolean {
  return status === "queued" || status === "running";
}
