/** Proposals for tests, built from texts as the server builds them: hunks without context, in order. */
import type { FileChange, Hunk } from "./proposal.ts";

export function hunkOf(wanted: Partial<Hunk> & { old_text?: string; new_text?: string } = {}): Hunk {
  const { old_text: oldText = "", new_text: newText = "" } = wanted;
  return {
    id: `hunk-${wanted.old_start ?? 1}`,
    tier: "proven",
    label: "",
    old_start: 1,
    old_lines: lineCount(oldText),
    new_lines: lineCount(newText),
    old_text: oldText,
    new_text: newText,
    is_utf8: true,
    is_deceptive: false,
    selectable: true,
    chosen: false,
    receipts: [],
    details: {},
    ...wanted,
  };
}

export function fileOf(hunks: readonly Hunk[], wanted: Partial<FileChange> = {}): FileChange {
  return { path: "a.py", change: "modify", mode: "100644", base_blob: "0".repeat(40), confirm: false, ...wanted, hunks: [...hunks] };
}

function lineCount(text: string): number {
  if (text === "") return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
