import type { AiJobOut } from "@shared/api/schema.ts";
import { ai } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";

/** An amount as the API gives it, in dollars: "free", "$0.0123"; what is said where nobody knows the price. */
export function dollars(amount: string | null, unknown: string): string {
  if (amount === null) return unknown;
  const value = Number(amount);
  if (value === 0) return ai.free;
  return value < 0.01 ? `$${value.toFixed(4)}` : `$${value.toFixed(2)}`;
}

/** What a question did cost. A provider that used no tokens, as analysis without a model does, was paid nothing. */
export function costOf(job: AiJobOut): string {
  if (job.provider === null) return "–";
  const isUnpaid = job.cost_usd === null && job.input_tokens === 0 && job.output_tokens === 0;
  return isUnpaid ? ai.free : dollars(job.cost_usd, aiResult.unknown);
}
