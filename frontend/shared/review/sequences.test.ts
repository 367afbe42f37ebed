import { describe, expect, it } from "vitest";
import { changedRuns, type Run } from "./sequences.ts";
import { likeness, wordChanges } from "./words.ts";

function applied(old: readonly string[], now: readonly string[], runs: readonly Run[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const run of runs) {
    result.push(...old.slice(at, run.oldFrom), ...now.slice(run.newFrom, run.newTo));
    at = run.oldTo;
  }
  return [...result, ...old.slice(at)];
}

describe("changedRuns", () => {
  it("finds what differs", () => {
    expect(changedRuns([..."abcabba"], [..."cbabac"]).reduce((sum, run) => sum + run.oldTo - run.oldFrom + run.newTo - run.newFrom, 0)).toBe(5);
    expect(changedRuns([..."abc"], [..."abc"])).toEqual([]);
    expect(changedRuns([], [])).toEqual([]);
    expect(changedRuns([..."axc"], [..."ayc"])).toEqual([{ oldFrom: 1, oldTo: 2, newFrom: 1, newTo: 2 }]);
  });

  it("leads from any sequence to any other, with equal items between two runs", () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const any = () => Array.from({ length: random(12) }, () => "abc"[random(3)] ?? "a");
    for (let round = 0; round < 2_000; round += 1) {
      const [old, now] = [any(), any()];
      const runs = changedRuns(old, now);
      expect(applied(old, now, runs)).toEqual(now);
      for (const [index, run] of runs.entries()) {
        const before = runs[index - 1];
        if (before === undefined) continue;
        expect(run.oldFrom - before.oldTo).toBeGreaterThan(0);
        expect(run.oldFrom - before.oldTo).toBe(run.newFrom - before.newTo);
      }
    }
  });

  it("gives up on sequences with too little in common", () => {
    const old = Array.from({ length: 600 }, (_, index) => `a${index}`);
    const now = Array.from({ length: 600 }, (_, index) => `b${index}`);
    expect(changedRuns(old, now)).toEqual([{ oldFrom: 0, oldTo: 600, newFrom: 0, newTo: 600 }]);
  });
});

const parts = (text: string, ranges: readonly { from: number; to: number }[]) => ranges.map((range) => text.slice(range.from, range.to));

describe("wordChanges", () => {
  it("marks whole names", () => {
    const [old, now] = ["    return add(left, right)  # adds", "    return add_up(left, right)  # adds"];
    const changed = wordChanges(old, now);
    expect(parts(old, changed.old)).toEqual(["add"]);
    expect(parts(now, changed.new)).toEqual(["add_up"]);
  });

  it("marks nothing in lines that are not alike, are equal, or are too long", () => {
    expect(wordChanges("import os", "class Reader:").old).toEqual([]);
    expect(wordChanges("same", "same").new).toEqual([]);
    expect(wordChanges("x".repeat(3_000), "y".repeat(3_000)).old).toEqual([]);
  });

  it("marks blanks that were added", () => {
    expect(parts("  a = 1", wordChanges("a = 1", "  a = 1").new)).toEqual(["  "]);
  });

  it("knows how alike lines are", () => {
    expect(likeness("a b c", "a b c")).toBe(1);
    expect(likeness("a b c d", "a b c x")).toBeCloseTo(0.75);
    expect(likeness("", "a")).toBe(0);
  });
});
