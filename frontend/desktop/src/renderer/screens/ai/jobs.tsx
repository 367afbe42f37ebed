import { Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { Question } from "@shared/ai/question.ts";
import { lineNumber } from "@shared/files/paths.ts";
import { Page } from "@/components/page.tsx";
import { isAiKind } from "@/data/ai.ts";
import { ai } from "@/strings/ai.ts";
import { Ask } from "./ask.tsx";
import { JobList } from "./job-list.tsx";

const route = getRouteApi("/shell/projects/$projectId/ai");

export function AiJobs() {
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const initial = fromAddress(projectId, search);
  return (
    <Page title={ai.title} about={ai.about}>
      <Stack gap="xl">
        <Ask key={JSON.stringify(search)} initial={initial} />
        <JobList projectId={projectId} />
      </Stack>
    </Page>
  );
}

/** The question that a link proposes: `?ask=inline-comment&path=a.py&line=3&end=9`. */
function fromAddress(projectId: string, search: ReturnType<typeof route.useSearch>): Question {
  const first = lineNumber(search.line);
  const last = lineNumber(search.end) ?? first;
  return {
    projectId,
    kind: isAiKind(search.ask) ? search.ask : first === null ? "file-summary" : "inline-comment",
    ref: search.ref ?? null,
    paths: search.path === undefined || search.path === "" ? [] : [search.path],
    lines: first === null || last === null ? null : [first, Math.max(first, last)],
    text: "",
  };
}
