import { expect, it } from "vitest";
import { languageOf } from "./code/grammars.ts";
import { colourLines } from "./highlight.ts";

async function told(path: string, text: string) {
  const lines = text.split("\n");
  const found = (await colourLines(path, text)) ?? [];
  return found.map((spans, index) => spans.map((span) => `${(lines[index] ?? "").slice(span.from, span.to)}:${span.name.replaceAll("tok-", "")}`));
}

it("colours every line of a string over several lines", async () => {
  expect(await told("a.py", '"""One\ntwo."""\n\n\ndef f():\n    return 1\n')).toEqual([
    ['"""One:string'],
    ['two.""":string'],
    [],
    [],
    expect.arrayContaining(["def:keyword", "f:variableName definition"]),
    expect.arrayContaining(["return:keyword", "1:number"]),
  ]);
});

it("knows languages by file names", async () => {
  expect(languageOf("src/App.TSX")).toBe("tsx");
  expect(languageOf("Makefile")).toBeNull();
  expect(languageOf(".env")).toBeNull();
  expect(languageOf("cmd/go")).toBeNull();
  expect(await colourLines("x.unknown", "x")).toBeNull();
});
