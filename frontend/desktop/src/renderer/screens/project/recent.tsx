import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { aiJobsQuery } from "@/data/ai.ts";
import { manifestQuery, recentProposalsQuery } from "@/data/overview.ts";
import { kindName } from "@/strings/ai.ts";
import { overview } from "@/strings/overview.ts";
import { Subject } from "@/screens/ai/job-list.tsx";
import styles from "./overview.module.css";

const RECENT = 5;

/** What happened last: proposals, questions, and previews that can be opened now. */
export function RecentCards({ projectId }: { projectId: string }) {
  return (
    <>
      <Proposals projectId={projectId} />
      <Questions projectId={projectId} />
      <Previews projectId={projectId} />
    </>
  );
}

function Proposals({ projectId }: { projectId: string }) {
  const proposals = useQuery(recentProposalsQuery(projectId));
  const all = (
    <RouteLink to="/projects/$projectId/reviews" params={{ projectId }} size="sm">
      {overview.allProposals}
    </RouteLink>
  );
  return (
    <ListCard title={overview.proposals} all={all} query={proposals} isEmpty={proposals.data?.items.length === 0} empty={overview.noProposals}>
      {proposals.data?.items.map((one) => (
        <li key={one.id}>
          <RouteLink to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId: one.id }} size="sm">
            <CodeText text={one.title} />
          </RouteLink>
          <StatusBadge status={one.status} />
          <Text size="xs" c="dimmed">
            <Time at={one.created_at} />
          </Text>
        </li>
      ))}
    </ListCard>
  );
}

function Questions({ projectId }: { projectId: string }) {
  const jobs = useInfiniteQuery(aiJobsQuery(projectId, undefined, RECENT));
  const items = jobs.data?.pages[0]?.items;
  const all = (
    <RouteLink to="/projects/$projectId/ai" params={{ projectId }} size="sm">
      {overview.allJobs}
    </RouteLink>
  );
  return (
    <ListCard title={overview.jobs} all={all} query={jobs} isEmpty={items?.length === 0} empty={overview.noJobs}>
      {items?.map((job) => (
        <li key={job.job_id}>
          <RouteLink to="/projects/$projectId/ai/$jobId" params={{ projectId, jobId: job.job_id }} size="sm">
            {kindName(job.kind)}
          </RouteLink>
          <Subject job={job} />
          <StatusBadge status={job.status} />
          <Text size="xs" c="dimmed">
            <Time at={job.created_at} />
          </Text>
        </li>
      ))}
    </ListCard>
  );
}

function Previews({ projectId }: { projectId: string }) {
  const manifest = useQuery(manifestQuery(projectId));
  const items = manifest.data?.overlay.active_previews;
  const all = (
    <RouteLink to="/projects/$projectId/previews" params={{ projectId }} size="sm">
      {overview.allPreviews}
    </RouteLink>
  );
  if (manifest.isError && items === undefined) return null;
  return (
    <ListCard title={overview.previews} all={all} query={manifest} isEmpty={items?.length === 0} empty={overview.noPreviews}>
      {items?.map((one) => (
        <li key={one.job_id}>
          <RouteLink to="/projects/$projectId/previews/$jobId" params={{ projectId, jobId: one.job_id }} size="sm">
            {one.platform ?? "?"}
          </RouteLink>
          <StatusBadge status={one.status} />
          <Text size="xs" c="dimmed">
            {overview.until} <Time at={one.expires_at} />
          </Text>
        </li>
      ))}
    </ListCard>
  );
}

interface ListCardProps {
  title: string;
  all: ReactNode;
  query: { isPending: boolean; isError: boolean; error: unknown; data: unknown; refetch: () => unknown };
  isEmpty: boolean;
  empty: string;
  children: ReactNode;
}

function ListCard({ title, all, query, isEmpty, empty, children }: ListCardProps) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack gap={6}>
        <Group justify="space-between">
          <Title order={2} size="h5">
            {title}
          </Title>
          {all}
        </Group>
        {query.isPending && <Loading lines={3} />}
        {query.isError && query.data === undefined && <Failure error={query.error} retry={() => void query.refetch()} />}
        {isEmpty && (
          <Text size="sm" c="dimmed">
            {empty}
          </Text>
        )}
        {!isEmpty && query.data !== undefined && <ul className={styles["lines"]}>{children}</ul>}
      </Stack>
    </Card>
  );
}
