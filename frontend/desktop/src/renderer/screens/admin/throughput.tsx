import { Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { count } from "@shared/text/count.ts";
import { Answer } from "@/components/answer.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { duration } from "@/components/time.tsx";
import { admin } from "@/strings/admin.ts";
import { throughput as words } from "@/strings/admin-figures.ts";
import { QUEUES, throughputQuery, type Bucket } from "./data.ts";
import { KINDS } from "./jobs-filter.ts";
import { Chart, type Series } from "./parts/chart.tsx";
import { Filters, type FilterField } from "./parts/filters.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { asRange, changed, rangeStart, RANGES, type Words } from "./parts/search.ts";

const route = getRouteApi("/shell/admin/throughput");

const FIELDS: readonly FilterField[] = [
  { name: "queue", label: words.queue, kind: "choice", options: QUEUES },
  { name: "kind", label: words.kind, kind: "choice", options: KINDS },
];

/** How much is done, how well and how fast. */
export function Throughput() {
  const search: Words = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: Record<string, string>) => void navigate({ search: next });
  const range = asRange(search["range"]);
  const { queue, kind } = search;
  const query = useQuery({
    ...throughputQuery(
      { range, ...(queue !== undefined && { queue }), ...(kind !== undefined && { kind }) },
      () => rangeStart(range, new Date()),
    ),
    refetchInterval: useRefresh(),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />}>
      <Group align="flex-end" gap="sm" mb="xs">
        <SegmentedControl
          size="xs"
          mb="sm"
          aria-label={admin.range}
          value={range}
          onChange={(value) => show(changed(search, { range: value }))}
          data={Object.keys(RANGES).map((value) => ({ value, label: admin.ranges[value as keyof typeof RANGES] }))}
        />
        <Filters fields={FIELDS} values={search} onChange={show} />
      </Group>
      <Answer query={query} loading={<Loading lines={12} height={32} />}>
        {({ series, totals, bucket_seconds }) =>
          totals.jobs === 0 ? (
            <Empty title={words.empty}>{words.emptyText}</Empty>
          ) : (
            <Stack gap="lg">
              <Totals totals={totals} />
              <Charts series={series} bucketSeconds={bucket_seconds} />
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}

function Totals({ totals }: { totals: Bucket }) {
  const figures = [
    [words.jobs, count(totals.jobs)],
    [words.success, count(totals.success)],
    [words.failed, count(totals.failed)],
    [words.cancelled, count(totals.cancelled)],
    [words.dead, count(totals.exhausted)],
    [words.failureRate, admin.share(totals.failure_rate)],
    [words.wait, duration(totals.average_wait_seconds)],
    [words.run, duration(totals.average_run_seconds)],
    [words.longest, duration(totals.longest_run_seconds)],
  ] as const;
  return (
    <SimpleGrid component="dl" cols={{ base: 3, sm: 5, lg: 9 }} spacing="sm" m={0} aria-label={words.totals}>
      {figures.map(([label, value]) => (
        <div key={label}>
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" fw={650} m={0}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

function Charts({ series, bucketSeconds }: { series: readonly Bucket[]; bucketSeconds: number }) {
  const times = useMemo(() => series.map((bucket) => new Date(bucket.at).getTime() / 1000), [series]);
  const counts = useMemo(() => countLines(series), [series]);
  const spans = useMemo(() => timeLines(series), [series]);
  return (
    <>
      <Chart title={words.perBucket(bucketSeconds)} times={times} series={counts} isStepped />
      <Chart title={words.times} times={times} series={spans} />
    </>
  );
}

function countLines(series: readonly Bucket[]): Series[] {
  return [
    { label: words.success, values: series.map((each) => each.success), colour: "--hs-line-1", dash: [], format: count },
    { label: words.failed, values: series.map((each) => each.failed), colour: "--hs-line-2", dash: [7, 4], format: count },
    { label: words.cancelled, values: series.map((each) => each.cancelled), colour: "--hs-line-3", dash: [2, 3], format: count },
  ];
}

/** Where nothing ended, nothing took any time: a gap, not a zero. */
function timeLines(series: readonly Bucket[]): Series[] {
  const of = (read: (bucket: Bucket) => number) => series.map((bucket) => (bucket.jobs === 0 ? null : read(bucket)));
  return [
    { label: words.wait, values: of((each) => each.average_wait_seconds), colour: "--hs-line-1", dash: [], format: duration },
    { label: words.run, values: of((each) => each.average_run_seconds), colour: "--hs-line-2", dash: [7, 4], format: duration },
    { label: words.longest, values: of((each) => each.longest_run_seconds), colour: "--hs-line-3", dash: [2, 3], format: duration },
  ];
}
