import { Group, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { AiJobOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { ListingAnswer } from "@/components/listing.tsx";
import { Empty } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { AI_KINDS, aiJobsQuery, isAiKind, type AiKind } from "@/data/ai.ts";
import { isMoving } from "@/data/jobs.ts";
import { useListing } from "@/data/listing.ts";
import { usePollInterval } from "@/data/live.ts";
import { useNames } from "@/data/members.ts";
import { ai, KIND_NAMES, kindName } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";
import { costOf } from "./money.ts";

/** The questions of a project, newest first. */
export function JobList({ projectId }: { projectId: string }) {
  const [kind, setKind] = useState<AiKind | undefined>(undefined);
  const interval = usePollInterval(true);
  const listing = useListing({
    ...aiJobsQuery(projectId, kind),
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((job) => isMoving(job.status))) === true ? interval : false,
  });
  return (
    <Stack component="section" aria-labelledby="questions-title">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4" id="questions-title">
          {ai.jobs}
        </Title>
        <Select
          size="xs"
          aria-label={ai.kindFilter}
          allowDeselect={false}
          value={kind ?? ""}
          onChange={(value) => setKind(isAiKind(value ?? undefined) ? (value as AiKind) : undefined)}
          data={[{ value: "", label: ai.allKinds }, ...AI_KINDS.map((one) => ({ value: one, label: KIND_NAMES[one] }))]}
        />
      </Group>
      <ListingAnswer
        listing={listing}
        empty={<Empty title={kind === undefined ? ai.emptyTitle : ai.emptyKind}>{kind === undefined ? ai.emptyText : undefined}</Empty>}
      >
        {(jobs) => <JobTable projectId={projectId} jobs={jobs} />}
      </ListingAnswer>
    </Stack>
  );
}

function JobTable({ projectId, jobs }: { projectId: string; jobs: readonly AiJobOut[] }) {
  const nameOf = useNames(projectId);
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table highlightOnHover verticalSpacing={8} aria-label={ai.jobs}>
        <TableHead columns={[ai.kindFilter, ai.subject, ai.status, ai.by, ai.asked, ai.price]} />
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.job_id}>
              <Table.Th scope="row" fw={500}>
                <RouteLink to="/projects/$projectId/ai/$jobId" params={{ projectId, jobId: job.job_id }} size="sm">
                  {kindName(job.kind)}
                </RouteLink>
              </Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <Subject job={job} />
              </Table.Td>
              <Table.Td>
                <StatusBadge status={job.status} />
              </Table.Td>
              <Table.Td>{nameOf(job.created_by, ai.someone)}</Table.Td>
              <Table.Td>
                <Time at={job.created_at} />
              </Table.Td>
              <Table.Td>{isMoving(job.status) ? "" : costOf(job)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What a question is about: its first path, how many more, its lines. */
export function Subject({ job }: { job: AiJobOut }) {
  const [first, ...others] = job.paths;
  if (first === undefined) return <Text size="sm">{ai.wholeRepository}</Text>;
  return (
    <Text size="sm" component="span">
      <CodeText text={first} />
      {job.start_line !== null && job.end_line !== null && `, ${aiResult.lines(job.start_line, job.end_line)}`}
      {others.length > 0 && ` ${ai.morePaths(others.length)}`}
    </Text>
  );
}
