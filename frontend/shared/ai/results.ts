/** What an AI job came to: the server describes it as a plain object, so its shape is read here, with doubt, once. */

/** One statement and the lines it rests on, or the reason why it rests on nothing. */
export interface Receipt {
  readonly text: string;
  readonly path: string;
  readonly blobId: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
  readonly quote: string;
  readonly isSupported: boolean;
  readonly reason: string | null;
}

/** What AI offers for one place. */
export interface Suggestion {
  readonly kind: string;
  readonly path: string;
  readonly symbol: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
  readonly text: string;
  readonly newName: string | null;
  readonly receipts: readonly Receipt[];
}

export interface Skipped {
  readonly path: string;
  readonly symbol: string | null;
  readonly reason: string;
}

export interface AiResult {
  readonly kind: string;
  readonly suggestions: readonly Suggestion[];
  readonly skipped: readonly Skipped[];
  readonly supported: number;
  readonly unsupported: number;
}

type Bag = Readonly<Record<string, unknown>>;

/** Read a result; null when there is none yet. What has another type than expected counts as absent. */
export function readResult(value: unknown): AiResult | null {
  if (!isBag(value)) return null;
  return {
    kind: text(value["kind"]) ?? "",
    suggestions: bags(value["suggestions"]).map(readSuggestion),
    skipped: bags(value["skipped"]).map((one) => ({
      path: text(one["path"]) ?? "",
      symbol: text(one["symbol"]),
      reason: text(one["reason"]) ?? "",
    })),
    supported: number(value["supported"]) ?? 0,
    unsupported: number(value["unsupported"]) ?? 0,
  };
}

function readSuggestion(value: Bag): Suggestion {
  return {
    kind: text(value["kind"]) ?? "",
    path: text(value["path"]) ?? "",
    symbol: text(value["symbol"]),
    startLine: number(value["start_line"]),
    endLine: number(value["end_line"]),
    text: text(value["text"]) ?? "",
    newName: text(value["new_name"]),
    receipts: readReceipts(value["receipts"]),
  };
}

/** Read receipts, also those that a proposal's hunk carries. */
export function readReceipts(value: unknown): Receipt[] {
  return bags(value).map((one) => ({
    text: text(one["text"]) ?? "",
    path: text(one["path"]) ?? "",
    blobId: text(one["blob_id"]),
    startLine: number(one["start_line"]),
    endLine: number(one["end_line"]),
    quote: text(one["quote"]) ?? "",
    isSupported: one["status"] === "supported",
    reason: text(one["reason"]),
  }));
}

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bags(value: unknown): Bag[] {
  return Array.isArray(value) ? value.filter(isBag) : [];
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
