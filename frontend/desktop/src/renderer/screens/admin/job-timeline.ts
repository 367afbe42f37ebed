import { duration } from "@/components/time.tsx";
import { job as words } from "@/strings/admin-jobs.ts";
import type { Effect, JobDetail } from "./data.ts";

export interface Moment {
  readonly at: string;
  readonly text: string;
  readonly note?: string;
}

/** What happened to a job, in order: its own moments, and what the effect ledger says about it. */
export function timeline(job: JobDetail, effects: readonly Effect[]): Moment[] {
  const moments: Moment[] = [{ at: job.created_at, text: words.created }];
  if (job.run_at > job.created_at && job.started_at === null) moments.push({ at: job.run_at, text: words.due });
  if (job.started_at !== null) {
    moments.push({ at: job.started_at, text: words.started, note: words.wait(between(job.created_at, job.started_at)) });
  }
  if (job.cancel_requested_at !== null) moments.push({ at: job.cancel_requested_at, text: words.cancelAsked });
  if (job.finished_at !== null) {
    const note = job.started_at === null ? {} : { note: words.ran(between(job.started_at, job.finished_at)) };
    moments.push({ at: job.finished_at, text: words.finished(job.status), ...note });
  }
  for (const effect of effects) moments.push({ at: effect.at, text: effect.summary });
  return moments.sort((left, right) => new Date(left.at).getTime() - new Date(right.at).getTime());
}

function between(from: string, to: string): string {
  return duration(Math.max(0, (new Date(to).getTime() - new Date(from).getTime()) / 1000));
}
