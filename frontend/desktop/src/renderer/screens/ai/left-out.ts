import type { LeftOutOut } from "@shared/api/schema.ts";

/** A plain object of which nothing is known; an empty one in place of anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Files that were left out and why, as records and errors tell of them. */
export function asLeftOut(value: unknown): LeftOutOut[] {
  if (!Array.isArray(value)) return [];
  return value.map(asRecord).map((one) => ({ path: asText(one["path"]), reason: asText(one["reason"]) }));
}
