import { expect, it } from "vitest";
import { refactor } from "@/strings/refactor.ts";
import { nameProblem } from "./names.ts";

const said = refactor.nameProblem;

it.each([
  ["python", "add_up", null],
  ["python", "größe", null],
  ["python", "", said.empty],
  ["python", "add", said.same],
  ["python", "2nd", said.form],
  ["python", "a-b", said.form],
  ["python", "a$", said.form],
  ["python", "a\u202eb", said.form],
  ["python", "lambda", said.keyword],
  ["typescript", "lambda", null],
  ["typescript", "$store", null],
  ["typescript", "yield", said.keyword],
  ["tsx", "yield", said.keyword],
  ["go", "yield", null],
  ["go", "x".repeat(201), said.long],
])("%s: %s", (language, name, problem) => {
  expect(nameProblem(language, "add", name)).toBe(problem);
});
