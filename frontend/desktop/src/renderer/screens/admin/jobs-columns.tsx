import { Group, Stack, Text } from "@mantine/core";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { jobs as words } from "@/strings/admin-jobs.ts";
import type { AdminJob } from "./data.ts";
import type { Column } from "./parts/table.tsx";

export function jobColumns(projectNames: ReadonlyMap<string, string>): readonly Column<AdminJob>[] {
  return [
    {
      name: "job",
      label: words.job,
      cell: (job) => (
        <Stack gap={0}>
          <RouteLink to="/admin/jobs/$jobId" params={{ jobId: job.job_id }} size="sm" fw={500}>
            {job.kind}
          </RouteLink>
          <Hash value={job.job_id} length={13} />
        </Stack>
      ),
      width: 150,
    },
    {
      name: "status",
      label: words.status,
      cell: (job) => (
        <Group gap={4}>
          <StatusBadge status={job.status} />
          {job.exhausted && job.status === "failed" && (
            <StatusBadge status="failed" label={words.exhaustedMark} />
          )}
          {job.cancel_requested_at !== null && job.status === "running" && (
            <StatusBadge status="paused" label={words.stopping} />
          )}
        </Group>
      ),
      width: 110,
    },
    { name: "why", label: words.why, cell: (job) => <Why job={job} /> },
    { name: "queue", label: words.queueAndWorker, cell: (job) => <Where job={job} />, priority: 2 },
    {
      name: "attempts",
      label: words.attempts,
      cell: (job) => words.ofAttempts(job.attempt, job.max_attempts),
      width: 80,
    },
    { name: "project", label: words.project, cell: (job) => <ProjectOf job={job} names={projectNames} />, priority: 2 },
    { name: "created", label: words.created, cell: (job) => <Time at={job.created_at} />, width: 110 },
    {
      name: "finished",
      label: words.finished,
      cell: (job) => (job.finished_at === null ? "–" : <Time at={job.finished_at} />),
      width: 110,
      priority: 2,
    },
  ];
}

function Where({ job }: { job: AdminJob }) {
  return (
    <Stack gap={0}>
      <Text inherit>{job.queue}</Text>
      {job.worker_id !== null && (
        <RouteLink to="/admin/jobs" search={{ worker_id: job.worker_id }} size="xs" c="dimmed">
          {job.worker_id}
        </RouteLink>
      )}
    </Stack>
  );
}

function Why({ job }: { job: AdminJob }) {
  return (
    <Stack gap={0}>
      <Text size="sm" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
        {job.why}
      </Text>
      {job.error !== null && (
        <Text size="xs" c="dimmed" ff="monospace">
          {job.error.code}
        </Text>
      )}
    </Stack>
  );
}

function ProjectOf({ job, names }: { job: AdminJob; names: ReadonlyMap<string, string> }) {
  if (job.project_id === null) return "–";
  const name = names.get(job.project_id);
  if (name === undefined) return <Hash value={job.project_id} />;
  return (
    <RouteLink to="/projects/$projectId" params={{ projectId: job.project_id }} size="sm">
      {name}
    </RouteLink>
  );
}
