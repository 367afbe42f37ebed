import { Card, Group, Progress, Stack, Text } from "@mantine/core";
import type { JobState } from "@shared/api/schema.ts";
import { StatusBadge } from "@/components/status-badge.tsx";
import { aiResult } from "@/strings/ai-result.ts";

type Moving = Pick<JobState, "status" | "phase" | "progress" | "why" | "attempt" | "max_attempts">;

/** How far a job is, and in words why it stands where it stands. */
export function JobProgress({ job }: { job: Moving }) {
  const percent = Math.round(job.progress * 100);
  return (
    <Card withBorder aria-live="polite">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <StatusBadge status={job.status} />
            {job.phase !== null && <Text size="sm">{job.phase.replaceAll("_", " ")}</Text>}
          </Group>
          <Text size="sm" c="dimmed">
            {job.attempt > 0 && `${aiResult.attempt(job.attempt, job.max_attempts)} · `}
            {percent} %
          </Text>
        </Group>
        <Progress.Root size="md">
          <Progress.Section value={Math.max(percent, 2)} animated={job.status === "running"} aria-label={aiResult.progress} aria-valuenow={percent} />
        </Progress.Root>
        <Text size="sm">{job.why}</Text>
      </Stack>
    </Card>
  );
}
