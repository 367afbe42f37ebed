import type { BridgeError } from "../bridge.ts";

/** Something a person can act on, with a code, as everywhere in the product. */
export class ShellError extends Error {
  override readonly name = "ShellError";

  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** What the page may know of an error: a bug of the shell shows neither paths nor a trace. */
export function describeError(error: unknown): BridgeError {
  if (error instanceof ShellError) return { code: error.code, message: error.message, details: error.details };
  return { code: "SHELL_FAILED", message: "The desktop app could not do this. Its log says why.", details: {} };
}
