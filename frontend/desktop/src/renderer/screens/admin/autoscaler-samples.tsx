import { Card, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { count } from "@shared/text/count.ts";
import { Answer } from "@/components/answer.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { duration } from "@/components/time.tsx";
import { autoscaler as words } from "@/strings/admin-figures.ts";
import { samplesQuery, type Sample } from "./data.ts";
import { Chart, type Series } from "./parts/chart.tsx";
import { useRefresh } from "./parts/refresh.tsx";
import { rangeStart, type Range } from "./parts/search.ts";

/** What was seen at each look, over time. */
export function AutoscalerSamples({ queue, range }: { queue: string; range: Range }) {
  const query = useQuery({
    ...samplesQuery(queue, range, () => rangeStart(range, new Date())),
    refetchInterval: useRefresh(),
    placeholderData: keepPreviousData,
  });
  return (
    <Card withBorder component="section" aria-label={words.samples}>
      <Title order={2} size="h4">
        {words.samples}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {words.sampleHint}
      </Text>
      <Answer query={query} loading={<Loading lines={8} height={32} />}>
        {({ items, isCut }) =>
          items.length === 0 ? (
            <Empty title={words.noSamples}>{words.noSamplesText}</Empty>
          ) : (
            <>
              <Charts samples={items} />
              {isCut && (
                <Text size="xs" c="dimmed">
                  {words.thinned(items.length)}
                </Text>
              )}
            </>
          )
        }
      </Answer>
    </Card>
  );
}

function Charts({ samples }: { samples: readonly Sample[] }) {
  const times = useMemo(() => samples.map((sample) => new Date(sample.at).getTime() / 1000), [samples]);
  const jobs = useMemo(
    (): Series[] => [
      line(words.depth, samples.map((each) => each.depth), 0, count),
      line(words.running, samples.map((each) => each.running), 1, count),
    ],
    [samples],
  );
  const crew = useMemo(
    (): Series[] => [
      line(words.alive, samples.map((each) => each.workers), 0, count),
      line(words.desired, samples.map((each) => each.desired), 1, count),
    ],
    [samples],
  );
  const waits = useMemo(() => [line(words.oldest, samples.map((each) => each.oldest_seconds), 0, duration)], [samples]);
  return (
    <Stack gap="md">
      <Chart title={words.depth} times={times} series={jobs} height={180} />
      <Chart title={words.workers} times={times} series={crew} height={150} isStepped />
      <Chart title={words.oldest} times={times} series={waits} height={150} />
    </Stack>
  );
}

const COLOURS = ["--hs-line-1", "--hs-line-2", "--hs-line-3", "--hs-line-4"] as const;
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]] as const;

/** The n-th line of a chart: told apart by its colour and by its dashes. */
export function line(label: string, values: Series["values"], place: number, format: Series["format"]): Series {
  return {
    label,
    values,
    format,
    colour: COLOURS[place % COLOURS.length] ?? COLOURS[0],
    dash: DASHES[place % DASHES.length] ?? [],
  };
}
