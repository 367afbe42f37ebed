import { Button, Card, Group, Progress, Stack, Text, Timeline, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { Confirm } from "@/components/confirm.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { cancelJob, isMoving } from "@/data/jobs.ts";
import { admin } from "@/strings/admin.ts";
import { job as words, jobs as jobWords } from "@/strings/admin-jobs.ts";
import { common } from "@/strings/common.ts";
import { activityQuery, jobQuery, type JobDetail } from "./data.ts";
import { timeline } from "./job-timeline.ts";
import { Facts, type Fact } from "./parts/facts.tsx";
import { Json } from "./parts/json.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";

const route = getRouteApi("/shell/admin/jobs/$jobId");

/** One job, whole. */
export function AdminJob() {
  const { jobId } = route.useParams();
  const query = useQuery({ ...jobQuery(jobId), refetchInterval: useRefresh() });
  return (
    <Page
      title={query.data === undefined ? jobWords.job : words.title(query.data.kind)}
      about={
        <RouteLink to="/admin/jobs" size="sm">
          {words.back}
        </RouteLink>
      }
      actions={
        <>
          <RefreshControl />
          {query.data !== undefined && <Actions job={query.data} />}
        </>
      }
    >
      <Answer query={query}>{(job) => <Whole job={job} />}</Answer>
    </Page>
  );
}

function Actions({ job }: { job: JobDetail }) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<"retry" | "cancel" | null>(null);
  const act = useMutation({
    mutationFn: async (what: "retry" | "cancel") => {
      if (what === "retry") await unwrap(api.POST("/api/v1/admin/jobs/{job_id}/retry", { params: { path: { job_id: job.job_id } } }));
      else await cancelJob(job.job_id);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      setAsked(null);
    },
  });
  const ask = (what: "retry" | "cancel") => {
    act.reset();
    setAsked(what);
  };
  const isGivenUp = job.status === "failed" || job.status === "cancelled";
  const isActive = isMoving(job.status);
  return (
    <>
      <Button size="xs" disabled={!isGivenUp} onClick={() => ask("retry")}>
        {words.retry}
      </Button>
      <Button size="xs" color="red" variant="light" disabled={!isActive} onClick={() => ask("cancel")}>
        {words.cancel}
      </Button>
      <Confirm
        isOpen={asked !== null}
        title={asked === "cancel" ? words.cancelTitle : words.retryTitle}
        text={asked === "cancel" ? words.cancelText : words.retryText}
        action={asked === "cancel" ? words.cancel : words.retry}
        isBad={asked === "cancel"}
        isBusy={act.isPending}
        dismiss={common.close}
        error={act.error}
        onConfirm={() => asked !== null && act.mutate(asked)}
        onClose={() => setAsked(null)}
      />
    </>
  );
}

function Whole({ job }: { job: JobDetail }) {
  return (
    <Stack gap="md">
      <Card withBorder>
        <Group gap="xs" mb="xs">
          <StatusBadge status={job.status} />
          {job.exhausted && job.status === "failed" && (
            <StatusBadge status="failed" label={jobWords.exhaustedMark} />
          )}
          {job.rescued && (
            <StatusBadge status="paused" label={words.rescued} />
          )}
        </Group>
        <Text aria-live="polite" style={{ overflowWrap: "anywhere" }}>
          {job.why}
        </Text>
        {job.status === "running" && <Progress value={job.progress * 100} mt="sm" aria-label={words.progress} />}
      </Card>
      {job.error !== null && <Fault job={job} />}
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          {words.facts}
        </Title>
        <Facts facts={facts(job)} />
        <Links job={job} />
      </Card>
      <Group align="flex-start" gap="md">
        <Card withBorder flex="1 1 22rem" miw={0}>
          <Title order={2} size="h4" mb="sm">
            {words.timeline}
          </Title>
          <History job={job} />
        </Card>
        <Card withBorder flex="1 1 22rem" miw={0}>
          <Title order={2} size="h4" mb="xs">
            {words.payload}
          </Title>
          <Text size="xs" c="dimmed" mb="xs">
            {words.payloadHint}
          </Text>
          {Object.keys(job.payload).length === 0 ? <Text size="sm">{words.noPayload}</Text> : <Json value={job.payload} label={words.payload} />}
        </Card>
      </Group>
    </Stack>
  );
}

function Fault({ job }: { job: JobDetail }) {
  if (job.error === null) return null;
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        {words.error}
      </Title>
      <Text ff="monospace" size="sm">
        {job.error.code}
      </Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {job.error.message}
      </Text>
      {Object.keys(job.error.details).length > 0 && <Json value={job.error.details} label={words.details} />}
    </Card>
  );
}

function facts(job: JobDetail): readonly Fact[] {
  return [
    [words.id, <Hash key="id" value={job.job_id} length={36} />],
    [
      words.correlation,
      <span key="correlation" title={words.correlationHint}>
        <Hash value={job.correlation_id} length={36} />
      </span>,
    ],
    [words.trace, job.trace_parent === null ? "–" : <Hash key="trace" value={job.trace_parent} length={24} />],
    [words.queue, job.queue],
    [words.attempt, jobWords.ofAttempts(job.attempt, job.max_attempts)],
    [words.phase, job.phase ?? "–"],
    [words.priority, job.priority],
    [words.gpu, job.gpu_required ? admin.yes : admin.no],
    [
      words.worker,
      job.worker_id === null ? (
        "–"
      ) : (
        <RouteLink key="worker" to="/admin/jobs" search={{ worker_id: job.worker_id }} size="sm">
          {job.worker_id}
        </RouteLink>
      ),
    ],
    [words.lease, job.lease_until === null ? "–" : <Time key="lease" at={job.lease_until} />],
    [
      words.project,
      job.project_id === null ? (
        "–"
      ) : (
        <RouteLink key="project" to="/projects/$projectId" params={{ projectId: job.project_id }} size="sm">
          {job.project_id}
        </RouteLink>
      ),
    ],
    [
      words.user,
      job.user_id === null ? (
        words.nobody
      ) : (
        <RouteLink key="user" to="/admin/jobs" search={{ user_id: job.user_id }} size="sm">
          {job.user_id}
        </RouteLink>
      ),
    ],
  ];
}

function Links({ job }: { job: JobDetail }) {
  return (
    <Group gap="md" mt="md">
      <RouteLink to="/admin/jobs" search={{ correlation_id: job.correlation_id }} size="sm">
        {words.sameCorrelation}
      </RouteLink>
      <RouteLink to="/admin/jobs" search={{ kind: job.kind }} size="sm">
        {words.sameKind}
      </RouteLink>
      {job.error !== null && (
        <RouteLink to="/admin/jobs" search={{ error_code: job.error.code }} size="sm">
          {words.sameError}
        </RouteLink>
      )}
      <RouteLink to="/admin/activity" search={{ job_id: job.job_id }} size="sm">
        {words.itsEffects}
      </RouteLink>
      {job.kind === "cleanup.run" && (
        <RouteLink to="/admin/schedules" search={{ job_id: job.job_id }} size="sm">
          {words.itsWarrants}
        </RouteLink>
      )}
    </Group>
  );
}

function History({ job }: { job: JobDetail }) {
  const effects = useInfiniteQuery({ ...activityQuery({ job_id: job.job_id }), refetchInterval: useRefresh() });
  const about = useInfiniteQuery({
    ...activityQuery({ subject: "job", subject_id: job.job_id }),
    refetchInterval: useRefresh(),
  });
  const found = [...(effects.data?.pages ?? []), ...(about.data?.pages ?? [])].flatMap((page) => page.items);
  const once = [...new Map(found.map((effect) => [effect.seq, effect])).values()];
  const moments = timeline(job, once);
  return (
    <Timeline bulletSize={12} lineWidth={2} active={moments.length - 1}>
      {moments.map((moment, place) => (
        <Timeline.Item key={place} title={<Text size="sm">{moment.text}</Text>}>
          <Text size="xs" c="dimmed" component="span">
            <Time at={moment.at} /> {moment.note}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
