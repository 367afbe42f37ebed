import { ai } from "@/strings/ai.ts";

/** An amount as the API gives it, in dollars: "free", "$0.0123"; what is said where nobody knows the price. */
export function dollars(amount: string | null, unknown: string): string {
  if (amount === null) return unknown;
  const value = Number(amount);
  if (value === 0) return ai.free;
  return value < 0.01 ? `$${value.toFixed(4)}` : `$${value.toFixed(2)}`;
}
