/** Colours code, line by line. Grammars are fetched when a file of their language is looked at. */
import { classHighlighter, highlightTree } from "@lezer/highlight";
import type { Language } from "@codemirror/language";
import type { Span } from "@shared/text/segments.ts";

type Parser = Language["parser"];
type Tree = ReturnType<Parser["parse"]>;

export type ColouredLines = readonly (readonly Span[])[];

const GRAMMARS: Readonly<Record<string, () => Promise<Parser>>> = {
  python: async () => (await import("@codemirror/lang-python")).pythonLanguage.parser,
  javascript: async () => (await import("@codemirror/lang-javascript")).jsxLanguage.parser,
  typescript: async () => (await import("@codemirror/lang-javascript")).typescriptLanguage.parser,
  tsx: async () => (await import("@codemirror/lang-javascript")).tsxLanguage.parser,
  json: async () => (await import("@codemirror/lang-json")).jsonLanguage.parser,
  css: async () => (await import("@codemirror/lang-css")).cssLanguage.parser,
  html: async () => (await import("@codemirror/lang-html")).htmlLanguage.parser,
  markdown: async () => (await import("@codemirror/lang-markdown")).markdownLanguage.parser,
  yaml: async () => (await import("@codemirror/lang-yaml")).yamlLanguage.parser,
  rust: async () => (await import("@codemirror/lang-rust")).rustLanguage.parser,
  go: async () => (await import("@codemirror/lang-go")).goLanguage.parser,
  java: async () => (await import("@codemirror/lang-java")).javaLanguage.parser,
  cpp: async () => (await import("@codemirror/lang-cpp")).cppLanguage.parser,
  sql: async () => (await import("@codemirror/lang-sql")).StandardSQL.language.parser,
};

const ENDINGS: Readonly<Record<string, string>> = {
  py: "python", pyi: "python", js: "javascript", jsx: "javascript", mjs: "javascript", cjs: "javascript", ts: "typescript",
  mts: "typescript", cts: "typescript", tsx: "tsx", json: "json", css: "css", html: "html", htm: "html", vue: "html",
  md: "markdown", markdown: "markdown", yml: "yaml", yaml: "yaml", rs: "rust", go: "go", java: "java", kt: "java", c: "cpp",
  h: "cpp", cc: "cpp", cpp: "cpp", hpp: "cpp", sql: "sql",
};

// Beyond this many characters colours cost more time than they are worth.
const LONGEST = 1_000_000;
// A frame has 16 ms; the rest of it belongs to scrolling.
const SLICE_MS = 8;

/** The language of a file by its name; null when there is no grammar for it. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.includes(".") ? (ENDINGS[name.slice(name.lastIndexOf(".") + 1)] ?? null) : null;
}

/** The colours of every line, or null where none can be given. Works in slices, so that nobody has to wait. */
export async function colourLines(path: string, text: string): Promise<ColouredLines | null> {
  const grammar = GRAMMARS[languageOf(path) ?? ""];
  if (grammar === undefined || text.length > LONGEST) return null;
  const tree = await parse(await grammar(), text);
  return lines(tree, text);
}

async function parse(parser: Parser, text: string): Promise<Tree> {
  const work = parser.startParse(text);
  let sliceEnds = performance.now() + SLICE_MS;
  for (;;) {
    const tree = work.advance();
    if (tree !== null) return tree;
    if (performance.now() > sliceEnds) {
      await new Promise((resolve) => setTimeout(resolve));
      sliceEnds = performance.now() + SLICE_MS;
    }
  }
}

function lines(tree: Tree, text: string): ColouredLines {
  const found: Span[][] = [[]];
  let lineFrom = 0;
  let lineTo = endOf(text, 0);
  highlightTree(tree, classHighlighter, (from, to, name) => {
    let at = from;
    while (at < to) {
      while (at > lineTo) {
        lineFrom = lineTo + 1;
        lineTo = endOf(text, lineFrom);
        found.push([]);
      }
      const end = Math.min(to, lineTo);
      if (end > at) found.at(-1)?.push({ from: at - lineFrom, to: end - lineFrom, name });
      at = end + 1;
    }
  });
  return found;
}

function endOf(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
