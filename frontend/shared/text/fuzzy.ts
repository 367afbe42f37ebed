/** Find a path by some of its letters, in order: `relc` finds `src/renderer/client.ts`. Pure. */

export interface Match {
  readonly path: string;
  readonly score: number;
  /** Places of the letters that matched, to be shown. */
  readonly at: readonly number[];
}

const SEPARATOR = /[/._\- ]/;

/** How well a path answers a query; null when the letters are not in it. Blanks in the query mean nothing. */
export function match(path: string, query: string): Match | null {
  const wanted = query.toLowerCase().replaceAll(" ", "");
  if (wanted === "") return { path, score: 0, at: [] };
  const lower = path.toLowerCase();
  if (lower.length !== path.length) return plainMatch(path, lower, wanted);
  const name = path.lastIndexOf("/") + 1;
  // Letters that stand together are what somebody meant: in the name first, then anywhere.
  for (const start of [lower.indexOf(wanted, name), lower.lastIndexOf(wanted)]) {
    if (start !== -1) return scored(path, Array.from(wanted, (_, index) => start + index), name);
  }
  const at = spread(lower, wanted, name) ?? spread(lower, wanted, 0);
  return at === null ? null : scored(path, at, name);
}

/** The best matches, best first; equal ones in the order they came. */
export function best(paths: Iterable<string>, query: string, limit: number): Match[] {
  const found: Match[] = [];
  for (const path of paths) {
    const one = match(path, query);
    if (one !== null) found.push(one);
  }
  return found.sort((a, b) => b.score - a.score || a.path.length - b.path.length).slice(0, limit);
}

function plainMatch(path: string, lower: string, wanted: string): Match | null {
  return lower.includes(wanted) ? { path, score: 1, at: [] } : null;
}

function spread(lower: string, wanted: string, from: number): number[] | null {
  const at: number[] = [];
  let next = from;
  for (const letter of wanted) {
    const found = lower.indexOf(letter, next);
    if (found === -1) return null;
    at.push(found);
    next = found + 1;
  }
  return at;
}

function scored(path: string, at: readonly number[], name: number): Match {
  let score = 0;
  at.forEach((place, index) => {
    if (place >= name) score += 2;
    if (index > 0 && at[index - 1] === place - 1) score += 3;
    const before = path[place - 1];
    if (before === undefined || SEPARATOR.test(before)) score += 4;
  });
  // Of two that match alike the one with less around it was meant.
  return { path, score: score - path.length / 200, at };
}
