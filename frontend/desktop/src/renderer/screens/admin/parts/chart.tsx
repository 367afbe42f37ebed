import { Box, Button, Group, Skeleton, Table, Text, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { admin } from "@/strings/admin.ts";
import type { Drawn } from "./plot.ts";
import { stepped } from "./stepping.ts";

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A custom property of the page, so that both themes have their own. */
  readonly colour: string;
  /** Lines are told apart by this too: not everybody sees all colours. */
  readonly dash: readonly number[];
  readonly format: (value: number) => string;
}

interface ChartProps {
  title: string;
  /** Seconds since 1970, rising. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
  isStepped?: boolean;
}

const moments = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const said = (seconds: number) => moments.format(new Date(seconds * 1000));

/** Lines over time; single values by pointing and by keyboard, all of them as a table one click away. */
export function Chart({ title, times, series, height = 220, isStepped = false }: ChartProps) {
  const [isTable, setTable] = useState(false);
  const scheme = useComputedColorScheme("light");
  const isEmpty = series.every((each) => each.values.every((value) => value === null || value === 0));
  return (
    <Box component="figure" m={0}>
      <Group component="figcaption" justify="space-between" mb={4} gap="xs">
        <Text fw={600} size="sm">
          {title}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setTable(!isTable)} aria-pressed={isTable}>
          {isTable ? admin.asChart : admin.asTable}
        </Button>
      </Group>
      {isTable ? (
        <Figures title={title} times={times} series={series} height={height} />
      ) : (
        // Colours are read from the page when it is drawn: another theme, another drawing.
        <Lines key={scheme} title={title} times={times} series={series} height={height} isStepped={isStepped} isEmpty={isEmpty} />
      )}
    </Box>
  );
}

type LinesProps = Required<ChartProps> & { isEmpty: boolean };

function Lines({ title, times, series, height, isStepped, isEmpty }: LinesProps) {
  const { ref: outer, width } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const [place, setPlace] = useState<number | null>(null);
  const [isDrawn, setDrawn] = useState(false);
  const last = times.length - 1;
  useEffect(() => {
    let isGone = false;
    void import("./plot.ts").then(({ draw }) => {
      if (isGone || host.current === null) return;
      drawn.current ??= draw(host.current, { height, isStepped, onPoint: setPlace });
      drawn.current.show(times, series);
      setDrawn(true);
    });
    return () => {
      isGone = true;
    };
  }, [times, series, height, isStepped]);
  useEffect(
    () => () => {
      drawn.current?.destroy();
      drawn.current = null;
    },
    [],
  );
  useEffect(() => {
    if (width > 0) drawn.current?.resize(width);
  }, [width]);
  const shown = place === null ? last : Math.min(place, last);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepped(event.key, shown, last);
    if (next === null) return;
    event.preventDefault();
    setPlace(next);
    drawn.current?.point(next);
  };
  return (
    <>
      {/* What is drawn has a width of its own, which must not hold the page open when the window gets narrower. */}
      <Box ref={outer} style={{ overflow: "hidden" }}>
        <Box
          pos="relative"
          mih={height}
          tabIndex={0}
          role="slider"
          aria-label={`${title}. ${admin.chartHint}`}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, last)}
          aria-valuenow={Math.max(0, shown)}
          aria-valuetext={reading(times, series, shown)}
          onKeyDown={onKeyDown}
        >
          {!isDrawn && <Skeleton height={height} pos="absolute" aria-label={admin.chartLoading} />}
          <div ref={host} aria-hidden />
          {isEmpty && (
            <Text pos="absolute" top="40%" w="100%" ta="center" size="sm" c="dimmed">
              {admin.noFigures}
            </Text>
          )}
        </Box>
      </Box>
      <Reading times={times} series={series} place={shown} />
    </>
  );
}

function valueAt(series: Series, place: number): string {
  const value = series.values[place];
  return value === null || value === undefined ? "–" : series.format(value);
}

function reading(times: readonly number[], series: readonly Series[], place: number): string {
  const at = times[place];
  if (at === undefined) return admin.noFigures;
  return `${said(at)}: ${series.map((each) => `${each.label} ${valueAt(each, place)}`).join(", ")}`;
}

function Reading({ times, series, place }: { times: readonly number[]; series: readonly Series[]; place: number }) {
  const at = times[place];
  return (
    <Group gap="md" mih={24} fz="xs" mt={4}>
      <Text inherit c="dimmed" miw={120}>
        {at === undefined ? "" : said(at)}
      </Text>
      {series.map((each) => (
        <Group key={each.label} gap={5} wrap="nowrap">
          <svg width="20" height="8" aria-hidden>
            <line x1="0" x2="20" y1="4" y2="4" stroke={`var(${each.colour})`} strokeWidth="2" strokeDasharray={each.dash.join(" ")} />
          </svg>
          <Text inherit>
            {each.label} <b>{valueAt(each, place)}</b>
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function Figures({ title, times, series, height }: { title: string; times: readonly number[]; series: readonly Series[]; height: number }) {
  return (
    <Box mah={height + 28} tabIndex={0} role="region" aria-label={title} style={{ overflow: "auto" }}>
      <Table fz="xs" verticalSpacing={3} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{admin.time}</Table.Th>
            {series.map((each) => (
              <Table.Th key={each.label} scope="col" ta="right">
                {each.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times.map((at, place) => (
            <Table.Tr key={at}>
              <Table.Th scope="row" fw={400}>
                {said(at)}
              </Table.Th>
              {series.map((each) => (
                <Table.Td key={each.label} ta="right">
                  {valueAt(each, place)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
