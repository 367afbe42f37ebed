/** A proposal as rows to be shown, unified or side by side: files, hunks, their lines, what is around them. Pure. */
import { gapRows, type GapRow, type Opened } from "./context.ts";
import { hunkBlocks, type Block, type Pair } from "./hunk-lines.ts";
import type { LineEnd } from "./lines.ts";
import type { FileChange, PlacedHunk } from "./proposal.ts";

export type View = "unified" | "split";

/** A line on one side. `text` is null while the file is on its way. */
export interface Side {
  readonly number: number | null;
  readonly text: string | null;
  /** Said only where it matters: at a change of line ends, and at a last line that has none. */
  readonly end: LineEnd | null;
  /** The line it stands for on the other side, to find the words that differ. */
  readonly other: string | null;
}

export type RowChange = "none" | "removed" | "added" | "changed";

export interface FileRow {
  readonly kind: "file";
  readonly key: string;
  readonly file: number;
}

export interface HunkRow {
  readonly kind: "hunk";
  readonly key: string;
  readonly file: number;
  readonly hunk: PlacedHunk;
  /** Its lines are not shown: another tier is looked at. */
  readonly isFolded: boolean;
}

export interface LineRow {
  readonly kind: "line";
  readonly key: string;
  readonly file: number;
  readonly hunk: PlacedHunk | null;
  readonly change: RowChange;
  readonly old: Side | null;
  readonly new: Side | null;
}

export type Row = FileRow | HunkRow | LineRow | GapRow;

/** What is known of one file beside its hunks, and what of it was opened. */
export interface FileState {
  readonly isFolded: boolean;
  /** The lines of the base, once they are here; undefined when nobody can read them. */
  readonly base: readonly string[] | null | undefined;
  readonly opened: Opened;
}

export const CLOSED: FileState = { isFolded: false, base: null, opened: [] };

export interface Shown {
  readonly view: View;
  /** Only this tier's hunks are unfolded; null: all. */
  readonly tier: string | null;
  readonly stateOf: (path: string) => FileState;
}

export function rowsOf(files: readonly FileChange[], hunks: readonly PlacedHunk[], shown: Shown): readonly Row[] {
  const byFile = new Map<number, PlacedHunk[]>();
  for (const hunk of hunks) {
    const known = byFile.get(hunk.fileIndex);
    if (known === undefined) byFile.set(hunk.fileIndex, [hunk]);
    else known.push(hunk);
  }
  return files.flatMap((file, index) => {
    const own = byFile.get(index) ?? [];
    if (shown.tier !== null && !own.some(({ hunk }) => hunk.tier === shown.tier)) return [];
    return fileRows(file, index, own, shown);
  });
}

function fileRows(file: FileChange, index: number, hunks: readonly PlacedHunk[], shown: Shown): Row[] {
  const state = shown.stateOf(file.path);
  const rows: Row[] = [{ kind: "file", key: `f${index}`, file: index }];
  if (state.isFolded) return rows;
  const hasContext = file.change === "modify";
  let done = 0;
  let grown = 0;
  for (const placed of hunks) {
    const { hunk } = placed;
    const start = hunk.old_start;
    if (hasContext) rows.push(...gapRows({ file: index, from: done + 1, to: start - 1, grown, isFirst: done === 0, isLast: false }, state));
    const isFolded = shown.tier !== null && hunk.tier !== shown.tier;
    rows.push({ kind: "hunk", key: `h${placed.number}`, file: index, hunk: placed, isFolded });
    if (!isFolded) rows.push(...hunkRows(placed, shown.view));
    done = Math.max(done, start + hunk.old_lines - 1);
    if (hunk.selectable) grown += hunk.new_lines - hunk.old_lines;
  }
  if (hasContext) rows.push(...gapRows({ file: index, from: done + 1, to: null, grown, isFirst: false, isLast: true }, state));
  return rows;
}

function hunkRows(placed: PlacedHunk, view: View): LineRow[] {
  const { hunk } = placed;
  const blocks = hunkBlocks(hunk.old_text, hunk.new_text);
  const ends = endsToTell(blocks);
  const rows: LineRow[] = [];
  let old = hunk.old_start;
  // What conflicts comes nowhere: its lines have no number in the new file.
  let now = hunk.selectable ? placed.newStart : null;
  const emit = (change: RowChange, left: Side | null, right: Side | null) =>
    rows.push({ kind: "line", key: `h${placed.number}.${rows.length}`, file: placed.fileIndex, hunk: placed, change, old: left, new: right });
  for (const block of blocks) {
    const sides = block.pairs.map((pair) => {
      const left = sideOf(pair.old, pair.new, pair.old === null ? null : old, ends);
      const right = sideOf(pair.new, pair.old, pair.new === null ? null : now, ends);
      if (pair.old !== null) old += 1;
      if (pair.new !== null && now !== null) now += 1;
      return { left, right };
    });
    if (block.isEqual) for (const { left, right } of sides) emit("none", left, right);
    else if (view === "split") for (const { left, right } of sides) emit(changeOf(left, right), left, right);
    else {
      for (const { left } of sides) if (left !== null) emit("removed", left, null);
      for (const { right } of sides) if (right !== null) emit("added", null, right);
    }
  }
  return rows;
}

function changeOf(left: Side | null, right: Side | null): RowChange {
  if (left === null) return "added";
  return right === null ? "removed" : "changed";
}

function sideOf(line: Pair["old"], other: Pair["old"], number: number | null, ends: ReadonlySet<LineEnd>): Side | null {
  if (line === null) return null;
  return { number, text: line.text, end: ends.has(line.end) ? line.end : null, other: other?.text ?? null };
}

/** A missing last line end is always told; carriage returns only where some lines have them and others have not. */
function endsToTell(blocks: readonly Block[]): ReadonlySet<LineEnd> {
  const lines = blocks.flatMap((block) => block.pairs.flatMap((pair) => [pair.old, pair.new]));
  const found = new Set(lines.filter((line) => line !== null).map((line) => line.end));
  return new Set<LineEnd>(found.has("lf") && found.has("crlf") ? ["none", "crlf"] : ["none"]);
}
