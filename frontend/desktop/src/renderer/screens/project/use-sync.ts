import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isMoving, jobQuery } from "@/data/jobs.ts";
import { usePollInterval } from "@/data/live.ts";
import { startSync, syncQuery } from "@/data/sync.ts";

const RUNS = 10;

/** How a mirror stands; asks for a sync and follows it to its end, also one that somebody else started. */
export function useSync(projectId: string) {
  const client = useQueryClient();
  const interval = usePollInterval(true);
  const history = useQuery({
    ...syncQuery(projectId, RUNS),
    refetchInterval: ({ state }) => (isMoving(state.data?.last_attempt?.status) ? interval : false),
  });
  const start = useMutation({
    mutationFn: () => startSync(projectId),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["sync", projectId] }),
  });
  const attempt = history.data?.last_attempt;
  const jobId = isMoving(attempt?.status) ? (attempt?.job_id ?? null) : null;
  const job = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== null, refetchInterval: interval, throwOnError: false });
  const isEnded = jobId !== null && job.data !== undefined && !isMoving(job.data.status);
  useEffect(() => {
    if (!isEnded) return;
    for (const word of ["sync", "manifest", "files"]) void client.invalidateQueries({ queryKey: [word, projectId] });
  }, [isEnded, client, projectId]);
  return {
    history,
    start: () => start.mutate(),
    isStarting: start.isPending,
    isMoving: isMoving(attempt?.status),
    error: start.error,
    job: jobId === null ? undefined : job.data,
  };
}

export type Sync = ReturnType<typeof useSync>;
