import { describe, expect, it } from "vitest";
import { findTyped, foldersAbove, foldersFirst, rowAbove, unfold, unfoldFiles, type Folder, type TreeEntry } from "./rows.ts";

const entry = (path: string, kind = "file"): TreeEntry => ({ path, name: path.split("/").at(-1) ?? "", kind, size: 1, language: null });
const folder = (items: TreeEntry[], nextCursor: string | null = null): Folder => ({ items, nextCursor });
const shown = (rows: ReturnType<typeof unfold>) =>
  rows.map((row) => `${"  ".repeat(row.level - 1)}${row.kind === "entry" ? row.entry.name : "…"}`);

describe("a tree as rows", () => {
  const folders = new Map([
    ["", folder([entry("src", "folder"), entry("a.py")])],
    ["src", folder([entry("src/lib", "folder"), entry("src/b.py")], "after b")],
  ]);

  it("unfolds what is open, and says where something is missing", () => {
    expect(shown(unfold(folders, new Set(["src", "src/lib"])))).toEqual(["src", "  lib", "    …", "  b.py", "  …", "a.py"]);
  });

  it("tells how many there are only when it knows", () => {
    const rows = unfold(folders, new Set(["src"]));
    expect(rows.map((row) => (row.kind === "entry" ? row.size : null))).toEqual([2, -1, -1, null, 2]);
  });

  it("finds the row above and what was typed, going around", () => {
    const rows = unfold(folders, new Set(["src"]));
    expect(rowAbove(rows, 2)).toBe(0);
    expect(rowAbove(rows, 0)).toBe(-1);
    expect(findTyped(rows, "B", 0)).toBe(2);
    expect(findTyped(rows, "s", 1)).toBe(0);
    expect(findTyped(rows, "x", 0)).toBe(-1);
  });

  it("puts folders first", () => {
    expect(foldersFirst([entry("a"), entry("b", "folder")]).map((one) => one.path)).toEqual(["b", "a"]);
  });

  it("builds the folders above some files, each once, and closes what was closed", () => {
    const files = [entry("a/b/one.ts"), entry("a/b/two.ts"), entry("a/three.ts"), entry("z.ts")];
    expect(shown(unfoldFiles(files, new Set()))).toEqual(["a", "  b", "    one.ts", "    two.ts", "  three.ts", "z.ts"]);
    expect(shown(unfoldFiles(files, new Set(["a/b"])))).toEqual(["a", "  b", "  three.ts", "z.ts"]);
    expect(shown(unfoldFiles(files, new Set(["a"])))).toEqual(["a", "z.ts"]);
  });

  it("names the folders above a path", () => {
    expect(foldersAbove("a/b/c.ts")).toEqual(["a", "a/b"]);
    expect(foldersAbove("c.ts")).toEqual([]);
  });
});
