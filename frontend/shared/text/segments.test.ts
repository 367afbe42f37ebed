import { expect, it } from "vitest";
import { segments } from "./segments.ts";

const told = (text: string, spans: Parameters<typeof segments>[1], changes: Parameters<typeof segments>[2]) =>
  segments(text, spans, changes).map(({ piece, name, isChanged }) => `${piece.text}/${name}${isChanged ? "!" : ""}`);

it("cuts a line at colours and at differences", () => {
  expect(told("def add(a)", [{ from: 0, to: 3, name: "k" }, { from: 4, to: 7, name: "f" }], [{ from: 4, to: 6 }])).toEqual([
    "def/k", " /", "ad/f!", "d/f", "(a)/",
  ]);
  expect(told("plain", [], [])).toEqual(["plain/"]);
  expect(told("", [{ from: 0, to: 3, name: "k" }], [])).toEqual([]);
});

it("keeps a hidden character and right-to-left letters whole", () => {
  expect(told("a\u202eb", [{ from: 0, to: 3, name: "k" }], [{ from: 1, to: 2 }])).toEqual(["a/k", "\u202e/k!", "b/k"]);
  expect(told("x אבג", [], [{ from: 3, to: 4 }])).toEqual(["x /", "אבג/"]);
});
