import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { fileSize } from "@/components/file-size.ts";
import { RouteLink } from "@/components/link.tsx";
import { MoreButton } from "@/components/listing.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { schedules as words } from "@/strings/admin-records.ts";
import { warrantsQuery, type Warrant } from "./data.ts";
import { useRefresh } from "./parts/refresh.tsx";
import { DataTable, type Column } from "./parts/table.tsx";

/** What was planned for deletion and what became of it, newest first. */
export function Warrants({ task, jobId }: { task: string | undefined; jobId: string | undefined }) {
  const wanted = { ...(task !== undefined && { task }), ...(jobId !== undefined && { job_id: jobId }) };
  const query = useInfiniteQuery({ ...warrantsQuery(wanted), refetchInterval: useRefresh() });
  return (
    <Card withBorder component="section" aria-label={words.warrants}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {task === undefined ? words.warrants : words.warrantsOf(task)}
          {jobId !== undefined && ` (${words.ofJob})`}
        </Title>
        {(task !== undefined || jobId !== undefined) && (
          <RouteLink to="/admin/schedules" search={{}} size="sm" resetScroll={false}>
            {words.allWarrants}
          </RouteLink>
        )}
      </Group>
      {query.data === undefined ? (
        query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading lines={5} height={28} />
      ) : (
        <List warrants={query.data.pages.flatMap((page) => page.items)} />
      )}
      <MoreButton query={query} mt="sm" size="xs" />
    </Card>
  );
}

function List({ warrants }: { warrants: readonly Warrant[] }) {
  if (warrants.length === 0) return <Empty title={words.noWarrants}>{words.noWarrantsText}</Empty>;
  return <DataTable caption={words.warrants} columns={COLUMNS} rows={warrants} rowKey={(each) => each.warrant_id} />;
}

const COLUMNS: readonly Column<Warrant>[] = [
  {
    name: "warrant",
    label: words.warrant,
    cell: (each) => (
      <Stack gap={0}>
        <RouteLink to="/admin/warrants/$warrantId" params={{ warrantId: each.warrant_id }} size="sm">
          {each.task}
        </RouteLink>
        {each.note !== null && (
          <Text size="xs" c="dimmed">
            {each.note}
          </Text>
        )}
      </Stack>
    ),
  },
  { name: "status", label: words.status, cell: (each) => <StatusBadge status={each.status} />, width: 100 },
  { name: "items", label: words.items, cell: (each) => each.items.toLocaleString("en"), isNumber: true, width: 70 },
  { name: "bytes", label: words.bytes, cell: (each) => fileSize(each.bytes), isNumber: true, width: 90, priority: 2 },
  {
    name: "outcome",
    label: words.outcome,
    cell: (each) => [words.deleted(each.deleted), words.spared(each.spared), words.failed(each.failed)].join(", "),
    priority: 2,
  },
  { name: "planned", label: words.plannedAt, cell: (each) => <Time at={each.planned_at} />, width: 120 },
];
