import { Button, Code, Group, Progress, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { JobState } from "@shared/api/schema.ts";
import { Confirm } from "@/components/confirm.tsx";
import { RouteButton, RouteLink } from "@/components/link.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { cancelJob, isMoving } from "@/data/jobs.ts";
import { projectsQuery } from "@/data/projects.ts";
import { jobs as words } from "@/strings/jobs.ts";
import { destinationOf } from "./destination.ts";

/** Jobs with how far they are, why, and what came of them. */
export function JobTable({ items }: { items: readonly JobState[] }) {
  const [ending, setEnding] = useState<JobState | null>(null);
  const { data } = useQuery(projectsQuery());
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  return (
    <>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing="xs" captionSide="top">
          <Table.Caption ta="left">{words.caption}</Table.Caption>
          <TableHead columns={Object.values(words.columns)} />
          <Table.Tbody>
            {items.map((job) => (
              <JobRow key={job.job_id} job={job} project={names.get(job.project_id ?? "")} onCancel={() => setEnding(job)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {ending !== null && <CancelDialog job={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

export const kindName = (kind: string) => words.kinds[kind] ?? kind;

function JobRow({ job, project, onCancel }: { job: JobState; project: string | undefined; onCancel: () => void }) {
  const destination = destinationOf(job.kind, job.project_id, job.job_id);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {kindName(job.kind)}
      </Table.Th>
      <Table.Td maw={180}>
        {job.project_id !== null && project !== undefined && (
          <RouteLink to="/projects/$projectId" params={{ projectId: job.project_id }} size="sm">
            {project}
          </RouteLink>
        )}
      </Table.Td>
      <Table.Td>
        <StatusBadge status={job.status} />
      </Table.Td>
      <Table.Td miw={260}>
        <Standing job={job} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <Time at={job.created_at} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {destination !== null && (
            <RouteButton {...destination} size="compact-sm" variant="default" aria-label={words.resultOf(kindName(job.kind))}>
              {words.result}
            </RouteButton>
          )}
          {isMoving(job.status) && (
            <Button size="compact-sm" variant="subtle" color="red" aria-label={words.cancelOf(kindName(job.kind))} onClick={onCancel}>
              {words.cancel}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Standing({ job }: { job: JobState }) {
  return (
    <Stack gap={4}>
      {job.status === "running" && <Progress value={job.progress * 100} aria-label={words.progress(kindName(job.kind))} />}
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {job.why}
      </Text>
      <Group gap="xs">
        {job.error !== null && <Code>{job.error.code}</Code>}
        {job.attempt > 1 && (
          <Text size="xs" c="dimmed">
            {words.attempt(job.attempt, job.max_attempts)}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

function CancelDialog({ job, onClose }: { job: JobState; onClose: () => void }) {
  const client = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelJob(job.job_id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["jobs"] });
      onClose();
    },
  });
  return (
    <Confirm
      title={words.cancelTitle}
      text={words.cancelText}
      action={words.cancelConfirm}
      dismiss={words.keep}
      isBad
      isBusy={cancelling.isPending}
      error={cancelling.error}
      onConfirm={() => cancelling.mutate()}
      onClose={onClose}
    />
  );
}
