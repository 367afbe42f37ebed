import type { QueryKey } from "@tanstack/react-query";
import type { LiveEvent } from "@shared/live/events.ts";

/** Which answers an event makes old, by the first word of its name and the first words of the answers' query keys. */
const TOUCHED: Readonly<Record<string, readonly string[]>> = {
  ai: ["ai", "jobs", "proposals", "activity"],
  job: ["jobs"],
  manifest: ["manifest", "files", "sync", "projects"],
  notification: ["notifications"],
  preview: ["previews", "jobs", "manifest", "activity"],
  project: ["projects", "activity"],
  proposal: ["proposals", "activity", "sync"],
  repo: ["sync", "manifest", "files", "projects", "activity"],
};

/** Keys that begin with these words go on with a project's id: another project's answers stay as they are. */
const OF_PROJECT = new Set(["activity", "ai", "files", "manifest", "previews", "proposals", "sync"]);

/** The beginnings of the keys of those answers. A job's end touches what a job of its kind works on, whichever way it ended. */
export function touchedBy({ name, project_id: projectId, body }: Pick<LiveEvent, "name" | "project_id" | "body">): QueryKey[] {
  const words = TOUCHED[firstWord(name)] ?? [];
  const worked = name === "job.ended" ? (TOUCHED[firstWord(body["kind"])] ?? []) : [];
  return [...new Set([...words, ...worked])].map((word) => (projectId !== null && OF_PROJECT.has(word) ? [word, projectId] : [word]));
}

function firstWord(name: unknown): string {
  return typeof name === "string" ? (name.split(".")[0] ?? "") : "";
}
