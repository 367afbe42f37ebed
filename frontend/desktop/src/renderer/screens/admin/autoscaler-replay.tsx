import { Button, Card, Group, NumberInput, Stack, Table, Text, Title, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState, type FormEvent } from "react";
import { unwrap } from "@shared/api/client.ts";
import { count } from "@shared/text/count.ts";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { autoscaler as words } from "@/strings/admin-figures.ts";
import { line } from "./autoscaler-samples.tsx";
import type { Limits, Replay } from "./data.ts";
import { Chart, type Series } from "./parts/chart.tsx";
import { rangeStart, type Range } from "./parts/search.ts";

const FIELDS = [
  ["min_workers", words.min],
  ["max_workers", words.max],
  ["scale_in_threshold", words.inBelow],
  ["scale_out_threshold", words.outAbove],
  ["longest_wait_seconds", words.longestWait],
  ["cooldown_seconds", words.rest],
] as const satisfies readonly (readonly [keyof Limits, string])[];

/** Other thresholds over the time that is shown, simulated by the server with its own policy. */
export function AutoscalerReplay({ queue, range, limits }: { queue: string; range: Range; limits: Limits }) {
  const [wanted, setWanted] = useState<Limits>(limits);
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/admin/autoscaler/replay", {
          body: { queue, from: rangeStart(range, new Date()), thresholds: wanted },
        }),
      ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <Card withBorder component="section" aria-label={words.replay}>
      <Title order={2} size="h4">
        {words.replay}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw={820}>
        {words.replayText}
      </Text>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm" mb="md">
          {FIELDS.map(([name, label]) => (
            <NumberInput
              key={name}
              size="xs"
              w={150}
              label={label}
              min={name === "max_workers" || name === "scale_out_threshold" ? 1 : 0}
              max={name.endsWith("workers") ? 1_000 : 1_000_000}
              allowDecimal={false}
              value={wanted[name]}
              onChange={(value) => {
                if (typeof value === "number") setWanted({ ...wanted, [name]: value });
              }}
            />
          ))}
          <Button type="submit" size="xs" loading={run.isPending}>
            {words.run}
          </Button>
        </Group>
      </form>
      {run.isError && <Failure error={run.error} />}
      {run.data !== undefined && <Outcome replay={run.data} />}
    </Card>
  );
}

function Outcome({ replay }: { replay: Replay }) {
  const longest = replay.variants.reduce((most, each) => (each.points.length > most.points.length ? each : most));
  const times = useMemo(() => longest.points.map((point) => new Date(point.at).getTime() / 1000), [longest]);
  const depth = useMemo(() => lines(replay, times.length, "depth"), [replay, times]);
  const workers = useMemo(() => lines(replay, times.length, "workers"), [replay, times]);
  const hours = (new Date(replay.until).getTime() - new Date(replay.since).getTime()) / 3_600_000;
  return (
    <Stack gap="md" aria-live="polite">
      <Text size="sm">
        {words.replayed(replay.looks, hours)}{" "}
        {replay.measured_wait_seconds !== null && words.measured(replay.measured_wait_seconds)}
      </Text>
      <Variants replay={replay} />
      <Chart title={words.depth} times={times} series={depth} height={180} />
      <Chart title={words.workers} times={times} series={workers} height={150} isStepped />
    </Stack>
  );
}

/** One line for each set of thresholds; those that were done sooner end sooner. */
function lines(replay: Replay, length: number, what: "depth" | "workers"): Series[] {
  return replay.variants.map((variant, place) => {
    const values = Array.from({ length }, (_, at) => variant.points[at]?.[what] ?? null);
    return line(words.names[variant.name] ?? variant.name, values, place, count);
  });
}

function Variants({ replay }: { replay: Replay }) {
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table fz="sm" verticalSpacing={4} captionSide="top">
        <Table.Caption>{words.outcome}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.variant}</Table.Th>
            {[words.jobs, words.average, words.p95, words.longest, words.hours, words.changes].map((label) => (
              <Table.Th key={label} scope="col" ta="right">
                {label}
              </Table.Th>
            ))}
            <Table.Th scope="col" ta="right">
              <Tooltip label={words.flapsHint} withArrow>
                <span>{words.flaps}</span>
              </Tooltip>
            </Table.Th>
            <Table.Th scope="col" ta="right">
              {words.left}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {replay.variants.map((each) => (
            <Table.Tr key={each.name}>
              <Table.Th scope="row">{words.names[each.name] ?? each.name}</Table.Th>
              <Table.Td ta="right">{each.jobs.toLocaleString("en")}</Table.Td>
              <Table.Td ta="right">{words.seconds(each.average_wait_seconds)}</Table.Td>
              <Table.Td ta="right">{words.seconds(each.p95_wait_seconds)}</Table.Td>
              <Table.Td ta="right">{words.seconds(each.longest_wait_seconds)}</Table.Td>
              <Table.Td ta="right">{each.worker_hours.toLocaleString("en", { maximumFractionDigits: 2 })}</Table.Td>
              <Table.Td ta="right">{each.changes}</Table.Td>
              <Table.Td ta="right">{each.flaps}</Table.Td>
              <Table.Td ta="right">{each.left}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
