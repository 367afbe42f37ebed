import { describe, expect, it } from "vitest";
import { open } from "./context.ts";
import { fileOf, hunkOf } from "./fixtures.ts";
import { placedHunks, type FileChange } from "./proposal.ts";
import { CLOSED, rowsOf, type FileState, type Row, type View } from "./rows.ts";

function shown(files: readonly FileChange[], state: Partial<FileState> = {}, view: View = "unified", tier: string | null = null): readonly Row[] {
  return rowsOf(files, placedHunks(files), { view, tier, stateOf: () => ({ ...CLOSED, ...state }) });
}

/** A row as one would write it down. */
function written(row: Row): string {
  if (row.kind === "file") return "file";
  if (row.kind === "hunk") return row.isFolded ? "folded" : "hunk";
  if (row.kind === "gap") return `… ${row.from}-${row.to ?? "?"}`;
  const sign = { none: " ", removed: "-", added: "+", changed: "|" }[row.change];
  const number = (side: typeof row.old) => (side === null ? "" : (side.number ?? "·"));
  const text = row.change === "added" ? row.new?.text : row.old?.text;
  const both = row.change === "changed" ? ` => ${row.new?.text}` : "";
  return `${number(row.old)}:${number(row.new)}${sign}${text ?? "?"}${both}`;
}

const ends = (oldText: string, newText: string) =>
  shown([fileOf([hunkOf({ old_text: oldText, new_text: newText })])], { base: [""] }).flatMap((row) => (row.kind === "line" ? [(row.old ?? row.new)?.end] : []));

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `l${index + 1}`);

describe("unified rows", () => {
  const files = [fileOf([hunkOf({ old_start: 5, old_text: "l5\n", new_text: "L5\nL5b\n" }), hunkOf({ old_start: 18, old_text: "l18\n", new_text: "" })])];

  it("number both sides and hide what is far away", () => {
    expect(shown(files, { base: numbered(30) }).map(written)).toEqual([
      "file", "1:1 l1", "2:2 l2", "3:3 l3", "4:4 l4", "hunk", "5:-l5", ":5+L5", ":6+L5b", "6:7 l6", "7:8 l7", "8:9 l8",
      "… 9-14", "15:16 l15", "16:17 l16", "17:18 l17", "hunk", "18:-l18", "19:19 l19", "20:20 l20", "21:21 l21", "… 22-30",
    ]);
  });

  it("keep the place of lines that are on their way", () => {
    const rows = shown(files).map(written);
    expect(rows).toContain("6:7 ?");
    expect(rows.slice(-2)).toEqual(["21:21 ?", "… 22-?"]);
    expect(shown(files, { base: numbered(30) })).toHaveLength(rows.length);
  });

  it("open hidden lines from above, from below, and all", () => {
    const gap = { from: 9, to: 60 };
    expect(open([], gap, "above")).toEqual([{ from: 9, to: 28 }]);
    expect(open([], gap, "below")).toEqual([{ from: 41, to: 60 }]);
    const all = shown(files, { base: numbered(30), opened: open([], { from: 22, to: null }, "all") });
    expect(all.map(written).at(-1)).toBe("30:30 l30");
  });

  it("have no context where nobody can read the base", () => {
    expect(shown(files, { base: undefined }).map((row) => row.kind)).toEqual(["file", "hunk", "line", "line", "line", "hunk", "line"]);
  });
});

describe("side by side", () => {
  it("sets lines against those that look like them", () => {
    const files = [fileOf([hunkOf({ old_text: "def add(a, b):\n    return a + b\n", new_text: "# Adds.\ndef add_up(a, b):\n    return a + b\n" })], {})];
    expect(shown(files, { base: numbered(2) }, "split").map(written)).toEqual([
      "file", "hunk", ":1+# Adds.", "1:2|def add(a, b): => def add_up(a, b):", "2:3     return a + b",
    ]);
  });
});

describe("particular files", () => {
  it("new and deleted ones have no context", () => {
    const created = fileOf([hunkOf({ new_text: "a\nb\n" })], { change: "create", base_blob: null });
    const deleted = fileOf([hunkOf({ old_text: "a\n" })], { change: "delete", path: "b" });
    expect(shown([created, deleted]).map(written)).toEqual(["file", "hunk", ":1+a", ":2+b", "file", "hunk", "1:-a"]);
  });

  it("empty ones can be chosen too", () => {
    expect(shown([fileOf([hunkOf()], { change: "create" })]).map(written)).toEqual(["file", "hunk"]);
  });

  it("a last line that loses its end is a change, and says so", () => {
    const rows = shown([fileOf([hunkOf({ old_text: "a\n", new_text: "a" })])], { base: ["a"] });
    expect(rows.map(written)).toEqual(["file", "hunk", "1:-a", ":1+a"]);
    expect(rows.map((row) => (row.kind === "line" ? (row.old ?? row.new)?.end : null))).toEqual([null, null, null, "none"]);
  });

  it("carriage returns are told only where they differ", () => {
    expect(ends("a\r\n", "b\r\n")).toEqual([null, null]);
    expect(ends("a\r\n", "a\n")).toEqual(["crlf", null]);
  });

  it("what conflicts moves no numbers and comes nowhere", () => {
    const files = [
      fileOf([
        hunkOf({ old_start: 2, old_text: "mine\n", new_text: "x\ny\nz\n", selectable: false }),
        hunkOf({ old_start: 9, old_text: "l9\n", new_text: "L9\n" }),
      ]),
    ];
    const rows = shown(files, { base: numbered(9) }).map(written);
    expect(rows).toContain(":·+x");
    expect(rows).toContain("8:8 l8");
    expect(rows).toContain(":9+L9");
  });

  it("folded ones show their name only", () => {
    expect(shown([fileOf([hunkOf({ old_text: "a\n" })])], { isFolded: true }).map(written)).toEqual(["file"]);
  });
});

it("looking at one tier folds the others and leaves out files without it", () => {
  const files = [
    fileOf([hunkOf({ old_text: "a\n" }), hunkOf({ old_start: 9, old_text: "b\n", tier: "text" })]),
    fileOf([hunkOf({ old_text: "c\n" })], { path: "c.py" }),
  ];
  const rows = shown(files, { base: undefined }, "unified", "text").map(written);
  expect(rows).toEqual(["file", "folded", "hunk", "9:-b"]);
});

it("shows every line of both versions once, whatever is hidden is in a gap", () => {
  let seed = 5;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 200; round += 1) {
    const base = numbered(random(60) + 1);
    const hunks = [];
    let at = 1 + random(8);
    while (at <= base.length) {
      const size = Math.min(random(4), base.length - at + 1);
      const added = numbered(random(4) + (size === 0 ? 1 : 0)).map((line) => `new ${line}\n`);
      hunks.push(hunkOf({ id: `${at}`, old_start: at, old_text: base.slice(at - 1, at - 1 + size).map((line) => `${line}\n`).join(""), new_text: added.join("") }));
      at += size + 1 + random(20);
    }
    for (const view of ["unified", "split"] as const) {
      const rows = shown([fileOf(hunks)], { base }, view);
      const old: number[] = [];
      const now: number[] = [];
      let grown = 0;
      for (const row of rows) {
        if (row.kind === "gap") {
          for (let line = row.from; line <= (row.to ?? 0); line += 1) {
            old.push(line);
            now.push(line + grown);
          }
        } else if (row.kind === "line") {
          if (row.old?.number != null) old.push(row.old.number);
          if (row.new?.number != null) now.push(row.new.number);
        } else if (row.kind === "hunk") grown += row.hunk.hunk.new_lines - row.hunk.hunk.old_lines;
      }
      expect(old).toEqual(base.map((_, index) => index + 1));
      expect(now).toEqual(Array.from({ length: base.length + grown }, (_, index) => index + 1));
      expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    }
  }
});
