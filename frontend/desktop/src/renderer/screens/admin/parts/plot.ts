import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Series } from "./chart.tsx";

export interface Drawn {
  readonly show: (times: readonly number[], series: readonly Series[]) => void;
  /** Put the cursor on the n-th moment. */
  readonly point: (place: number) => void;
  readonly resize: (width: number) => void;
  readonly destroy: () => void;
}

interface Wanted {
  readonly height: number;
  readonly isStepped: boolean;
  readonly onPoint: (place: number | null) => void;
}

const LEAST_WIDTH = 200;

/** Draw lines over time on a canvas. Only this file knows uPlot, so that it is fetched when a chart is there. */
export function draw(host: HTMLElement, wanted: Wanted): Drawn {
  let plot: uPlot | null = null;
  let shape = "";
  return {
    show: (times, series) => {
      const data = [[...times], ...series.map((each) => [...each.values])] as uPlot.AlignedData;
      const next = JSON.stringify(series.map((each) => [each.label, each.colour, each.dash]));
      // The same lines with other figures stay where they are, cursor and all.
      if (plot !== null && next === shape) {
        plot.setData(data);
        return;
      }
      plot?.destroy();
      shape = next;
      plot = new uPlot(options(host, series, wanted, times.length), data, host);
    },
    point: (place) => {
      const at = plot?.data[0][place];
      if (plot !== null && at !== undefined) plot.setCursor({ left: plot.valToPos(at, "x"), top: plot.over.clientHeight / 2 });
    },
    resize: (width) => plot?.setSize({ width: Math.max(LEAST_WIDTH, width), height: wanted.height }),
    destroy: () => plot?.destroy(),
  };
}

function options(host: HTMLElement, series: readonly Series[], wanted: Wanted, moments: number): uPlot.Options {
  const line = colour(host, "--hs-line");
  const axis: uPlot.Axis = {
    stroke: colour(host, "--hs-muted"),
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 5 },
    font: "12px system-ui",
  };
  const steps = wanted.isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    width: Math.max(LEAST_WIDTH, host.clientWidth),
    height: wanted.height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    axes: [
      // Room for a time of day with its seconds.
      { ...axis, size: 32, space: 76, values: (_plot, splits, _axis, _space, step) => written(splits, step) },
      { ...axis, size: 56, values: (_plot, values) => values.map((value) => value.toLocaleString("en", { maximumFractionDigits: 2 })) },
    ],
    series: [
      {},
      ...series.map(
        (each): uPlot.Series => ({
          label: each.label,
          stroke: colour(host, each.colour),
          width: 1.8,
          dash: [...each.dash],
          spanGaps: true,
          // Few moments make no line: then the points themselves are shown.
          points: { show: moments < 3 || each.values.filter((value) => value !== null).length < 3 },
          ...(steps !== undefined && { paths: steps }),
        }),
      ),
    ],
    hooks: { setCursor: [(it) => wanted.onPoint(it.cursor.idx ?? null)] },
  };
}

// Of the page's own theme, read when the chart is drawn.
function colour(host: HTMLElement, name: string): string {
  return getComputedStyle(host).getPropertyValue(name).trim();
}

const days = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });
const minutes = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** How moments are written along the axis: days by their names, others by 24 hours. */
function written(splits: readonly number[], step: number): string[] {
  return splits.map((split) => {
    const at = new Date(split * 1000);
    if (step >= 86_400 || (at.getHours() === 0 && at.getMinutes() === 0)) return days.format(at);
    return (step < 60 ? seconds : minutes).format(at);
  });
}
