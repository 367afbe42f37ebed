import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import type { SyncHistoryOut } from "@shared/api/schema.ts";
import { isFinished } from "@/data/ai.ts";
import { api } from "@/data/environment.ts";
import { usePollInterval } from "@/data/live.ts";
import { syncQuery } from "@/data/overview.ts";

/** Asks for a sync and follows it to its end; also one that somebody else started. */
export function useSync(projectId: string) {
  const client = useQueryClient();
  const known = client.getQueryData(syncQuery(projectId).queryKey);
  const start = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/repos/{project_id}/sync", {
          params: { path: { project_id: projectId }, header: { "Idempotency-Key": idempotencyKey() } },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["sync", projectId] }),
  });
  const running = known?.last_attempt ?? null;
  const jobId = running !== null && !isFinished(running.status) ? running.job_id : null;
  const isMoving = jobId !== null;
  const interval = usePollInterval(isMoving);
  const job = useQuery({
    queryKey: ["jobs", projectId, "sync", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId ?? "" } } })),
    enabled: isMoving,
    refetchInterval: interval,
    throwOnError: false,
  });
  const isEnded = isMoving && job.data !== undefined && isFinished(job.data.status);
  useEffect(() => {
    if (!isEnded) return;
    for (const word of ["sync", "manifest", "files"]) void client.invalidateQueries({ queryKey: [word, projectId] });
  }, [isEnded, client, projectId]);
  return {
    start: () => start.mutate(),
    isStarting: start.isPending,
    error: start.error,
    interval,
    job: isMoving ? job.data : undefined,
    isMoving: (history: SyncHistoryOut) => history.last_attempt !== null && !isFinished(history.last_attempt.status),
  };
}

export type Sync = ReturnType<typeof useSync>;
