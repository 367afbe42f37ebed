import { expect, it } from "vitest";
import type { Effect, JobDetail } from "./data.ts";
import { timeline } from "./job-timeline.ts";

const JOB: JobDetail = {
  attempt: 4, cancel_requested_at: null, cause: "attempts_exhausted", correlation_id: "c", created_at: "2026-05-01T08:00:00Z",
  error: null, exhausted: true, finished_at: "2026-05-01T08:01:00Z", gpu_required: false, job_id: "j", kind: "repo.sync",
  lease_until: null, max_attempts: 4, payload: {}, phase: null, priority: 0, progress: 0, project_id: null, queue: "repo_sync",
  rescued: false, run_at: "2026-05-01T08:00:30Z", started_at: "2026-05-01T08:00:50Z", status: "failed", trace_parent: null,
  user_id: null, why: "", worker_id: null,
};
const RETRIED = { at: "2026-05-01T08:00:40.5Z", summary: "Ann retried it." } as Effect;

it("tells what happened to a job in order, its own moments and the ledger's", () => {
  const told = timeline(JOB, [RETRIED]);
  expect(told.map((moment) => moment.text)).toEqual(["Created", "Ann retried it.", "Last attempt started", "Ended: failed"]);
  expect(told[2]?.note).toBe("after waiting 50 s");
  expect(told[3]?.note).toBe("after running 10 s");
});

it("says when a job that has not begun is due", () => {
  const told = timeline({ ...JOB, started_at: null, finished_at: null, status: "queued" }, []);
  expect(told.map((moment) => moment.text)).toEqual(["Created", "Due"]);
});
