/** A build's log as lines of plain text. Pure. */

// Terminals' escape sequences: colours and cursor moves (CSI), titles and links (OSC), and the short ones.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** Lines without terminals' escapes. Where a line was written over (a progress bar), its last state counts. */
export function logLines(text: string): string[] {
  const plain = text.replace(ESCAPES, "");
  const lines = plain.split("\n").map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The places of the lines that hold a text, whatever its case. */
export function matches(lines: readonly string[], text: string): number[] {
  const wanted = text.toLocaleLowerCase();
  if (wanted === "") return [];
  return lines.flatMap((line, place) => (line.toLocaleLowerCase().includes(wanted) ? [place] : []));
}
