import { describe, expect, it } from "vitest";
import { approval, decideMany, decideOne, initialDecisions, neighbour, nextUndecided, tally, tornApart, UNDECIDED } from "./decisions.ts";
import { fileOf, hunkOf } from "./fixtures.ts";
import { lineCounts, movedFrom, placedHunks, tiersOf } from "./proposal.ts";

const together = { together: "old.py" };
const files = [
  fileOf([
    hunkOf({ id: "a", old_start: 1, old_text: "x\n", new_text: "y\ny\n" }),
    hunkOf({ id: "b", old_start: 9, tier: "text", old_text: "x\n", new_text: "y\n" }),
    hunkOf({ id: "c", old_start: 20, selectable: false, tier: "conflict" }),
  ]),
  fileOf([hunkOf({ id: "gone", old_text: "x\n", details: together })], { path: "old.py", change: "delete" }),
  fileOf([hunkOf({ id: "come", new_text: "x\n", details: together })], { path: "new.py", change: "create" }),
  fileOf([hunkOf({ id: "ci", old_text: "x\n", new_text: "y\n" })], { path: ".github/ci.yml", confirm: true }),
  fileOf([hunkOf({ id: "bidi", old_text: "x\n", new_text: "\u202ey\n", is_deceptive: true })], { path: "evil.py" }),
];
const hunks = placedHunks(files);
const every = new Set(hunks.map(({ hunk }) => hunk.id));

describe("places", () => {
  it("count hunks through all files and lines through each", () => {
    expect(hunks.map((each) => [each.number, each.newStart])).toEqual([[1, 1], [2, 10], [3, 21], [4, 1], [5, 1], [6, 1], [7, 1]]);
    expect(tiersOf(hunks)).toEqual(["proven", "text"]);
    expect(lineCounts(files[0] ?? fileOf([]))).toEqual({ added: 3, removed: 2 });
  });

  it("know a file that moved", () => {
    expect(movedFrom(files[2] ?? fileOf([]), files)?.path).toBe("old.py");
    expect(movedFrom(files[0] ?? fileOf([]), files)).toBeNull();
  });
});

describe("decisions", () => {
  it("one hunk takes along what makes sense only with it", () => {
    const decided = decideOne(UNDECIDED, hunks, "gone", "approve");
    expect([...decided]).toEqual([["gone", "approve"], ["come", "approve"]]);
    expect(decideOne(decided, hunks, "come", null).size).toBe(0);
  });

  it("what cannot be chosen cannot be decided", () => {
    expect(decideOne(UNDECIDED, hunks, "c", "approve").size).toBe(0);
    expect(decideOne(UNDECIDED, hunks, "nobody", "approve").size).toBe(0);
  });

  it("approving all leaves out what must be looked at by itself", () => {
    const decided = decideMany(UNDECIDED, hunks, every, "approve");
    expect([...decided.keys()].sort()).toEqual(["a", "b", "come", "gone"]);
    expect(decideMany(UNDECIDED, hunks, every, "reject").size).toBe(6);
  });

  it("a tier takes its own hunks only", () => {
    const decided = decideMany(UNDECIDED, hunks, new Set(["b"]), "approve");
    expect([...decided.keys()]).toEqual(["b"]);
  });

  it("are counted, and sent by name", () => {
    const decided = decideOne(decideOne(UNDECIDED, hunks, "a", "approve"), hunks, "ci", "reject");
    expect(tally(decided, hunks)).toEqual({ approved: 1, rejected: 1, undecided: 4, total: 6 });
    expect(approval("d", decided, hunks)).toEqual({ digest: "d", hunks: ["a"] });
  });

  it("begin at what was chosen", () => {
    const chosen = placedHunks([fileOf([hunkOf({ id: "a", chosen: true }), hunkOf({ id: "b", old_start: 5 })])]);
    expect([...initialDecisions(chosen, true)]).toEqual([["a", "approve"], ["b", "reject"]]);
    expect(initialDecisions(chosen, false)).toBe(UNDECIDED);
  });

  it("tell what was torn apart", () => {
    const careful = placedHunks([
      fileOf([hunkOf({ id: "gone", details: together })], { path: "old.py" }),
      fileOf([hunkOf({ id: "come", details: together })], { path: ".github/new.py", confirm: true }),
    ]);
    const decided = decideOne(UNDECIDED, careful, "gone", "approve");
    expect(tornApart(decided, careful).map(({ hunk }) => hunk.id)).toEqual(["come"]);
    expect(tornApart(decideOne(decided, careful, "come", "approve"), careful)).toEqual([]);
    expect(decideMany(UNDECIDED, careful, new Set(["gone"]), "approve").size).toBe(0);
  });
});

describe("going from hunk to hunk", () => {
  it("stays at the ends", () => {
    expect(neighbour(hunks, null, 1)?.hunk.id).toBe("a");
    expect(neighbour(hunks, "a", 1)?.hunk.id).toBe("b");
    expect(neighbour(hunks, "a", -1)?.hunk.id).toBe("a");
    expect(neighbour(hunks, "bidi", 1)?.hunk.id).toBe("bidi");
    expect(neighbour([], null, 1)).toBeNull();
  });

  it("goes on to what is undecided", () => {
    const decided = decideMany(UNDECIDED, hunks, every, "approve");
    expect(nextUndecided(decided, hunks, "a")?.hunk.id).toBe("ci");
    expect(nextUndecided(decideMany(UNDECIDED, hunks, every, "reject"), hunks, "a")).toBeNull();
  });
});
