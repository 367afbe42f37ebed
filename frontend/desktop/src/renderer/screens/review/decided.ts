/** What a reviewer has decided and not yet submitted. Kept while the app is open: going elsewhere and back loses nothing. */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { initialDecisions, type Decisions } from "@shared/review/decisions.ts";
import type { PlacedHunk, Proposal } from "@shared/review/proposal.ts";

const kept = new Map<string, Decisions>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function store(key: string, decisions: Decisions | null): void {
  if (decisions === null) kept.delete(key);
  else kept.set(key, decisions);
  for (const listener of listeners) listener();
}

/** Decisions are bound to bytes, as approvals are: another digest begins anew. */
export function useDecisions(proposal: Proposal, hunks: readonly PlacedHunk[]) {
  const key = `${proposal.id} ${proposal.digest} ${proposal.status} ${proposal.approved_at ?? ""}`;
  const stored = useSyncExternalStore(subscribe, () => kept.get(key));
  const isDecided = ["approved", "applied", "reverted"].includes(proposal.status);
  const initial = useMemo(() => initialDecisions(hunks, isDecided), [hunks, isDecided]);
  const change = useCallback((next: (before: Decisions) => Decisions) => store(key, next(kept.get(key) ?? initial)), [key, initial]);
  const forget = useCallback(() => store(key, null), [key]);
  return { decisions: stored ?? initial, isTouched: stored !== undefined, change, forget };
}
