/** What somebody asks of AI, and the bodies it is sent as. */
import type { components } from "../api/schema.ts";

type Schemas = components["schemas"];
export type Kind = Schemas["VisaIn"]["kind"];

export interface Question {
  readonly projectId: string;
  readonly kind: Kind;
  readonly ref: string | null;
  /** Files and folders. None: the whole repository, for documentation alone. */
  readonly paths: readonly string[];
  /** For `inline-comment`. */
  readonly lines: readonly [start: number, end: number] | null;
  readonly text: string;
}

/** What still has to be said before it can be asked. */
export type Gap = "path" | "lines";

export function gapOf(question: Question): Gap | null {
  if (question.kind !== "documentation" && question.paths.length === 0) return "path";
  if (question.kind === "inline-comment" && !isRange(question.lines)) return "lines";
  return null;
}

function isRange(lines: Question["lines"]): lines is readonly [number, number] {
  return lines !== null && lines[0] >= 1 && lines[1] >= lines[0];
}

/** The body for `POST /ai/visa`; without `kind` it is the body for asking. */
export function visaBody(question: Question): Schemas["VisaIn"] {
  const { kind } = question;
  if (kind === "documentation") return { kind, ...documentationBody(question) };
  return { kind, ...(kind === "inline-comment" ? linesBody(question) : fileBody(question)) };
}

/** The body for a question about a file as a whole. */
export function fileBody(question: Question): Schemas["FileSummaryIn"] & Schemas["RenameSuggestionsIn"] {
  return { ...asked(question), path: question.paths[0] ?? "" };
}

export function linesBody(question: Question): Schemas["InlineCommentIn"] {
  const [start, end] = question.lines ?? [1, 1];
  const words = question.text.trim();
  return { ...fileBody(question), start_line: start, end_line: end, ...(words === "" ? {} : { question: words }) };
}

export function documentationBody(question: Question): Schemas["DocumentationIn"] {
  return { ...asked(question), ...(question.paths.length === 0 ? {} : { paths: [...question.paths] }) };
}

function asked({ projectId, ref }: Question): { project_id: string; ref?: string } {
  const name = ref?.trim() ?? "";
  return { project_id: projectId, ...(name === "" ? {} : { ref: name }) };
}
