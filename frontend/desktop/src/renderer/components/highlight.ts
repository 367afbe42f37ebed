/** Colours code, line by line. */
import { classHighlighter, highlightTree } from "@lezer/highlight";
import type { Language } from "@codemirror/language";
import type { Span } from "@shared/text/segments.ts";
import { grammarFor } from "./code/grammars.ts";

type Parser = Language["parser"];
type Tree = ReturnType<Parser["parse"]>;

export type ColouredLines = readonly (readonly Span[])[];

// Beyond this many characters colours cost more time than they are worth.
const LONGEST = 1_000_000;
// A frame has 16 ms; the rest of it belongs to scrolling.
const SLICE_MS = 8;

/** The colours of every line, or null where none can be given. Works in slices, so that nobody has to wait. */
export async function colourLines(path: string, text: string): Promise<ColouredLines | null> {
  const grammar = text.length > LONGEST ? null : await grammarFor(path);
  return grammar === null ? null : lines(await parse(grammar.language.parser, text), text);
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
