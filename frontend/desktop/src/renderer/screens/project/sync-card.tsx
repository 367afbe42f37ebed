import { Card, Collapse, Group, Stack, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { ApiError } from "@shared/api/errors.ts";
import type { SyncHistoryOut, SyncRunOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Facts } from "@/components/facts.tsx";
import { Hash } from "@/components/hash.tsx";
import { JobProgress } from "@/components/job-progress.tsx";
import { RouteLink } from "@/components/link.tsx";
import { fileSize } from "@/components/file-size.ts";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { overview } from "@/strings/overview.ts";
import type { Sync } from "./use-sync.ts";

/** How the mirror stands. The last attempt and the last success are two facts. */
export function SyncCard({ projectId, history, sync }: { projectId: string; history: SyncHistoryOut; sync: Sync }) {
  const { last_attempt: attempt, last_success: success, last_error: failure } = history;
  return (
    <Card withBorder component="section" aria-labelledby="sync-title">
      <Stack gap="sm">
        <Title order={2} size="h5" id="sync-title">
          {overview.sync}
        </Title>
        {sync.job !== undefined && <JobProgress job={sync.job} />}
        {sync.error !== null && <Failure error={sync.error} />}
        {failure !== null && attempt?.status === "failed" && (
          <Stack gap={4}>
            <Failure error={new ApiError(0, failure.code, failure.message)} title={overview.failedTitle} />
            <Text size="sm">
              {success !== null && `${overview.failedStill} `}
              {overview.failedHint}{" "}
              <RouteLink to="/projects/$projectId/settings" params={{ projectId }} size="sm">
                {overview.toSettings}
              </RouteLink>
            </Text>
          </Stack>
        )}
        <Facts
          label={overview.sync}
          facts={[
            [overview.lastAttempt, <Attempt key="attempt" run={attempt} />],
            [overview.lastSuccess, <Time key="success" at={success?.finished_at} />],
            [overview.remote, history.remote_url === null ? overview.noRemote : <CodeText key="remote" text={history.remote_url} />],
            [overview.branch, history.default_branch === null ? "–" : <CodeText key="branch" text={history.default_branch} />],
            [overview.head, history.head === null ? "–" : <Hash key="head" value={history.head} />],
            [overview.refs, overview.refCounts(history.branches, history.tags)],
            [overview.nextSync, <Time key="next" at={history.next_sync_at} />],
          ]}
        />
        <Earlier runs={history.items} />
      </Stack>
    </Card>
  );
}

function Attempt({ run }: { run: SyncRunOut | null }) {
  if (run === null) return <Time at={null} />;
  return (
    <Group gap={6} component="span">
      <Time at={run.finished_at ?? run.created_at} />
      <StatusBadge status={run.status} />
    </Group>
  );
}

function Earlier({ runs }: { runs: readonly SyncRunOut[] }) {
  const [isOpen, setIsOpen] = useState(false);
  if (runs.length < 2) return null;
  return (
    <div>
      <UnstyledButton aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)} fz="sm">
        <Group gap={4}>
          {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {overview.history}
        </Group>
      </UnstyledButton>
      <Collapse expanded={isOpen} transitionDuration={0}>
        <Table aria-label={overview.history} fz="sm" mt={4}>
          <Table.Tbody>
            {runs.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <Time at={run.created_at} />
                </Table.Td>
                <Table.Td>
                  <StatusBadge status={run.status} />
                </Table.Td>
                <Table.Td>{run.error_code ?? overview.received(fileSize(run.bytes_received))}</Table.Td>
                <Table.Td>{run.head_after !== null && <Hash value={run.head_after} length={8} />}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Collapse>
    </div>
  );
}
