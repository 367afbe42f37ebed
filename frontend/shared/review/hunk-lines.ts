/** The lines of one hunk, set against each other. Pure. */
import { key, splitLines, type Line } from "./lines.ts";
import { changedRuns, type Run } from "./sequences.ts";
import { likeness } from "./words.ts";

/** A line of the old file, of the new one, or the same line of both. */
export interface Pair {
  readonly old: Line | null;
  readonly new: Line | null;
}

/** Lines that follow each other and are all equal, or all changed. */
export interface Block {
  readonly isEqual: boolean;
  readonly pairs: readonly Pair[];
}

// Comparing every line with every other costs their product; beyond it lines are set side by side in order.
const MOST_COMPARED = 2_500;
const LEAST_ALIKE = 0.4;

/** A hunk keeps together what belongs together, so lines in the middle of it may well be equal. */
export function hunkBlocks(oldText: string, newText: string): readonly Block[] {
  const before = splitLines(oldText);
  const after = splitLines(newText);
  const blocks: Block[] = [];
  let at: Pick<Run, "oldTo" | "newTo"> = { oldTo: 0, newTo: 0 };
  const runs = changedRuns(before.map(key), after.map(key));
  for (const run of [...runs, { oldFrom: before.length, oldTo: before.length, newFrom: after.length, newTo: after.length }]) {
    const equal = before.slice(at.oldTo, run.oldFrom).map((line, index): Pair => ({ old: line, new: after[at.newTo + index] ?? null }));
    if (equal.length > 0) blocks.push({ isEqual: true, pairs: equal });
    const pairs = paired(before.slice(run.oldFrom, run.oldTo), after.slice(run.newFrom, run.newTo));
    if (pairs.length > 0) blocks.push({ isEqual: false, pairs });
    at = run;
  }
  return blocks;
}

/** Set lines side by side that look alike, keeping both orders. */
function paired(old: readonly Line[], now: readonly Line[]): Pair[] {
  if (old.length === now.length || old.length === 0 || now.length === 0 || old.length * now.length > MOST_COMPARED) {
    return Array.from({ length: Math.max(old.length, now.length) }, (_, index) => ({ old: old[index] ?? null, new: now[index] ?? null }));
  }
  const best = bestScores(old, now);
  const pairs: Pair[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const here = best(row, column);
    const [left, right] = [old[row] ?? null, now[column] ?? null];
    if (left !== null && right !== null && here > best(row + 1, column) && here > best(row, column + 1)) {
      pairs.push({ old: left, new: right });
      row += 1;
      column += 1;
    } else if (left !== null && (right === null || best(row + 1, column) >= best(row, column + 1))) {
      pairs.push({ old: left, new: null });
      row += 1;
    } else {
      pairs.push({ old: null, new: right });
      column += 1;
    }
  }
  return pairs;
}

/** The best sum of likenesses of the lines from a row and a column on. */
function bestScores(old: readonly Line[], now: readonly Line[]): (row: number, column: number) => number {
  const width = now.length + 1;
  const scores = new Float64Array((old.length + 1) * width);
  const at = (row: number, column: number) => scores[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const alike = likeness(old[row]?.text ?? "", now[column]?.text ?? "");
      const together = alike < LEAST_ALIKE ? 0 : alike + at(row + 1, column + 1);
      scores[row * width + column] = Math.max(together, at(row + 1, column), at(row, column + 1));
    }
  }
  return at;
}
