/** Filters of a list, as they stand in the address. */
export type Words = Readonly<Record<string, string | undefined>>;

/** The same words with some changed; what is empty leaves the address. */
export function changed(words: Words, change: Words): Record<string, string> {
  const next: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...words, ...change })) {
    if (value !== undefined && value !== "") next[name] = value;
  }
  return next;
}

/** Whole or fractional numbers only; what is no number asks for nothing. */
export function asNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function asBoolean(text: string | undefined): boolean | undefined {
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

/** A moment of the address (RFC 3339) as a field for local time shows it: `2026-05-01T08:30`. */
export function toLocal(moment: string | undefined): string {
  if (moment === undefined) return "";
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What such a field holds, as a moment in UTC; empty for what is no time. */
export function fromLocal(text: string): string {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? "" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

export const RANGES = { "1h": 3_600, "24h": 86_400, "7d": 604_800 } as const;
export type Range = keyof typeof RANGES;

export function asRange(text: string | undefined, usual: Range = "1h"): Range {
  return text !== undefined && Object.hasOwn(RANGES, text) ? (text as Range) : usual;
}

/** When a range that ends now began. */
export function rangeStart(range: Range, now: Date): string {
  return new Date(now.getTime() - RANGES[range] * 1000).toISOString();
}
