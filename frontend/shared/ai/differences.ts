/** Where two plain values differ: for showing why a replay is not the same. Pure. */
export interface Difference {
  /** "suggestions[0].text" */
  readonly at: string;
  readonly before: string;
  readonly after: string;
}

/** The first differences, in the order of the first value's fields. */
export function differences(before: unknown, after: unknown, most = 20): Difference[] {
  const found: Difference[] = [];
  const visit = (at: string, left: unknown, right: unknown): void => {
    if (found.length >= most || Object.is(left, right)) return;
    if (!isCompound(left) || !isCompound(right) || Array.isArray(left) !== Array.isArray(right)) {
      if (JSON.stringify(left) !== JSON.stringify(right)) found.push({ at: at === "" ? "(all)" : at, before: say(left), after: say(right) });
      return;
    }
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    for (const name of names) {
      const here = Array.isArray(left) ? `${at}[${name}]` : at === "" ? name : `${at}.${name}`;
      visit(here, left[name], right[name]);
    }
  };
  visit("", before, after);
  return found;
}

function isCompound(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function say(value: unknown): string {
  return value === undefined ? "(absent)" : JSON.stringify(value);
}
