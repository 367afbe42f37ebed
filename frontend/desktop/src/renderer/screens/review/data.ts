/** What the review screens ask and tell the server. */
import { queryOptions } from "@tanstack/react-query";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import type { components } from "@shared/api/schema.ts";
import type { Approval } from "@shared/review/decisions.ts";
import type { Proposal } from "@shared/review/proposal.ts";
import { saveBlob } from "@/components/blob.tsx";
import { api } from "@/data/environment.ts";
import { pagesQuery } from "@/data/listing.ts";

export type Status = Proposal["status"];
export type EffectRecord = components["schemas"]["EffectOut"];

export const proposalsQuery = (projectId: string, status: Status | undefined) =>
  pagesQuery(["proposals", projectId, "list", status ?? "all"], (place) =>
    unwrap(
      api.GET("/api/v1/projects/{project_id}/proposals", {
        params: { path: { project_id: projectId }, query: { limit: 50, ...(status && { status }), ...place } },
      }),
    ),
  );

/** Everything the ledger holds about one thing, oldest first: few records, so one page. */
export const effectsQuery = (projectId: string, subject: string, subjectId: string) =>
  queryOptions({
    queryKey: ["activity", projectId, subject, subjectId],
    queryFn: async () => {
      const query = { subject, subject_id: subjectId, limit: 200 };
      const page = await unwrap(api.GET("/api/v1/projects/{project_id}/activity", { params: { path: { project_id: projectId }, query } }));
      return page.items.toReversed();
    },
  });

export const approve = (proposalId: string, body: Approval) =>
  unwrap(api.POST("/api/v1/proposals/{proposal_id}/approve", { params: { path: { proposal_id: proposalId } }, body }));

export const reject = (proposalId: string, reason: string) =>
  unwrap(
    api.POST("/api/v1/proposals/{proposal_id}/reject", {
      params: { path: { proposal_id: proposalId } },
      body: reason.trim() === "" ? {} : { reason: reason.trim() },
    }),
  );

/** `push`: false for no branch, true for the usual one, or a branch's name. */
export const apply = (proposalId: string, push: boolean | string) =>
  unwrap(
    api.POST("/api/v1/proposals/{proposal_id}/apply", {
      params: { path: { proposal_id: proposalId }, header: { "Idempotency-Key": idempotencyKey() } },
      body: push === false ? {} : { push_branch: push },
    }),
  );

export const revert = (proposalId: string) =>
  unwrap(api.POST("/api/v1/proposals/{proposal_id}/revert", { params: { path: { proposal_id: proposalId } } }));

/** Fetch the patch with our login and hand it to the browser as a file. */
export async function downloadPatch(proposal: Pick<Proposal, "id" | "status">): Promise<void> {
  const chosen = ["approved", "applied", "reverted"].includes(proposal.status);
  const patch = await unwrap(
    api.GET("/api/v1/proposals/{proposal_id}/patch", {
      params: { path: { proposal_id: proposal.id }, query: { chosen } },
      parseAs: "blob",
    }),
  );
  saveBlob(patch as unknown as Blob, `proposal-${proposal.id}.patch`);
}
