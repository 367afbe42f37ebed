import { describe, expect, it } from "vitest";
import type { Decisions } from "./decisions.ts";
import { read, written } from "./drafts.ts";

describe("drafts of decisions", () => {
  it("come back as they were written", () => {
    const drafts = new Map<string, Decisions>([
      ["one", new Map([["a", "approve"], ["b", "reject"]])],
      ["two", new Map([["c", "reject"]])],
    ]);
    expect(read(written(drafts))).toEqual(drafts);
  });

  it("come back empty where every decision was taken back", () => {
    const emptied = new Map([["one", new Map()]]);
    expect(read(written(emptied))).toEqual(emptied);
  });

  it.each([null, "", "{", "null", "7", '{"one": []}', '[["one"]]', '[[1, []]]'])("are none in %j", (text) => {
    expect(read(text)).toEqual(new Map());
  });

  it("are taken without what no reviewer can have decided", () => {
    const text = JSON.stringify([["one", [["a", "approve"], ["b", "merge"], ["c"], "d", [5, "reject"]]], ["two", "all"]]);
    expect(read(text)).toEqual(new Map([["one", new Map([["a", "approve"]])], ["two", new Map()]]));
  });
});
