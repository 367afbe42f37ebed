/** Decisions that were not submitted, as text that a browser keeps while its tab is open. Pure. */
import type { Decisions, Verdict } from "./decisions.ts";

export type Drafts = ReadonlyMap<string, Decisions>;

/** Drafts as text. One without a decision says that all were taken back, and is kept like the others. */
export function written(drafts: Drafts): string {
  return JSON.stringify([...drafts].map(([key, decisions]) => [key, [...decisions]]));
}

/** What `written` made. Of anything else only what has its shape is taken: a page's storage is anybody's. */
export function read(text: string | null): Map<string, Decisions> {
  return new Map(pairs(parsed(text)).map(([key, decisions]) => [key, new Map(pairs(decisions).filter(isDecision))]));
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
}

function pairs(value: unknown): [string, unknown][] {
  if (!Array.isArray(value)) return [];
  return value.filter((pair): pair is [string, unknown] => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string");
}

function isDecision(pair: [string, unknown]): pair is [string, Verdict] {
  return pair[1] === "approve" || pair[1] === "reject";
}
