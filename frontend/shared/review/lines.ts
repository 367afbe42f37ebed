/** Texts as lines. They end at a line feed only, as the server counts them: a lone carriage return ends none. */

export type LineEnd = "lf" | "crlf" | "none";

export interface Line {
  readonly text: string;
  readonly end: LineEnd;
}

export function splitLines(text: string): readonly Line[] {
  if (text === "") return [];
  const parts = text.split("\n");
  const last = parts.pop() ?? "";
  const lines = parts.map((part): Line => (part.endsWith("\r") ? { text: part.slice(0, -1), end: "crlf" } : { text: part, end: "lf" }));
  if (last !== "") lines.push({ text: last, end: "none" });
  return lines;
}

/** Whether two lines are the same to the byte. */
export function key(line: Line): string {
  return `${line.end}:${line.text}`;
}
