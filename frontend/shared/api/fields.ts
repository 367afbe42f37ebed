import { asApiError, type ApiError } from "./errors.ts";

/** What is wrong with which field. Empty where an error is about none of them. */
export type FieldErrors = Readonly<Partial<Record<string, string>>>;

/**
 * Place an error at the fields of a form. The server lists what is wrong with a request, field by field; what it refuses
 * for a reason of its own is placed by `whole`.
 */
export function fieldErrors(error: unknown, fields: readonly string[], whole: (error: ApiError) => string | null = () => null): FieldErrors {
  if (error === null || error === undefined) return {};
  const failure = asApiError(error);
  const found: Record<string, string> = {};
  for (const { field, problem } of problemsOf(failure.details["problems"])) {
    // Of a list, the element at fault is named too.
    const [name = ""] = field.split(".");
    if (fields.includes(name)) found[name] ??= sentence(problem);
  }
  if (Object.keys(found).length > 0) return found;
  const name = whole(failure);
  return name === null ? {} : { [name]: failure.message };
}

/** Whether what was asked for cannot be, because its address has parts that no address has: an id that is none, say. */
export function isNowhere(error: unknown): boolean {
  const failure = asApiError(error);
  const problems = problemsOf(failure.details["problems"]);
  return failure.status === 422 && problems.length > 0 && problems.every(({ field }) => field.startsWith("path."));
}

interface Problem {
  field: string;
  problem: string;
}

function problemsOf(value: unknown): readonly Problem[] {
  return Array.isArray(value) ? value.filter(isProblem) : [];
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "field" in value && "problem" in value && [value.field, value.problem].every((each) => typeof each === "string");
}

function sentence(text: string): string {
  const begun = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
