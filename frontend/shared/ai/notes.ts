/** What AI said about one file, as notes at its lines as they are now. Pure. */
import type { AiResultOut, ProposalOut } from "../api/schema.ts";
import { linesOf, placeReceipt, type Standing } from "./placing.ts";
import { readReceipts, readResult, type Receipt, type Suggestion } from "./results.ts";

export interface NotedFile {
  readonly path: string;
  readonly commit: string;
  readonly blobId: string;
  readonly lines: readonly string[];
}

/** `unsure`: the file has changed and nothing was quoted that could be looked for. */
export type NoteStanding = Standing | "unsure";

export interface PlacedReceipt {
  readonly receipt: Receipt;
  /** Null for a receipt of another file, and for a claim without support. */
  readonly place: { readonly standing: Standing; readonly lines: readonly [number, number] | null } | null;
}

export interface Note {
  readonly key: string;
  readonly source: { readonly kind: "answer"; readonly jobId: string; readonly commit: string } | { readonly kind: "proposal"; readonly proposalId: string; readonly commit: string };
  readonly title: string;
  readonly text: string;
  readonly at: string;
  readonly standing: NoteStanding;
  /** Where it belongs now; null for the file as a whole, and for what is gone. */
  readonly lines: readonly [number, number] | null;
  readonly receipts: readonly PlacedReceipt[];
}

/** The notes that an answer has for a file. */
export function notesOfAnswer(answer: AiResultOut, file: NotedFile): Note[] {
  const result = readResult(answer.result);
  if (result === null) return [];
  const commit = answer.commit ?? "";
  return result.suggestions
    .filter((one) => one.path === file.path)
    .map((suggestion, index) => {
      const { standing, lines } = standingOf(suggestion, commit, file);
      return {
        key: `${answer.job_id}/${index}`,
        source: { kind: "answer", jobId: answer.job_id, commit },
        title: suggestion.newName === null ? (suggestion.symbol ?? "") : `${suggestion.symbol ?? ""} → ${suggestion.newName}`,
        text: suggestion.text,
        at: answer.created_at,
        receipts: placed(suggestion.receipts, file),
        standing,
        lines,
      };
    });
}

/** The notes that a proposal's hunks are for a file. */
export function notesOfProposal(proposal: ProposalOut, file: NotedFile): Note[] {
  const change = proposal.files.find((one) => one.path === file.path);
  return (change?.hunks ?? []).map((hunk) => {
    const end = Math.max(hunk.old_start, hunk.old_start + hunk.old_lines - 1);
    const own = [Math.max(hunk.old_start, 1), Math.max(end, 1)] as const;
    const isSame = change?.base_blob === file.blobId;
    const { standing, lines } = isSame ? { standing: "here" as const, lines: own } : findOld(hunk.old_text, own, file);
    return {
      key: hunk.id,
      source: { kind: "proposal", proposalId: proposal.id, commit: proposal.base_commit },
      title: hunk.label,
      text: proposal.title,
      at: proposal.created_at,
      receipts: placed(readReceipts(hunk.receipts), file),
      standing,
      lines,
    };
  });
}

function placed(receipts: readonly Receipt[], file: NotedFile): PlacedReceipt[] {
  return receipts.map((receipt) => ({ receipt, place: receipt.path === file.path ? placeReceipt(receipt, file) : null }));
}

/** Its own lines while the file is the one that was read; else where its first citation went. */
function standingOf(suggestion: Suggestion, commit: string, file: NotedFile): Pick<Note, "standing" | "lines"> {
  const own = suggestion.startLine === null ? null : ([suggestion.startLine, suggestion.endLine ?? suggestion.startLine] as const);
  const isSame = commit === file.commit || suggestion.receipts.some((one) => one.path === file.path && one.blobId === file.blobId);
  if (isSame && own !== null) return { standing: "here", lines: own };
  const cited = suggestion.receipts.filter((one) => one.path === file.path).map((one) => placeReceipt(one, file));
  // Of a file as a whole: what was said of it may no longer be so once a word of it moved.
  if (own === null && !isSame) return { standing: cited.length > 0 && cited.every((one) => one?.standing === "here") ? "here" : "unsure", lines: null };
  const best = cited.find((one) => one?.lines) ?? cited.find((one) => one !== null);
  if (own !== null && best) return { standing: best.standing, lines: best.lines };
  return isSame ? { standing: "here", lines: null } : { standing: "unsure", lines: own };
}

function findOld(text: string, lines: readonly [number, number], file: NotedFile): Pick<Note, "standing" | "lines"> {
  if (linesOf(text).length === 0) return { standing: "unsure", lines };
  const cited: Receipt = {
    text: "", path: file.path, blobId: null, startLine: lines[0], endLine: lines[1], quote: text, isSupported: true, reason: null,
  };
  return placeReceipt(cited, file) ?? { standing: "unsure", lines };
}

/** What each line is cited by, for a margin: notes at their lines, and receipts at theirs. */
export function lineMarks(notes: readonly Note[]): Map<number, { count: number; isMoved: boolean; keys: string[] }> {
  const marks = new Map<number, { count: number; isMoved: boolean; keys: string[] }>();
  for (const note of notes) {
    const lines = new Map<number, boolean>();
    if (note.lines !== null && note.standing !== "gone") lines.set(note.lines[0], note.standing !== "here");
    for (const { place } of note.receipts) if (place?.lines) lines.set(place.lines[0], place.standing === "moved");
    for (const [line, isMoved] of lines) {
      const mark = marks.get(line) ?? { count: 0, isMoved: true, keys: [] };
      marks.set(line, { count: mark.count + 1, isMoved: mark.isMoved && isMoved, keys: [...mark.keys, note.key] });
    }
  }
  return marks;
}
