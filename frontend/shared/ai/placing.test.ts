import { describe, expect, it } from "vitest";
import { linesOf, placeReceipt } from "./placing.ts";
import { readResult, type Receipt } from "./results.ts";

const receipt = (given: Partial<Receipt> = {}): Receipt => ({
  text: "It adds.",
  path: "sums.py",
  blobId: "old",
  startLine: 2,
  endLine: 3,
  quote: "def add(a, b):\n    return a + b",
  isSupported: true,
  reason: null,
  ...given,
});
const file = (text: string, blobId = "new") => ({ blobId, lines: linesOf(text) });

describe("the lines of a receipt", () => {
  it("are taken as they are while the bytes are the same", () => {
    expect(placeReceipt(receipt({ quote: "whatever" }), file("x", "old"))).toEqual({ standing: "here", lines: [2, 3] });
  });

  it("are where they were when the words still stand there", () => {
    const text = "import os\r\ndef add(a, b):\r\n    return a + b\r\n";
    expect(placeReceipt(receipt(), file(text))).toEqual({ standing: "here", lines: [2, 3] });
  });

  it("are followed to where the words stand now", () => {
    const text = "import os\n\n\n\ndef add(a, b):\n    return a + b\n";
    expect(placeReceipt(receipt(), file(text))).toEqual({ standing: "moved", lines: [5, 6] });
  });

  it("are gone when the words are", () => {
    expect(placeReceipt(receipt(), file("def add(a, b):\n    return a - b\n"))).toEqual({ standing: "gone", lines: null });
  });

  it("are gone when the words stand in two other places", () => {
    const twice = "\n\n\n\ndef add(a, b):\n    return a + b\ndef add(a, b):\n    return a + b\n";
    expect(placeReceipt(receipt(), file(twice))).toEqual({ standing: "gone", lines: null });
  });

  it("are not looked for when the claim never had any", () => {
    expect(placeReceipt(receipt({ isSupported: false, startLine: null, endLine: null }), file("x"))).toBeNull();
  });
});

describe("a result", () => {
  it("is read with its receipts, and what has the wrong type counts as absent", () => {
    const read = readResult({
      kind: "file-summary",
      suggestions: [{ kind: "file-summary", path: "a.py", text: "Sums.", start_line: "3", receipts: [{ status: "supported", path: "a.py", start_line: 1, end_line: 1, quote: "x", text: "y", blob_id: "b" }, 7] }],
      supported: 1,
      unsupported: 0,
    });
    expect(read?.suggestions).toHaveLength(1);
    expect(read?.suggestions[0]?.startLine).toBeNull();
    expect(read?.suggestions[0]?.receipts).toHaveLength(1);
    expect(read?.skipped).toEqual([]);
  });

  it("is null while there is none", () => {
    expect(readResult(null)).toBeNull();
  });
});
