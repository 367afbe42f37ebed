/** What differs within two lines that stand for each other. Pure. */
import { changedRuns, type Run } from "./sequences.ts";

/** Characters [from, to) of a line. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface WordChanges {
  readonly old: readonly Range[];
  readonly new: readonly Range[];
}

const NONE: WordChanges = { old: [], new: [] };
const WORDS = /[\p{L}\p{M}\p{N}_$]+|\s+|[^\p{L}\p{M}\p{N}_$\s]/gu;
// Longer lines are data rather than code; nobody reads which of their words changed.
const LONGEST_LINE = 2_000;
// Below this share of equal characters it is another line, and marking nearly all of it says nothing.
const LEAST_ALIKE = 0.3;

/** The words that differ; none where the lines have too little in common, or are too long. */
export function wordChanges(old: string, now: string): WordChanges {
  if (old === now || old.length > LONGEST_LINE || now.length > LONGEST_LINE) return NONE;
  const before = words(old);
  const after = words(now);
  const runs = changedRuns(before, after, 200);
  const changed = { old: ranges(before, runs, "old"), new: ranges(after, runs, "new") };
  const kept = old.trim().length === 0 ? 0 : 1 - size(changed.old) / old.length;
  const keptNow = now.trim().length === 0 ? 0 : 1 - size(changed.new) / now.length;
  return Math.max(kept, keptNow) < LEAST_ALIKE ? NONE : changed;
}

/** How much two lines have in common, from 0 to 1: the share of words that both hold. */
export function likeness(old: string, now: string): number {
  if (old === now) return 1;
  const before = words(old.slice(0, LONGEST_LINE)).filter((word) => word.trim() !== "");
  const after = words(now.slice(0, LONGEST_LINE)).filter((word) => word.trim() !== "");
  if (before.length === 0 || after.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const word of before) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of after) {
    const left = counts.get(word) ?? 0;
    if (left > 0) {
      shared += 1;
      counts.set(word, left - 1);
    }
  }
  return (2 * shared) / (before.length + after.length);
}

function words(line: string): string[] {
  return line.match(WORDS) ?? [];
}

function ranges(items: readonly string[], runs: readonly Run[], side: "old" | "new"): Range[] {
  const starts: number[] = [0];
  for (const item of items) starts.push((starts.at(-1) ?? 0) + item.length);
  return runs
    .map((run) => (side === "old" ? [run.oldFrom, run.oldTo] : [run.newFrom, run.newTo]))
    .map(([from = 0, to = 0]) => ({ from: starts[from] ?? 0, to: starts[to] ?? 0 }))
    .filter((range) => range.to > range.from);
}

function size(found: readonly Range[]): number {
  return found.reduce((sum, range) => sum + range.to - range.from, 0);
}
