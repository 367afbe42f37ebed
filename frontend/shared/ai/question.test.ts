import { expect, it } from "vitest";
import { documentationBody, fileBody, gapOf, linesBody, visaBody, type Question } from "./question.ts";

const question = (given: Partial<Question>): Question => ({
  projectId: "p", kind: "file-summary", ref: null, paths: ["a.py", "b.py"], lines: null, text: "", ...given,
});

it("names one file, except for documentation", () => {
  expect(visaBody(question({}))).toEqual({ kind: "file-summary", project_id: "p", path: "a.py" });
  expect(documentationBody(question({ kind: "documentation" }))).toEqual({ project_id: "p", paths: ["a.py", "b.py"] });
});

it("leaves the paths out when documentation is for everything", () => {
  expect(documentationBody(question({ kind: "documentation", paths: [], ref: "main" }))).toEqual({ project_id: "p", ref: "main" });
});

it("sends lines and the question only with a comment on lines", () => {
  const lines = [3, 5] as const;
  expect(linesBody(question({ kind: "inline-comment", lines, text: " Why? " }))).toEqual({
    project_id: "p", path: "a.py", start_line: 3, end_line: 5, question: "Why?",
  });
  expect(linesBody(question({ kind: "inline-comment", lines, text: "  " }))).not.toHaveProperty("question");
  expect(fileBody(question({ kind: "rename-suggestions", lines, text: "x" }))).toEqual({ project_id: "p", path: "a.py" });
});

it("says what is missing", () => {
  expect(gapOf(question({ paths: [] }))).toBe("path");
  expect(gapOf(question({ kind: "documentation", paths: [] }))).toBeNull();
  expect(gapOf(question({ kind: "inline-comment" }))).toBe("lines");
  expect(gapOf(question({ kind: "inline-comment", lines: [5, 3] }))).toBe("lines");
  expect(gapOf(question({ kind: "inline-comment", lines: [3, 3] }))).toBeNull();
});
