import type { components } from "@shared/api/schema.ts";

export type Check = components["schemas"]["FindingOut"];

const ORDER: Readonly<Record<string, number>> = { failed: 0, degraded: 1, ok: 2 };

/** What is down first, then what limps, then the rest in the order in which it was looked at. */
export function bySeverity(checks: readonly Check[]): Check[] {
  return [...checks].sort((left, right) => (ORDER[left.health] ?? 1) - (ORDER[right.health] ?? 1));
}
