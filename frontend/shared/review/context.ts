/** Which unchanged lines around the hunks are shown, and which are behind a row that opens them. Pure. */
import type { FileState, LineRow } from "./rows.ts";

/** Lines [from, to] of the base, counted from 1, that somebody wanted to see. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

export type Opened = readonly LineRange[];

/** Lines that are not shown. `to` is null while nobody knows how long the file is. */
export interface GapRow {
  readonly kind: "gap";
  readonly key: string;
  readonly file: number;
  readonly from: number;
  readonly to: number | null;
}

export const AROUND = 3;
/** How many lines one press opens. */
export const STEP = 20;
// A row that hides so few lines takes as much room as they do.
const FEWEST_HIDDEN = 2;

export interface Gap {
  readonly file: number;
  readonly from: number;
  /** Null: to the end of the file. */
  readonly to: number | null;
  /** By how many lines the new file is longer here. */
  readonly grown: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The rows between two hunks, before the first, or behind the last. */
export function gapRows(gap: Gap, state: FileState): (LineRow | GapRow)[] {
  if (state.base === undefined) return [];
  const known = state.base?.length ?? null;
  const to = gap.to ?? known;
  const end = to ?? Number.POSITIVE_INFINITY;
  if (gap.from > end) return [];
  const shown = shownRanges(gap, end, state.opened);
  const rows: (LineRow | GapRow)[] = [];
  let at = gap.from;
  for (const range of shown) {
    if (range.from > at) rows.push(hidden(gap, at, range.from - 1));
    for (let number = range.from; number <= range.to; number += 1) rows.push(contextRow(gap, number, state.base));
    at = range.to + 1;
  }
  if (at <= end) rows.push(hidden(gap, at, to));
  return rows;
}

/** Open the next lines at one end of a hidden range, or all of it. */
export function open(opened: Opened, gap: Pick<GapRow, "from" | "to">, where: "above" | "below" | "all"): Opened {
  const last = gap.to ?? Number.MAX_SAFE_INTEGER;
  if (where === "all") return [...opened, { from: gap.from, to: last }];
  if (where === "below" && gap.to !== null) return [...opened, { from: Math.max(gap.from, gap.to - STEP + 1), to: gap.to }];
  return [...opened, { from: gap.from, to: Math.min(last, gap.from + STEP - 1) }];
}

function shownRanges(gap: Gap, end: number, opened: Opened): LineRange[] {
  const wanted: LineRange[] = opened.map((range) => ({ from: Math.max(range.from, gap.from), to: Math.min(range.to, end) }));
  if (!gap.isFirst) wanted.push({ from: gap.from, to: Math.min(gap.from + AROUND - 1, end) });
  if (!gap.isLast) wanted.push({ from: Math.max(gap.from, end - AROUND + 1), to: end });
  const ordered = wanted.filter((range) => range.from <= range.to && range.to !== Number.POSITIVE_INFINITY).sort((a, b) => a.from - b.from);
  const joined: LineRange[] = [];
  for (const range of ordered) {
    const last = joined.at(-1);
    const isNear = last === undefined ? range.from - gap.from <= FEWEST_HIDDEN : range.from - last.to - 1 <= FEWEST_HIDDEN;
    const from = isNear ? (last?.from ?? gap.from) : range.from;
    if (isNear && last !== undefined) joined[joined.length - 1] = { from, to: Math.max(last.to, range.to) };
    else joined.push({ from, to: range.to });
  }
  const last = joined.at(-1);
  if (last !== undefined && end - last.to <= FEWEST_HIDDEN) joined[joined.length - 1] = { from: last.from, to: end };
  return joined;
}

function hidden(gap: Gap, from: number, to: number | null): GapRow {
  return { kind: "gap", key: `g${gap.file}.${from}`, file: gap.file, from, to };
}

function contextRow(gap: Gap, number: number, base: readonly string[] | null | undefined): LineRow {
  const text = base?.[number - 1] ?? null;
  const shown = text?.endsWith("\r") ? text.slice(0, -1) : text;
  const side = { text: shown, end: null, other: null };
  return {
    kind: "line",
    key: `c${gap.file}.${number}`,
    file: gap.file,
    hunk: null,
    change: "none",
    old: { ...side, number },
    new: { ...side, number: number + gap.grown },
  };
}
