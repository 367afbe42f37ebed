/** Checks of values that come from outside: the page, the agent, files. */
import { ShellError } from "./errors.ts";

const CONTROL = /\p{Cc}/u;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text of one line. */
export function readText(value: unknown, name: string, longest: number): string {
  if (typeof value !== "string" || value === "" || value.length > longest || CONTROL.test(value)) throw refused(name);
  return value;
}

/** An id of the product or of the agent, safe as one segment of a path. */
export function readId(value: unknown, name: string): string {
  if (typeof value !== "string" || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/u.test(value)) throw refused(name);
  return value;
}

export function readChoice<T extends string>(value: unknown, name: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === value);
  if (found === undefined) throw refused(name);
  return found;
}

export function readFlag(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") throw refused(name);
  return value;
}

export function readSeconds(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 1 || value > 86_400) throw refused(name);
  return Math.floor(value);
}

/** A bearer token: visible ASCII only, so that it cannot break out of its header. */
export function readToken(value: unknown, name: string): string {
  if (typeof value !== "string" || !/^[\u0021-\u007e]{16,8192}$/u.test(value)) throw refused(name);
  return value;
}

function refused(name: string): ShellError {
  return new ShellError("VALIDATION_ERROR", `This is not a valid ${name}.`, { field: name });
}
