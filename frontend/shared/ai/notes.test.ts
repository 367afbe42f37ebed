import { describe, expect, it } from "vitest";
import type { AiResultOut, ProposalOut } from "../api/schema.ts";
import { lineMarks, notesOfAnswer, notesOfProposal, type NotedFile } from "./notes.ts";
import { linesOf } from "./placing.ts";

const file = (text: string, given: Partial<NotedFile> = {}): NotedFile => ({
  path: "sums.py", commit: "new", blobId: "b2", lines: linesOf(text), ...given,
});
const receipt = (given: object = {}) => ({
  text: "It adds.", path: "sums.py", blob_id: "b1", start_line: 1, end_line: 1, quote: "def add(a, b):", status: "supported", ...given,
});
const answer = (suggestion: object): AiResultOut =>
  ({
    job_id: "j", commit: "old", created_at: "2026-01-01T00:00:00Z",
    result: { kind: "file-summary", suggestions: [{ kind: "file-summary", path: "sums.py", text: "Sums.", receipts: [receipt()], ...suggestion }] },
  }) as unknown as AiResultOut;

describe("notes of an answer", () => {
  it("stand at their lines while the file is the one that was read", () => {
    const [note] = notesOfAnswer(answer({ start_line: 1, end_line: 2 }), file("x", { blobId: "b1" }));
    expect(note).toMatchObject({ standing: "here", lines: [1, 2] });
  });

  it("follow their citation when the lines moved", () => {
    const [note] = notesOfAnswer(answer({ start_line: 1, end_line: 2 }), file("\n\ndef add(a, b):\n    pass\n"));
    expect(note).toMatchObject({ standing: "moved", lines: [3, 3] });
  });

  it("say that they are gone, or that nobody can tell", () => {
    expect(notesOfAnswer(answer({ start_line: 1 }), file("pass\n"))[0]).toMatchObject({ standing: "gone", lines: null });
    expect(notesOfAnswer(answer({ start_line: 1, receipts: [] }), file("pass\n"))[0]).toMatchObject({ standing: "unsure", lines: [1, 1] });
  });

  it("of a file as a whole say that it has changed, unless every citation still stands", () => {
    expect(notesOfAnswer(answer({}), file("def add(a, b):\n    return 1\n"))[0]).toMatchObject({ standing: "here", lines: null });
    expect(notesOfAnswer(answer({}), file("\ndef add(a, b):\n"))[0]).toMatchObject({ standing: "unsure", lines: null });
    expect(notesOfAnswer(answer({}), file("x", { commit: "old" }))[0]).toMatchObject({ standing: "here", lines: null });
  });

  it("are only those of the file", () => {
    expect(notesOfAnswer(answer({ path: "other.py" }), file("x"))).toEqual([]);
  });
});

describe("marks beside lines", () => {
  it("count a note once at each line, and call it moved only if all are", () => {
    const here = notesOfAnswer(answer({ start_line: 1, end_line: 1 }), file("def add(a, b):\n"));
    expect([...lineMarks(here)]).toEqual([[1, { count: 1, isMoved: false, keys: ["j/0"] }]]);
    const moved = notesOfAnswer(answer({}), file("\ndef add(a, b):\n"));
    expect([...lineMarks([...here, ...moved])].map(([line, mark]) => [line, mark.count, mark.isMoved])).toEqual([[1, 1, false], [2, 1, true]]);
  });
});

describe("notes of a proposal", () => {
  const proposal = {
    id: "p", title: "Document", base_commit: "old", created_at: "2026-01-01T00:00:00Z",
    files: [{ path: "sums.py", base_blob: "b1", hunks: [{ id: "h", label: "add", old_start: 1, old_lines: 1, old_text: "def add(a, b):\n", receipts: [] }] }],
  } as unknown as ProposalOut;

  it("stand where the hunk's old lines stand now", () => {
    expect(notesOfProposal(proposal, file("x", { blobId: "b1" }))[0]).toMatchObject({ standing: "here", lines: [1, 1] });
    expect(notesOfProposal(proposal, file("\ndef add(a, b):\n"))[0]).toMatchObject({ standing: "moved", lines: [2, 2] });
    expect(notesOfProposal(proposal, file("gone\n"))[0]).toMatchObject({ standing: "gone", lines: null });
  });
});
