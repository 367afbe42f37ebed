/** What a reviewer has decided and not yet submitted. Kept while the tab is open: going elsewhere, or loading it anew, loses nothing. */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { initialDecisions, type Decisions } from "@shared/review/decisions.ts";
import { read, written } from "@shared/review/drafts.ts";
import type { PlacedHunk, Proposal } from "@shared/review/proposal.ts";
import { useSession } from "@/data/session.ts";

const STORED = "hivesync.review.drafts";

const kept = read(fromLastTime());
const listeners = new Set<() => void>();

// Once, when the page goes: a decision is a key pressed, and there may be thousands.
globalThis.addEventListener("pagehide", () => {
  try {
    globalThis.sessionStorage.setItem(STORED, written(kept));
  } catch {
    // No storage, or a full one: then they last as long as the page.
  }
});

function fromLastTime(): string | null {
  try {
    return globalThis.sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function store(key: string, decisions: Decisions | null): void {
  if (decisions === null) kept.delete(key);
  else kept.set(key, decisions);
  for (const listener of listeners) listener();
}

/** Decisions are bound to a person, and to bytes as approvals are: another digest begins anew. */
export function useDecisions(proposal: Proposal, hunks: readonly PlacedHunk[]) {
  const { user } = useSession();
  const key = `${user?.id} ${proposal.id} ${proposal.digest} ${proposal.status} ${proposal.approved_at ?? ""}`;
  const stored = useSyncExternalStore(subscribe, () => kept.get(key));
  const isDecided = ["approved", "applied", "reverted"].includes(proposal.status);
  const initial = useMemo(() => initialDecisions(hunks, isDecided), [hunks, isDecided]);
  const change = useCallback((next: (before: Decisions) => Decisions) => store(key, next(kept.get(key) ?? initial)), [key, initial]);
  const forget = useCallback(() => store(key, null), [key]);
  return { decisions: stored ?? initial, isTouched: stored !== undefined, change, forget };
}
