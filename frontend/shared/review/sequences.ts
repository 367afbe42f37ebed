/** Where two sequences differ: items [oldFrom, oldTo) became items [newFrom, newTo). */
export interface Run {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
}

// Beyond this many insertions and deletions a comparison tells a reader nothing, and its memory grows with the square.
const MOST_EDITS = 400;

/** The shortest list of changed runs (Myers), or one run over everything where the two have too little in common. */
export function changedRuns(before: readonly string[], after: readonly string[], mostEdits = MOST_EDITS): readonly Run[] {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  if (old.length === 0 && now.length === 0) return [];
  const whole: Run = { oldFrom: head, oldTo: head + old.length, newFrom: head, newTo: head + now.length };
  if (old.length === 0 || now.length === 0) return [whole];
  const trace = search(old, now, mostEdits);
  if (trace === null) return [whole];
  return runsOf(trace, old.length, now.length).map((run) => ({
    oldFrom: run.oldFrom + head,
    oldTo: run.oldTo + head,
    newFrom: run.newFrom + head,
    newTo: run.newTo + head,
  }));
}

/** The furthest reaching paths of every round, or null when more rounds would be needed than are allowed. */
function search(old: readonly string[], now: readonly string[], mostEdits: number): Int32Array[] | null {
  const most = Math.min(old.length + now.length, mostEdits);
  const middle = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const below = reach[middle + diagonal + 1] ?? 0;
      const beside = reach[middle + diagonal - 1] ?? 0;
      let x = diagonal === -edits || (diagonal !== edits && beside < below) ? below : beside + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      reach[middle + diagonal] = x;
      if (x >= old.length && x - diagonal >= now.length) return trace;
    }
  }
  return null;
}

/** Walk the trace back and join single edits that touch. */
function runsOf(trace: readonly Int32Array[], oldLength: number, newLength: number): Run[] {
  const runs: Run[] = [];
  let x = oldLength;
  let y = newLength;
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const reach = trace[edits] ?? new Int32Array();
    const at = (diagonal: number) => reach[diagonal + edits + 1] ?? 0;
    const diagonal = x - y;
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = at(from);
    const fromY = fromX - from;
    const run: Run = { oldFrom: fromX, oldTo: isDown ? fromX : fromX + 1, newFrom: fromY, newTo: isDown ? fromY + 1 : fromY };
    const next = runs.at(-1);
    if (next !== undefined && next.oldFrom === run.oldTo && next.newFrom === run.newTo) {
      runs[runs.length - 1] = { ...next, oldFrom: run.oldFrom, newFrom: run.newFrom };
    } else {
      runs.push(run);
    }
    x = fromX;
    y = fromY;
  }
  return runs.toReversed();
}
