import { expect, it } from "vitest";
import { differences } from "./differences.ts";

it("names the places that differ, whatever their depth", () => {
  const before = { kind: "x", suggestions: [{ text: "a", line: 1 }], gone: true };
  const after = { kind: "x", suggestions: [{ text: "b", line: 1 }, { text: "c" }] };
  expect(differences(before, after)).toEqual([
    { at: "suggestions[0].text", before: '"a"', after: '"b"' },
    { at: "suggestions[1]", before: "(absent)", after: '{"text":"c"}' },
    { at: "gone", before: "true", after: "(absent)" },
  ]);
});

it("finds nothing between equal values, and stops where it should", () => {
  expect(differences({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
  expect(differences([1, 2, 3], [4, 5, 6], 2)).toHaveLength(2);
  expect(differences({ a: 1 }, [1])).toEqual([{ at: "(all)", before: '{"a":1}', after: "[1]" }]);
});
