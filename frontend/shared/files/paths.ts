/** What the paths of a repository say, and the lines that an address names. Pure. */

/** `src/a.py`: `a.py`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `src/a.py`: `src`; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** `src/App.TSX`: `tsx`; null for a name without a dot. */
export function endingOf(path: string): string | null {
  const name = nameOf(path).toLowerCase();
  const dot = name.lastIndexOf(".");
  return dot === -1 ? null : name.slice(dot + 1);
}

export function isMarkdown(path: string): boolean {
  return /\.(md|markdown)$/i.test(path);
}

/** A line's number, as a word of an address gives it; null for whatever is none. */
export function lineNumber(word: string | undefined): number | null {
  return word !== undefined && /^[1-9]\d{0,7}$/.test(word) ? Number(word) : null;
}
