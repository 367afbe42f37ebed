import { Button, Card, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { Confirm } from "@/components/confirm.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { schedules as words } from "@/strings/admin-records.ts";
import { common } from "@/strings/common.ts";
import { CleanupTasks } from "./cleanup-tasks.tsx";
import { schedulesQuery, type Schedule } from "./data.ts";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import type { Words } from "./parts/search.ts";
import { DataTable, type Column } from "./parts/table.tsx";
import { ScheduleDialog } from "./schedule-dialog.tsx";
import { Warrants } from "./warrants.tsx";

const route = getRouteApi("/shell/admin/schedules");

/** What runs by itself, what can be cleaned up, and what was deleted on whose word. */
export function Schedules() {
  const search: Words = route.useSearch();
  const query = useQuery({ ...schedulesQuery(), refetchInterval: useRefresh() });
  const [changing, setChanging] = useState<Schedule | null>(null);
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />}>
      <Stack gap="md">
        <Card withBorder component="section" aria-label={words.schedules}>
          <Title order={2} size="h4" mb="xs">
            {words.schedules}
          </Title>
          <Answer query={query} loading={<Loading lines={8} height={52} />}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title={words.none}>{words.noneText}</Empty>
              ) : (
                <DataTable caption={words.schedules} columns={columns(setChanging)} rows={items} rowKey={(each) => each.name} />
              )
            }
          </Answer>
        </Card>
        <CleanupTasks />
        <Warrants task={search["task"]} jobId={search["job_id"]} />
      </Stack>
      <ScheduleDialog schedule={changing} onClose={() => setChanging(null)} />
    </Page>
  );
}

function columns(onChange: (schedule: Schedule) => void): readonly Column<Schedule>[] {
  return [
    {
      name: "name",
      label: words.name,
      cell: (each) => (
        <Stack gap={0}>
          <Text inherit fw={500}>
            {each.name}
          </Text>
          <Text size="xs" c="dimmed">
            {each.description}
          </Text>
        </Stack>
      ),
      sort: (each) => each.name,
    },
    { name: "enabled", label: words.enabled, cell: (each) => <Enabled schedule={each} />, sort: (each) => each.enabled, width: 90 },
    { name: "cron", label: words.cron, cell: (each) => <Text inherit ff="monospace">{each.cron}</Text>, width: 150 },
    {
      name: "next",
      label: words.next,
      cell: (each) => (each.next_run_at === null ? words.off : <Time at={each.next_run_at} />),
      sort: (each) => each.next_run_at,
      width: 120,
      priority: 2,
    },
    { name: "last", label: words.last, cell: (each) => <LastRun schedule={each} />, sort: (each) => each.last_run_at, width: 210, priority: 2 },
    {
      name: "change",
      label: "",
      cell: (each) => (
        <Button size="compact-xs" variant="default" aria-label={words.changeName(each.name)} onClick={() => onChange(each)}>
          {words.change}
        </Button>
      ),
      width: 90,
    },
  ];
}

function LastRun({ schedule }: { schedule: Schedule }) {
  if (schedule.last_run_at === null) return "–";
  const when = <Time at={schedule.last_run_at} />;
  return (
    <Group gap={6}>
      {schedule.last_job_id === null ? (
        when
      ) : (
        <RouteLink to="/admin/jobs/$jobId" params={{ jobId: schedule.last_job_id }} size="sm">
          {when}
        </RouteLink>
      )}
      {schedule.last_status !== null && <StatusBadge status={schedule.last_status} />}
    </Group>
  );
}

/** Switching on is harmless; switching off asks, since nobody may notice for a long time. */
function Enabled({ schedule }: { schedule: Schedule }) {
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      unwrap(api.PATCH("/api/v1/admin/schedules/{name}", { params: { path: { name: schedule.name } }, body: { enabled } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      setAsked(false);
    },
  });
  return (
    <>
      <Switch
        size="sm"
        aria-label={words.enable(schedule.name)}
        checked={schedule.enabled}
        disabled={change.isPending}
        onChange={(event) => (event.currentTarget.checked ? change.mutate(true) : setAsked(true))}
      />
      {change.isError && !isAsked && <Failure error={change.error} />}
      <Confirm
        isOpen={isAsked}
        title={words.disableTitle(schedule.name)}
        text={words.disableText}
        action={words.disable}
        isBusy={change.isPending}
        dismiss={common.close}
        error={change.error}
        onConfirm={() => change.mutate(false)}
        onClose={() => setAsked(false)}
      />
    </>
  );
}

/** Says of a task that it deletes. */
export function Destructive() {
  return <StatusBadge status="failed" label={words.destructive} />;
}
