/** What a reviewer has decided so far, hunk by hunk, and what an approval of it must send. Pure. */
import { needsCare, unitOf, type PlacedHunk } from "./proposal.ts";

export type Verdict = "approve" | "reject";

/** By the hunk's id; a hunk that is not there is undecided. */
export type Decisions = ReadonlyMap<string, Verdict>;

export const UNDECIDED: Decisions = new Map();

/** Where a reviewer begins: at what was chosen, if somebody has approved already. */
export function initialDecisions(hunks: readonly PlacedHunk[], isDecided: boolean): Decisions {
  if (!isDecided) return UNDECIDED;
  return new Map(hunks.filter(({ hunk }) => hunk.selectable).map(({ hunk }) => [hunk.id, hunk.chosen ? "approve" : "reject"]));
}

/** Decide one hunk, and with it those that make sense only together with it. What needs care is decided by itself. */
export function decideOne(decisions: Decisions, hunks: readonly PlacedHunk[], id: string, verdict: Verdict | null): Decisions {
  const wanted = hunks.find(({ hunk }) => hunk.id === id);
  if (wanted === undefined || !wanted.hunk.selectable) return decisions;
  const unit = unitOf(wanted.hunk);
  const others = unit === null ? [] : hunks.filter((each) => each.hunk.selectable && unitOf(each.hunk) === unit);
  const changed = [wanted, ...others.filter((each) => verdict !== "approve" || !needsCare(each))];
  return set(decisions, changed, verdict);
}

/** Decide many at once: a tier, a file, everything. What needs care, and what belongs to it, is never approved so. */
export function decideMany(decisions: Decisions, hunks: readonly PlacedHunk[], ids: ReadonlySet<string>, verdict: Verdict): Decisions {
  const units = new Set(hunks.filter(({ hunk }) => ids.has(hunk.id)).map(({ hunk }) => unitOf(hunk)));
  const isMeant = ({ hunk }: PlacedHunk) => hunk.selectable && (ids.has(hunk.id) || (unitOf(hunk) !== null && units.has(unitOf(hunk))));
  const meant = hunks.filter(isMeant);
  if (verdict === "reject") return set(decisions, meant, verdict);
  const careful = new Set(hunks.filter((each) => needsCare(each)).map(({ hunk }) => unitOf(hunk) ?? hunk.id));
  return set(decisions, meant.filter(({ hunk }) => !careful.has(unitOf(hunk) ?? hunk.id)), verdict);
}

function set(decisions: Decisions, changed: readonly PlacedHunk[], verdict: Verdict | null): Decisions {
  const next = new Map(decisions);
  for (const { hunk } of changed) {
    if (verdict === null) next.delete(hunk.id);
    else next.set(hunk.id, verdict);
  }
  return next;
}

export interface Tally {
  readonly approved: number;
  readonly rejected: number;
  readonly undecided: number;
  readonly total: number;
}

/** Count what can be decided. */
export function tally(decisions: Decisions, hunks: readonly PlacedHunk[]): Tally {
  const selectable = hunks.filter(({ hunk }) => hunk.selectable);
  const approved = selectable.filter(({ hunk }) => decisions.get(hunk.id) === "approve").length;
  const rejected = selectable.filter(({ hunk }) => decisions.get(hunk.id) === "reject").length;
  return { approved, rejected, undecided: selectable.length - approved - rejected, total: selectable.length };
}

export interface Approval {
  readonly digest: string;
  readonly hunks: string[];
}

/** What `approve` takes: always by name, so that files which can run commands are named too. */
export function approval(digest: string, decisions: Decisions, hunks: readonly PlacedHunk[]): Approval {
  const chosen = hunks.filter(({ hunk }) => hunk.selectable && decisions.get(hunk.id) === "approve");
  return { digest, hunks: chosen.map(({ hunk }) => hunk.id) };
}

/** Hunks that an approval would tear from those they make sense with; the server refuses that. */
export function tornApart(decisions: Decisions, hunks: readonly PlacedHunk[]): readonly PlacedHunk[] {
  const approvedUnits = new Set<string>();
  for (const { hunk } of hunks) {
    const unit = unitOf(hunk);
    if (unit !== null && hunk.selectable && decisions.get(hunk.id) === "approve") approvedUnits.add(unit);
  }
  return hunks.filter(({ hunk }) => {
    const unit = unitOf(hunk);
    return hunk.selectable && unit !== null && approvedUnits.has(unit) && decisions.get(hunk.id) !== "approve";
  });
}

/** The hunk to go to from one: the next or the one before, among those that are looked at; stays at the ends. */
export function neighbour(hunks: readonly PlacedHunk[], id: string | null, step: 1 | -1): PlacedHunk | null {
  if (hunks.length === 0) return null;
  const at = hunks.findIndex(({ hunk }) => hunk.id === id);
  if (at === -1) return (step === 1 ? hunks[0] : hunks.at(-1)) ?? null;
  return hunks[Math.min(Math.max(at + step, 0), hunks.length - 1)] ?? null;
}

/** Where to go after a decision: the next undecided hunk behind this one, else the first; null when none is left. */
export function nextUndecided(decisions: Decisions, hunks: readonly PlacedHunk[], id: string): PlacedHunk | null {
  const at = hunks.findIndex(({ hunk }) => hunk.id === id);
  const ordered = [...hunks.slice(at + 1), ...hunks.slice(0, Math.max(at, 0))];
  return ordered.find(({ hunk }) => hunk.selectable && !decisions.has(hunk.id)) ?? null;
}
