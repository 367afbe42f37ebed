import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Answer } from "@/components/answer.tsx";
import { Hash } from "@/components/hash.tsx";
import { fileSize } from "@/components/file-size.ts";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { admin } from "@/strings/admin.ts";
import { workers as words } from "@/strings/admin-state.ts";
import { QUEUES, WORKER_STATUSES, WORKER_TYPES, workersQuery, type Worker, type WorkerFilter } from "./data.ts";
import { Filters, type FilterField } from "./parts/filters.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { asNumber, type Words } from "./parts/search.ts";
import { DataTable, type Column } from "./parts/table.tsx";

const route = getRouteApi("/shell/admin/workers");

const FIELDS: readonly FilterField[] = [
  { name: "type", label: words.type, kind: "choice", options: WORKER_TYPES, width: 120 },
  { name: "queue", label: words.queue, kind: "choice", options: QUEUES },
  { name: "status", label: words.status, kind: "choice", options: WORKER_STATUSES, width: 140 },
  { name: "min_failure_rate", label: words.minFailureRate, kind: "number", placeholder: "0.25", max: 1, step: 0.05, width: 140 },
];

const COLUMNS: readonly Column<Worker>[] = [
  {
    name: "id",
    label: words.id,
    cell: (worker) => (
      <Stack gap={0}>
        <Hash value={worker.worker_id} length={60} />
        <Text size="xs" c="dimmed" component="div">
          {worker.draining ? `${worker.host}, ${words.draining}` : worker.host}, {words.since} <Time at={worker.started_at} />
        </Text>
      </Stack>
    ),
    sort: (worker) => worker.worker_id,
  },
  { name: "status", label: words.status, cell: (worker) => <StatusBadge status={worker.status} />, sort: (worker) => worker.status },
  { name: "type", label: words.type, cell: (worker) => worker.type, sort: (worker) => worker.type },
  {
    name: "heartbeat",
    label: words.heartbeat,
    cell: (worker) => <Time at={worker.last_heartbeat} />,
    sort: (worker) => worker.last_heartbeat,
  },
  { name: "queues", label: words.queues, cell: (worker) => worker.queues.join(", "), priority: 2 },
  {
    name: "active",
    label: words.active,
    cell: (worker) => words.ofSlots(worker.active, worker.slots),
    sort: (worker) => worker.active,
  },
  { name: "load", label: words.load, cell: (worker) => admin.share(worker.load), sort: (worker) => worker.load, isNumber: true, width: 60 },
  { name: "jobs", label: words.jobs, cell: (worker) => <CurrentJobs worker={worker} /> },
  {
    name: "failures",
    label: words.failures,
    cell: (worker) => (
      <RouteLink to="/admin/jobs" search={{ worker_id: worker.worker_id }} size="sm" title={words.hisJobs}>
        {worker.failure_rate === null
          ? words.noJobs
          : words.ofJobs(admin.share(worker.failure_rate), worker.finished_last_hour)}
      </RouteLink>
    ),
    sort: (worker) => worker.failure_rate,
    isNumber: true,
  },
  {
    name: "memory",
    label: words.memory,
    cell: (worker) => words.uses(
      worker.memory_bytes === null ? admin.unknown : fileSize(worker.memory_bytes),
      worker.cpu === null ? admin.unknown : `${worker.cpu.toFixed(0)} %`,
    ),
    sort: (worker) => worker.memory_bytes,
    isNumber: true,
    priority: 3,
  },
];

/** Who works, on what, and who fell silent. */
export function Workers() {
  const search: Words = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...workersQuery(filterOf(search)), refetchInterval: useRefresh(), placeholderData: (old) => old });
  const isNarrowed = FIELDS.some((field) => search[field.name] !== undefined);
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />} isWide>
      <Filters fields={FIELDS} values={search} onChange={(next) => void navigate({ search: next })} />
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={isNarrowed ? words.nothingFound : words.empty}>
              {isNarrowed ? words.nothingFoundText : words.emptyText}
            </Empty>
          ) : (
            <>
              <DataTable caption={words.caption} columns={COLUMNS} rows={items} rowKey={(worker) => worker.worker_id} />
              <Text size="xs" c="dimmed" mt="xs">
                {admin.shown(items.length, false)}
              </Text>
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function filterOf(search: Words): WorkerFilter {
  const type = WORKER_TYPES.find((each) => each === search["type"]);
  const status = WORKER_STATUSES.find((each) => each === search["status"]);
  return {
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
    ...(search["queue"] !== undefined && { queue: search["queue"] }),
    ...(asNumber(search["min_failure_rate"]) !== undefined && { min_failure_rate: asNumber(search["min_failure_rate"]) ?? 0 }),
  };
}

function CurrentJobs({ worker }: { worker: Worker }) {
  if (worker.jobs.length === 0) return <Text inherit c="dimmed">{admin.none}</Text>;
  return (
    <Group gap={6}>
      {worker.jobs.map((job) => (
        <RouteLink key={job.job_id} to="/admin/jobs/$jobId" params={{ jobId: job.job_id }} size="sm">
          {job.kind}
        </RouteLink>
      ))}
    </Group>
  );
}
