import { Alert, Card, Group, SimpleGrid, Stack, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { duration } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { queues as queueWords, overview as words } from "@/strings/admin-state.ts";
import { autoscalerQuery, healthQuery, queuesQuery, throughputQuery, workersQuery, type QueueState } from "./data.ts";
import { bySeverity, type Check } from "./health.ts";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { rangeStart } from "./parts/search.ts";
import { Sparkline } from "./parts/sparkline.tsx";

/** What an operator looks at first: what is red and what to do about it, then the figures. */
export function AdminOverview() {
  const every = useRefresh();
  const health = useQuery({ ...healthQuery(), refetchInterval: every });
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />}>
      <Stack gap="md">
        <Answer query={health}>{({ checks }) => <Troubles checks={bySeverity(checks)} />}</Answer>
        <Figures every={every} />
        <Group align="flex-start" gap="md">
          <Card withBorder flex="3 1 26rem" miw={0}>
            <QueueGlance every={every} />
          </Card>
          <Card withBorder flex="2 1 22rem" miw={0}>
            <Title order={2} size="h4" mb="xs">
              {words.checks}
            </Title>
            <Answer query={health}>{({ checks }) => <Checks checks={bySeverity(checks)} />}</Answer>
          </Card>
        </Group>
      </Stack>
    </Page>
  );
}

const COLOURS: Readonly<Record<string, string>> = { ok: "green", degraded: "orange", failed: "red" };
const PLACES: Readonly<Record<string, string>> = {
  queues: "/admin/queues",
  workers: "/admin/workers",
  cleanup: "/admin/workers",
  scheduler: "/admin/schedules",
};

function Troubles({ checks }: { checks: readonly Check[] }) {
  const troubled = checks.filter((check) => check.health !== "ok");
  if (troubled.length === 0) {
    return (
      <Alert color="green" variant="light" title={words.fine} role="status">
        {words.fineText(checks.length)}
      </Alert>
    );
  }
  return (
    <Stack gap="xs" role="status" aria-label={words.troubled}>
      {troubled.map((check) => (
        <Alert
          key={check.name}
          color={COLOURS[check.health] ?? "orange"}
          variant="light"
          title={`${words.names[check.name] ?? check.name}: ${words.states[check.health] ?? check.health}`}
        >
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {check.message}
          </Text>
          <GoThere check={check.name} />
        </Alert>
      ))}
    </Stack>
  );
}

function GoThere({ check }: { check: string }) {
  const label = words.go[check];
  if (label === undefined) return null;
  if (check === "dead jobs") {
    return (
      <RouteLink to="/admin/jobs" search={{ status: "failed", exhausted: "true" }} size="sm">
        {label}
      </RouteLink>
    );
  }
  return (
    <RouteLink to={PLACES[check] ?? "/admin"} size="sm">
      {label}
    </RouteLink>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <Table fz="sm" verticalSpacing={4} horizontalSpacing={6}>
      <VisuallyHidden component="caption">{words.checks}</VisuallyHidden>
      <TableHead columns={[words.check, words.health, words.message]} />
      <Table.Tbody>
        {checks.map((check) => (
          <Table.Tr key={check.name}>
            <Table.Td style={{ whiteSpace: "nowrap" }}>{words.names[check.name] ?? check.name}</Table.Td>
            <Table.Td>
              <StatusBadge status={check.health} label={words.states[check.health] ?? check.health} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>
              {check.message} <Text span c="dimmed" fz="xs">{`(${words.milliseconds(check.milliseconds)})`}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Figures({ every }: { every: number | false }) {
  const workers = useQuery({ ...workersQuery(), refetchInterval: every });
  const queues = useQuery({ ...queuesQuery(), refetchInterval: every });
  const scaling = useQuery({ ...autoscalerQuery(), refetchInterval: every });
  const hour = useQuery({
    ...throughputQuery({ range: "1h" }, () => rangeStart("1h", new Date())),
    refetchInterval: every,
  });
  const count = (status: string) => workers.data?.items.filter((worker) => worker.status === status).length ?? 0;
  const sum = (field: "waiting" | "running" | "exhausted") =>
    queues.data?.items.reduce((total, queue) => total + queue[field], 0) ?? 0;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} spacing="sm">
      <Figure label={words.workersAlive} value={workers.data && count("alive")} to="/admin/workers">
        {words.workersOther(count("unresponsive"), count("stopped"))}
      </Figure>
      <Figure label={words.waiting} value={queues.data && sum("waiting")} to="/admin/queues">
        {words.running(sum("running"))}
      </Figure>
      <Figure
        label={words.dead}
        value={queues.data && sum("exhausted")}
        to="/admin/jobs"
        search={{ status: "failed", exhausted: "true" }}
        isBad={sum("exhausted") > 0}
      >
        {words.deadText}
      </Figure>
      <Figure label={words.lastHour} value={hour.data?.totals.jobs} to="/admin/throughput">
        {words.lastHourText(hour.data?.totals.failed ?? 0)}
        {hour.data !== undefined && (
          <Sparkline
            values={hour.data.series.map((bucket) => bucket.jobs)}
            bad={hour.data.series.map((bucket) => bucket.failed)}
            label={words.sparkline(hour.data.totals.jobs, hour.data.totals.failed)}
          />
        )}
      </Figure>
      <Figure
        label={words.autoscaler}
        value={scaling.data && (scaling.data.enabled ? words.autoscalerOn : words.autoscalerOff)}
        to="/admin/autoscaler"
      >
        {scaling.data && words.autoscalerDriver(scaling.data.driver, scaling.data.poll_interval_seconds)}
      </Figure>
    </SimpleGrid>
  );
}

interface FigureProps {
  label: string;
  value: number | string | undefined;
  to: string;
  search?: Record<string, string>;
  isBad?: boolean;
  children?: ReactNode;
}

function Figure({ label, value, to, search, isBad = false, children }: FigureProps) {
  return (
    <Card withBorder padding="sm" mih={104}>
      <RouteLink to={to} search={search ?? {}} size="sm" c="inherit">
        {label}
      </RouteLink>
      <Text fz={typeof value === "string" ? 18 : 26} fw={650} lh="34px" c={isBad ? "var(--hs-removed)" : undefined}>
        {typeof value === "number" ? value.toLocaleString("en") : (value ?? "–")}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {children}
      </Text>
    </Card>
  );
}

function QueueGlance({ every }: { every: number | false }) {
  const query = useQuery({ ...queuesQuery(), refetchInterval: every });
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {words.queues}
        </Title>
        <RouteLink to="/admin/queues" size="sm">
          {words.allQueues}
        </RouteLink>
      </Group>
      <Answer query={query}>{({ items }) => <QueueLines queues={items} />}</Answer>
    </>
  );
}

function QueueLines({ queues }: { queues: readonly QueueState[] }) {
  return (
    <Table fz="sm" verticalSpacing={4} horizontalSpacing={6}>
      <VisuallyHidden component="caption">{words.queues}</VisuallyHidden>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{queueWords.name}</Table.Th>
          <Table.Th scope="col" ta="right">
            {queueWords.waiting}
          </Table.Th>
          <Table.Th scope="col" ta="right">
            {queueWords.running}
          </Table.Th>
          <Table.Th scope="col" ta="right">
            {queueWords.oldest}
          </Table.Th>
          <Table.Th scope="col">{queueWords.state}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {queues.map((queue) => (
          <Table.Tr key={queue.name}>
            <Table.Td>
              <RouteLink to="/admin/jobs" search={{ queue: queue.name }} size="sm">
                {queue.name}
              </RouteLink>
            </Table.Td>
            <Table.Td ta="right">{queue.waiting.toLocaleString("en")}</Table.Td>
            <Table.Td ta="right">{queue.running.toLocaleString("en")}</Table.Td>
            <Table.Td ta="right">{queue.waiting > 0 ? duration(queue.oldest_seconds) : "–"}</Table.Td>
            <Table.Td>
              {queue.is_paused ? (
                <StatusBadge status="paused" label={queueWords.paused} />
              ) : (
                <Text inherit c="dimmed">
                  {queue.workers === 0 && queue.waiting > 0 ? queueWords.unserved : queueWords.open}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
