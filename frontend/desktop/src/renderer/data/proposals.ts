import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

/** One proposal, whole. */
export const proposalQuery = (projectId: string, proposalId: string) =>
  queryOptions({
    queryKey: ["proposals", projectId, proposalId],
    queryFn: () => unwrap(api.GET("/api/v1/proposals/{proposal_id}", { params: { path: { proposal_id: proposalId } } })),
  });
