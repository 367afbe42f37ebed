import { Alert, Card, Group, NativeSelect, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Answer } from "@/components/answer.tsx";
import { Page } from "@/components/page.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { admin } from "@/strings/admin.ts";
import { autoscaler as words } from "@/strings/admin-figures.ts";
import { AutoscalerReplay } from "./autoscaler-replay.tsx";
import { AutoscalerSamples } from "./autoscaler-samples.tsx";
import { autoscalerQuery, type Limits, type Sample } from "./data.ts";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { asRange, changed, RANGES, type Words } from "./parts/search.ts";
import { DataTable, type Column } from "./parts/table.tsx";

const route = getRouteApi("/shell/admin/autoscaler");

interface Watched {
  readonly queue: string;
  readonly role: string;
  readonly limits: Limits;
  readonly last: Sample | null;
}

/** How many workers there should be and why, what was seen, and what other thresholds would have done. */
export function Autoscaler() {
  const search: Words = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: Record<string, string>) => void navigate({ search: next, replace: true, resetScroll: false });
  const query = useQuery({ ...autoscalerQuery(), refetchInterval: useRefresh() });
  const range = asRange(search["range"]);
  return (
    <Page title={words.title} actions={<RefreshControl />}>
      <Answer query={query}>
        {(found) => {
          const names = found.queues.map((each) => each.queue);
          const queue = names.find((name) => name === search["queue"]) ?? names[0] ?? "ai_jobs";
          const watched = found.queues.find((each) => each.queue === queue);
          return (
            <Stack gap="md">
              <Alert color={found.enabled ? "green" : "gray"} variant="light" title={found.enabled ? words.on : words.off}>
                {found.enabled ? words.onText(found.driver) : words.offText} {words.looks(found.poll_interval_seconds)}
              </Alert>
              <Card withBorder component="section" aria-label={words.decisions}>
                <Title order={2} size="h4" mb="xs">
                  {words.decisions}
                </Title>
                <DataTable caption={words.decisions} columns={DECISIONS} rows={found.queues} rowKey={(each) => each.queue} />
              </Card>
              <Group align="flex-end">
                <NativeSelect
                  size="xs"
                  label={words.queue}
                  value={queue}
                  data={names}
                  onChange={(event) => show(changed(search, { queue: event.currentTarget.value }))}
                />
                <SegmentedControl
                  size="xs"
                  aria-label={admin.range}
                  value={range}
                  onChange={(value) => show(changed(search, { range: value }))}
                  data={Object.keys(RANGES).map((value) => ({ value, label: admin.ranges[value as keyof typeof RANGES] }))}
                />
              </Group>
              <AutoscalerSamples queue={queue} range={range} />
              {watched !== undefined && <AutoscalerReplay key={queue} queue={queue} range={range} limits={watched.limits} />}
              <Recent samples={found.recent_actions} />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

// States whose colours say as much.
const LIKE: Readonly<Record<string, string>> = { out: "degraded", in: "running", replace: "failed" };

function Action({ sample }: { sample: Sample }) {
  return <StatusBadge status={LIKE[sample.action] ?? "queued"} label={words.actions[sample.action] ?? sample.action} />;
}

function Why({ sample }: { sample: Sample | null }) {
  if (sample === null) return <Text inherit c="dimmed">{words.notYet}</Text>;
  return (
    <Stack gap={0}>
      <Text inherit>{sample.reason}</Text>
      {sample.error !== null && (
        <Text size="xs" c="var(--hs-removed)">
          {words.driverFailed(sample.error)}
        </Text>
      )}
    </Stack>
  );
}

const DECISIONS: readonly Column<Watched>[] = [
  { name: "queue", label: words.queue, cell: (each) => each.queue, sort: (each) => each.queue, width: 120 },
  {
    name: "workers",
    label: words.workers,
    cell: (each) => (each.last === null ? "–" : words.change(each.last.workers, each.last.desired)),
    sort: (each) => each.last?.workers ?? null,
    isNumber: true,
    width: 90,
  },
  { name: "action", label: words.action, cell: (each) => (each.last === null ? "–" : <Action sample={each.last} />), width: 90 },
  { name: "reason", label: words.reason, cell: (each) => <Why sample={each.last} />, priority: 2 },
  { name: "bounds", label: words.bounds, cell: ({ limits }) => `${limits.min_workers}–${limits.max_workers}`, priority: 2 },
  {
    name: "thresholds",
    label: words.thresholds,
    cell: ({ limits }) => `${limits.scale_in_threshold} / ${limits.scale_out_threshold}`,
    priority: 3,
  },
  { name: "wait", label: words.wait, cell: ({ limits }) => words.seconds(limits.longest_wait_seconds), priority: 3 },
  { name: "cooldown", label: words.cooldown, cell: ({ limits }) => words.seconds(limits.cooldown_seconds), priority: 3 },
  { name: "at", label: words.looked, cell: (each) => (each.last === null ? "–" : <Time at={each.last.at} />), width: 110 },
];

function Recent({ samples }: { samples: readonly Sample[] }) {
  return (
    <Card withBorder component="section" aria-label={words.recent}>
      <Title order={2} size="h4" mb="xs">
        {words.recent}
      </Title>
      {samples.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.recentNone}
        </Text>
      ) : (
        <DataTable caption={words.recent} columns={ACTIONS} rows={samples} rowKey={(each) => `${each.queue} ${each.at}`} />
      )}
    </Card>
  );
}

const ACTIONS: readonly Column<Sample>[] = [
  { name: "at", label: words.time, cell: (each) => <Time at={each.at} />, sort: (each) => each.at, width: 110 },
  { name: "queue", label: words.queue, cell: (each) => each.queue, sort: (each) => each.queue, width: 120 },
  { name: "action", label: words.action, cell: (each) => <Action sample={each} />, width: 90 },
  { name: "applied", label: "", cell: (each) => (each.is_applied ? words.applied : words.notApplied), width: 100 },
  { name: "reason", label: words.reason, cell: (each) => <Why sample={each} />, priority: 2 },
];
