import type { ApiError } from "@shared/api/errors.ts";

/** The fields of a project's forms, as the server calls them. */
export const FIELDS = ["repo_url", "name", "default_branch"];

/** Which of them is refused, where a request is refused as a whole. */
export function refusedField({ code, details }: ApiError): string | null {
  if (code === "REPO_URL_REFUSED") return "repo_url";
  return "branch" in details ? "default_branch" : null;
}
