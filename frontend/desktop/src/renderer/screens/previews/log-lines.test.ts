import { expect, test } from "vitest";
import { logLines, matches } from "./log-lines.ts";

test("terminals' escapes are taken out", () => {
  expect(logLines("\u001b[31merror\u001b[0m here\n\u001b]0;title\u0007next\n\u001b(Bthird")).toEqual(["error here", "next", "third"]);
});

test("a link keeps its words and loses its target", () => {
  expect(logLines("\u001b]8;;https://example.org\u001b\\words\u001b]8;;\u001b\\")).toEqual(["words"]);
});

test("a line that was written over is there once", () => {
  expect(logLines("10 %\r50 %\r100 %\r\nend\n")).toEqual(["100 %", "end"]);
});

test("no text has no lines", () => {
  expect(logLines("")).toEqual([]);
});

test("a search looks at no case", () => {
  expect(matches(["Error: a", "fine", "an error"], "ERROR")).toEqual([0, 2]);
  expect(matches(["a"], "")).toEqual([]);
});
