import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { asApiError } from "@shared/api/errors.ts";
import { api } from "@/data/environment.ts";
import { useIsLive } from "@/data/live.ts";
import { common } from "@/strings/common.ts";

const LOOK_MS = 3_000;

/** Says that the server is gone, and goes when it is back. Nobody is asked while events arrive: then it is there. */
export function ServerBanner() {
  const isLive = useIsLive();
  const health = useQuery({
    queryKey: ["health"],
    queryFn: () => unwrap(api.GET("/api/v1/health")),
    refetchInterval: LOOK_MS,
    enabled: !isLive,
    gcTime: 0,
  });
  if (isLive || !health.isError || !asApiError(health.error).isTransient) return null;
  return (
    <Alert color="orange" role="status" mb="md" variant="light">
      {common.unreachable}
    </Alert>
  );
}
