import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { unwrap } from "@shared/api/client.ts";
import { linesOf } from "@shared/ai/placing.ts";
import { notesOfAnswer, notesOfProposal, type Note } from "@shared/ai/notes.ts";
import type { FileContentOut } from "@shared/api/schema.ts";
import { aiJobsQuery, aiResultQuery } from "@/data/ai.ts";
import { api } from "@/data/environment.ts";
import { proposalQuery } from "@/data/proposals.ts";

const JOBS_LOOKED_AT = 200;
const MOST_ANSWERS = 20;
const MOST_PROPOSALS = 5;

/** What AI said about a file in its newest answers, and what open proposals would change in it. */
export function useNotes(projectId: string, content: FileContentOut | undefined) {
  const jobs = useInfiniteQuery({ ...aiJobsQuery(projectId, undefined, JOBS_LOOKED_AT), throwOnError: false });
  const path = content?.path;
  const speaking = useMemo(() => {
    if (path === undefined) return [];
    const found = jobs.data?.pages[0]?.items.filter((job) => job.status === "success" && covers(job.paths, path)) ?? [];
    return found.slice(0, MOST_ANSWERS);
  }, [jobs.data, path]);
  const answers = useQueries({
    queries: speaking.map((job) => ({ ...aiResultQuery(projectId, job.job_id), staleTime: Number.POSITIVE_INFINITY })),
    combine: (results) => ({ items: results.flatMap((one) => (one.data === undefined ? [] : [one.data])), isPending: results.some((one) => one.isPending) }),
  });
  const proposals = useProposals(projectId);
  const notes = useMemo<Note[]>(() => {
    if (content === undefined || content.encoding !== "utf-8") return [];
    const file = { path: content.path, commit: content.commit, blobId: content.blob_id, lines: linesOf(content.content) };
    return [
      ...proposals.items.flatMap((proposal) => notesOfProposal(proposal, file)),
      ...answers.items.flatMap((answer) => notesOfAnswer(answer, file)),
    ];
  }, [content, answers.items, proposals.items]);
  return { notes, isPending: jobs.isPending || answers.isPending || proposals.isPending, lookedAt: speaking.length + proposals.items.length };
}

function useProposals(projectId: string) {
  const open = useQuery({
    queryKey: ["proposals", projectId, "open", MOST_PROPOSALS],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/projects/{project_id}/proposals", {
          params: { path: { project_id: projectId }, query: { status: "open", limit: MOST_PROPOSALS } },
        }),
      ),
    throwOnError: false,
  });
  const wholes = useQueries({
    queries: (open.data?.items ?? []).map(({ id }) => proposalQuery(projectId, id)),
    combine: (results) => ({ items: results.flatMap((one) => (one.data === undefined ? [] : [one.data])), isPending: results.some((one) => one.isPending) }),
  });
  return { items: wholes.items, isPending: open.isPending || wholes.isPending };
}

/** No paths: the question was about everything. */
function covers(paths: readonly string[], path: string): boolean {
  return paths.length === 0 || paths.some((asked) => path === asked || path.startsWith(`${asked}/`));
}
