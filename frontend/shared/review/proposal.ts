/** What a proposal holds, in the order in which it is looked at. Pure. */
import type { components } from "../api/schema.ts";

export type Proposal = components["schemas"]["ProposalOut"];
export type ProposalSummary = components["schemas"]["ProposalSummaryOut"];
export type FileChange = components["schemas"]["FileChangeOut"];
export type Hunk = components["schemas"]["HunkOut"];

/** A hunk with its place in the whole; numbers count from 1, as at a shell. */
export interface PlacedHunk {
  readonly hunk: Hunk;
  readonly file: FileChange;
  readonly fileIndex: number;
  readonly number: number;
  /** The line of the new file at which it begins, were everything approved that can be. */
  readonly newStart: number;
}

// The most certain first; whatever else there is comes behind, by name.
const TIERS = ["proven", "likely", "text", "not_code"];

export function placedHunks(files: readonly FileChange[]): readonly PlacedHunk[] {
  let number = 0;
  return files.flatMap((file, fileIndex) => {
    let grown = 0;
    return file.hunks.map((hunk): PlacedHunk => {
      number += 1;
      const newStart = hunk.old_start + grown;
      // What conflicts stays as it is and moves nothing.
      if (hunk.selectable) grown += hunk.new_lines - hunk.old_lines;
      return { hunk, file, fileIndex, number, newStart };
    });
  });
}

/** The tiers that occur, the most certain first. */
export function tiersOf(hunks: readonly PlacedHunk[]): readonly string[] {
  const found = new Set(hunks.filter(({ hunk }) => hunk.selectable).map(({ hunk }) => hunk.tier));
  const others = [...found].filter((tier) => !TIERS.includes(tier)).sort();
  return [...TIERS.filter((tier) => found.has(tier)), ...others];
}

/** Hunks that make sense only together carry the same word. */
export function unitOf(hunk: Hunk): string | null {
  const unit = hunk.details["together"];
  return typeof unit === "string" && unit !== "" ? unit : null;
}

/** What hides characters, or can run commands, is never approved in a row with others. */
export function needsCare({ hunk, file }: Pick<PlacedHunk, "hunk" | "file">): boolean {
  return hunk.is_deceptive || file.confirm;
}

export interface Counts {
  readonly added: number;
  readonly removed: number;
}

/** Lines that come and go in a file, without what conflicts. */
export function lineCounts(file: FileChange): Counts {
  const hunks = file.hunks.filter((hunk) => hunk.selectable);
  return {
    added: hunks.reduce((sum, hunk) => sum + hunk.new_lines, 0),
    removed: hunks.reduce((sum, hunk) => sum + hunk.old_lines, 0),
  };
}

/** The other half of a file that moves: it goes here and comes there. */
export function movedFrom(file: FileChange, files: readonly FileChange[]): FileChange | null {
  if (file.change === "modify") return null;
  const unit = file.hunks[0] === undefined ? null : unitOf(file.hunks[0]);
  const wanted = file.change === "create" ? "delete" : "create";
  if (unit === null) return null;
  return files.find((other) => other.change === wanted && other.hunks[0] !== undefined && unitOf(other.hunks[0]) === unit) ?? null;
}

/** The file as it would be, were everything approved that can be. */
export function newText(file: FileChange, base: string): string {
  const lines = base.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const parts: string[] = [];
  let done = 0;
  for (const hunk of file.hunks) {
    if (!hunk.selectable) continue;
    parts.push(...lines.slice(done, hunk.old_start - 1), hunk.new_text);
    done = hunk.old_start - 1 + hunk.old_lines;
  }
  return [...parts, ...lines.slice(done)].join("");
}
