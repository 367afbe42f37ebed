import { jobs as words } from "@/strings/admin-jobs.ts";
import { JOB_STATUSES, QUEUES, WORKER_TYPES, type JobFilter } from "./data.ts";
import type { FilterField } from "./parts/filters.tsx";
import { asBoolean, asNumber, type Words } from "./parts/search.ts";

export const KINDS = [
  "ai.run", "cleanup.run", "manifest.build", "preview.build", "preview.patch", "preview.receive", "proposal.apply",
  "refactor.move", "refactor.rename", "refactor.replace", "repo.remove", "repo.sync", "symbols.index",
] as const;

/** Every filter of the history; those that are seldom needed wait behind a button. */
export function jobFields(projects: readonly { value: string; label: string }[]): readonly FilterField[] {
  const label = words.filters;
  return [
    { name: "status", label: label.status, kind: "choice", options: JOB_STATUSES, width: 120 },
    { name: "queue", label: label.queue, kind: "choice", options: QUEUES, width: 140 },
    { name: "kind", label: label.kind, kind: "choice", options: KINDS },
    { name: "exhausted", label: label.exhausted, kind: "yes_no", width: 130 },
    { name: "stuck", label: label.stuck, kind: "yes_no", width: 90 },
    { name: "error_code", label: label.error_code, kind: "text", width: 190, placeholder: "REPO_UNREACHABLE" },
    { name: "project_id", label: label.project_id, kind: "choice", options: projects, width: 170 },
    { name: "worker_type", label: label.worker_type, kind: "choice", options: WORKER_TYPES, width: 120, isRare: true },
    { name: "worker_id", label: label.worker_id, kind: "text", width: 220, placeholder: words.idPlaceholder, isRare: true },
    { name: "user_id", label: label.user_id, kind: "text", width: 260, placeholder: words.userIdPlaceholder, isRare: true },
    { name: "min_attempts", label: label.min_attempts, kind: "number", width: 110, step: 1, isRare: true },
    { name: "min_failure_rate", label: label.min_failure_rate, kind: "number", width: 130, placeholder: words.ratePlaceholder, max: 1, step: 0.05, isRare: true },
    { name: "correlation_id", label: label.correlation_id, kind: "text", width: 260, isRare: true },
    { name: "created_from", label: label.created_from, kind: "moment", isRare: true },
    { name: "created_to", label: label.created_to, kind: "moment", isRare: true },
    { name: "finished_from", label: label.finished_from, kind: "moment", isRare: true },
    { name: "finished_to", label: label.finished_to, kind: "moment", isRare: true },
    { name: "cause", label: label.cause, kind: "text", width: 180, isRare: true },
  ];
}

const TEXTS = [
  "queue", "kind", "worker_type", "worker_id", "project_id", "user_id", "error_code", "correlation_id", "created_from",
  "created_to", "finished_from", "finished_to",
] as const;

/** What the words of the address ask the server for. `cause` is not among it: that is judged anew each time. */
export function jobFilter(search: Words): JobFilter {
  const filter: Record<string, string | number | boolean> = {};
  for (const name of TEXTS) {
    const value = search[name];
    if (value !== undefined) filter[name] = value;
  }
  const status = JOB_STATUSES.find((each) => each === search["status"]);
  if (status !== undefined) filter["status"] = status;
  for (const name of ["exhausted", "stuck"] as const) {
    const value = asBoolean(search[name]);
    if (value !== undefined) filter[name] = value;
  }
  for (const name of ["min_attempts", "min_failure_rate"] as const) {
    const value = asNumber(search[name]);
    if (value !== undefined) filter[name] = value;
  }
  return filter as JobFilter;
}

/** Frequent questions, as words of the address. */
export function presets(now: Date): readonly { name: string; label: string; search: Record<string, string> }[] {
  const hourAgo = new Date(now.getTime() - 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
  return [
    { name: "all", label: words.everything, search: {} },
    { name: "dead", label: words.dead, search: { status: "failed", exhausted: "true" } },
    { name: "stuck", label: words.stuck, search: { stuck: "true" } },
    { name: "failed", label: words.failedLastHour, search: { status: "failed", finished_from: hourAgo } },
    { name: "waiting", label: words.waiting, search: { status: "queued" } },
    { name: "running", label: words.running, search: { status: "running" } },
  ];
}

/** Whether the address asks just this; a moment counts by its name, since presets move with the time. */
export function isPreset(search: Words, preset: Readonly<Record<string, string>>): boolean {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  if (given.length !== Object.keys(preset).length) return false;
  return given.every(([name, value]) => name in preset && (name.endsWith("_from") || preset[name] === value));
}
