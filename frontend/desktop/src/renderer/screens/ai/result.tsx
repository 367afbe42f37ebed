import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { readResult } from "@shared/ai/results.ts";
import { ApiError } from "@shared/api/errors.ts";
import type { AiResultOut } from "@shared/api/schema.ts";
import { Answer } from "@/components/answer.tsx";
import { RouteButton, RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { aiResultQuery, isAiKind } from "@/data/ai.ts";
import { cancelJob, isMoving } from "@/data/jobs.ts";
import { usePollInterval } from "@/data/live.ts";
import { useNames } from "@/data/members.ts";
import { ai, kindName } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";
import { AnswerView } from "./answer-view.tsx";
import { ContextPanel } from "./context-panel.tsx";
import { FactsPanel } from "./facts-panel.tsx";
import { Subject } from "./job-list.tsx";
import { JobProgress } from "@/components/job-progress.tsx";
import { ReplayPanel } from "./replay.tsx";

const route = getRouteApi("/shell/projects/$projectId/ai/$jobId");

export function AiResult() {
  const { projectId, jobId } = route.useParams();
  const interval = usePollInterval(true);
  const job = useQuery({
    ...aiResultQuery(projectId, jobId),
    refetchInterval: ({ state }) => (state.data === undefined || isMoving(state.data.status) ? interval : false),
  });
  return (
    <Page
      title={job.data === undefined ? ai.title : kindName(job.data.kind)}
      about={job.data === undefined ? undefined : <About job={job.data} projectId={projectId} />}
      actions={job.data === undefined ? undefined : <AskAgain job={job.data} projectId={projectId} />}
    >
      <Answer query={job} loading={<Loading lines={10} />}>
        {(shown) => <Body job={shown} projectId={projectId} />}
      </Answer>
    </Page>
  );
}

function About({ job, projectId }: { job: AiResultOut; projectId: string }) {
  const nameOf = useNames(projectId);
  return (
    <Group gap="xs">
      <StatusBadge status={job.status} />
      <Subject job={job} />
      <span>
        {nameOf(job.created_by, ai.someone)}, <Time at={job.created_at} />
      </span>
      <RouteLink to="/projects/$projectId/ai" params={{ projectId }} size="sm">
        {aiResult.back}
      </RouteLink>
    </Group>
  );
}

/** The same question once more, as a form to look at first: it may have to be another one. */
function AskAgain({ job, projectId }: { job: AiResultOut; projectId: string }) {
  const search = {
    ...(isAiKind(job.kind) ? { ask: job.kind } : {}),
    ...(job.paths[0] === undefined ? {} : { path: job.paths[0] }),
    ...(job.start_line === null ? {} : { line: String(job.start_line) }),
    ...(job.end_line === null ? {} : { end: String(job.end_line) }),
  };
  return (
    <RouteButton to="/projects/$projectId/ai" params={{ projectId }} search={search} variant="default">
      {aiResult.askAgain}
    </RouteButton>
  );
}

function Body({ job, projectId }: { job: AiResultOut; projectId: string }) {
  const result = readResult(job.result);
  return (
    <Stack gap="lg">
      {isMoving(job.status) && <Running job={job} projectId={projectId} />}
      {job.status === "failed" && <Failed job={job} />}
      {job.status === "cancelled" && <Text role="status">{aiResult.cancelled}</Text>}
      {result !== null && <AnswerView job={job} projectId={projectId} result={result} />}
      <FactsPanel job={job} />
      {result !== null && <ReplayPanel job={job} />}
      {job.commit !== null && job.attempt > 0 && <ContextPanel projectId={projectId} jobId={job.job_id} />}
    </Stack>
  );
}

function Running({ job, projectId }: { job: AiResultOut; projectId: string }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.job_id),
    onSettled: () => void client.invalidateQueries({ queryKey: ["ai", projectId] }),
  });
  return (
    <Stack gap="xs">
      <JobProgress job={job} />
      {cancel.isError && <Failure error={cancel.error} />}
      <Group>
        <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {aiResult.cancelJob}
        </Button>
      </Group>
    </Stack>
  );
}

function Failed({ job }: { job: AiResultOut }) {
  const error = job.error;
  return (
    <Stack gap="xs">
      {error !== null && <Failure error={new ApiError(422, error.code, error.message, error.details)} title={aiResult.failedTitle} />}
      <Text size="sm">{job.why}</Text>
    </Stack>
  );
}
