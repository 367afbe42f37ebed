import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { schedules as words } from "@/strings/admin-records.ts";
import { jobQuery, tasksQuery, type CleanupTask } from "./data.ts";
import { useRefresh } from "./parts/refresh.tsx";
import { DataTable, type Column } from "./parts/table.tsx";
import { Destructive } from "./schedules.tsx";

/** What can be cleaned up. From here one only looks what would go; the warrant that comes of it is what is carried out. */
export function CleanupTasks() {
  const query = useQuery({ ...tasksQuery(), refetchInterval: useRefresh() });
  const client = useQueryClient();
  const plan = useMutation({
    mutationFn: async (name: string) => {
      const accepted = await unwrap(
        api.POST("/api/v1/admin/tasks/{name}/run", {
          params: { path: { name }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { dry_run: true },
        }),
      );
      return { name, jobId: accepted.job_id };
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["admin"] }),
  });
  return (
    <Card withBorder component="section" aria-label={words.tasks}>
      <Title order={2} size="h4">
        {words.tasks}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {words.tasksText}
      </Text>
      {plan.isError && <Failure error={plan.error} />}
      {plan.data !== undefined && <Planning key={plan.data.jobId} task={plan.data.name} jobId={plan.data.jobId} />}
      <Answer query={query}>
        {({ items }) => (
          <DataTable
            caption={words.tasks}
            columns={columns((name) => plan.mutate(name), plan.isPending ? plan.variables : null)}
            rows={items}
            rowKey={(task) => task.name}
          />
        )}
      </Answer>
    </Card>
  );
}

const LOOK_MS = 1_000;

/** How the dry run goes, and where to read what it found. */
function Planning({ task, jobId }: { task: string; jobId: string }) {
  const client = useQueryClient();
  const query = useQuery({
    ...jobQuery(jobId),
    refetchInterval: ({ state }) => (state.data?.finished_at == null ? LOOK_MS : false),
  });
  const isOver = query.data?.finished_at != null;
  useEffect(() => {
    if (isOver) void client.invalidateQueries({ queryKey: ["admin"] });
  }, [client, isOver]);
  return (
    <Group gap="sm" mb="xs" role="status">
      <Text size="sm">{words.started(task)}</Text>
      {query.data !== undefined && <StatusBadge status={query.data.status} />}
      <RouteLink to="/admin/schedules" search={{ job_id: jobId }} size="sm" resetScroll={false}>
        {words.lastWarrant}
      </RouteLink>
      <RouteLink to="/admin/jobs/$jobId" params={{ jobId }} size="sm">
        {words.planJob}
      </RouteLink>
    </Group>
  );
}

function columns(onPlan: (name: string) => void, planning: string | null): readonly Column<CleanupTask>[] {
  return [
    {
      name: "task",
      label: words.task,
      cell: (task) => (
        <Stack gap={0}>
          <Group gap={6}>
            <Text inherit fw={500}>
              {task.name}
            </Text>
            {task.destructive && <Destructive />}
          </Group>
          <Text size="xs" c="dimmed">
            {task.description}
          </Text>
        </Stack>
      ),
      sort: (task) => task.name,
    },
    {
      name: "last",
      label: words.lastWarrant,
      cell: (task) =>
        task.last === null ? (
          "–"
        ) : (
          <Stack gap={0}>
            <RouteLink to="/admin/warrants/$warrantId" params={{ warrantId: task.last.warrant_id }} size="sm">
              <Time at={task.last.planned_at} />
            </RouteLink>
            <Text size="xs" c="dimmed">
              {words.countItems(task.last.items)}
            </Text>
          </Stack>
        ),
      width: 150,
      priority: 2,
    },
    {
      name: "executed",
      label: words.last,
      cell: (task) => (task.last_run_at === null ? "–" : <Time at={task.last_run_at} />),
      sort: (task) => task.last_run_at,
      width: 120,
      priority: 2,
    },
    {
      name: "run",
      label: "",
      cell: (task) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words.dryRunName(task.name)}
          loading={planning === task.name}
          onClick={() => onPlan(task.name)}
        >
          {words.dryRun}
        </Button>
      ),
      width: 90,
    },
  ];
}
