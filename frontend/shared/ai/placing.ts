/** Where the lines that a receipt cites stand in a file as it is now. */
import type { Receipt } from "./results.ts";

/**
 * `here`: the same lines of the same bytes, or the same words in the same lines. `moved`: the same words in other lines.
 * `gone`: the words no longer stand in the file, or in more than one place, so that nobody can say which was meant.
 */
export type Standing = "here" | "moved" | "gone";

export interface Place {
  readonly standing: Standing;
  /** 1-based, inclusive; null when they are gone. */
  readonly lines: readonly [start: number, end: number] | null;
}

const GONE: Place = { standing: "gone", lines: null };

/** Lines of a text, without their ends: LF and CRLF are the same here, as they are to the reader. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Find a supported receipt's lines in a file; null for one that never had any. */
export function placeReceipt(receipt: Receipt, file: { readonly blobId: string; readonly lines: readonly string[] }): Place | null {
  const { startLine, endLine } = receipt;
  if (!receipt.isSupported || startLine === null || endLine === null) return null;
  if (receipt.blobId === file.blobId) return { standing: "here", lines: [startLine, endLine] };
  const wanted = linesOf(receipt.quote);
  const first = wanted[0];
  if (first === undefined) return GONE;
  if (standsAt(file.lines, wanted, startLine - 1)) return { standing: "here", lines: [startLine, endLine] };
  const starts: number[] = [];
  for (let at = file.lines.indexOf(first); at !== -1 && starts.length < 2; at = file.lines.indexOf(first, at + 1)) {
    if (standsAt(file.lines, wanted, at)) starts.push(at);
  }
  const [only, another] = starts;
  if (only === undefined || another !== undefined) return GONE;
  return { standing: "moved", lines: [only + 1, only + wanted.length] };
}

function standsAt(lines: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((line, index) => lines[at + index] === line);
}
