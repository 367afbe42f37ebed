import { describe, expect, it } from "vitest";
import type { AdminJob, JobFilter } from "./data.ts";
import { allowed, found, MOST_AT_ONCE, portions, statesFor } from "./jobs-bulk.ts";

function job(number: number, status: string, code: string | null = null, kind = "ai.run"): AdminJob {
  return {
    attempt: 1, cancel_requested_at: null, cause: "done", correlation_id: "c", created_at: "2026-05-01T08:00:00Z",
    error: code === null ? null : { code, message: "", details: {} },
    exhausted: false, finished_at: null, gpu_required: false, job_id: `job-${number}`, kind, lease_until: null,
    max_attempts: 5, phase: null, priority: 0, progress: 0, project_id: null, queue: "ai_jobs", rescued: false,
    run_at: "2026-05-01T08:00:00Z", started_at: null, status, user_id: null, why: "", worker_id: null,
  };
}

describe("what many are done to", () => {
  it("leaves those alone whose state does not allow it", () => {
    const chosen = allowed("retry", [job(1, "failed"), job(2, "success"), job(3, "cancelled"), job(4, "running")]);
    expect(chosen.jobs.map((each) => each.job_id)).toEqual(["job-1", "job-3"]);
    expect(chosen.left).toBe(2);
    expect(allowed("cancel", [job(1, "failed"), job(2, "queued")]).jobs).toHaveLength(1);
  });

  it("brings back what was cancelled only where the filter names it", () => {
    expect(statesFor("retry", { queue: "ai_jobs" })).toEqual(["failed"]);
    expect(statesFor("retry", { status: "cancelled" })).toEqual(["cancelled"]);
    expect(statesFor("retry", { status: "running" })).toEqual([]);
    expect(statesFor("cancel", {})).toEqual(["queued", "running"]);
  });

  it("reads page after page, in each state, and stops at the most", async () => {
    const asked: (readonly [JobFilter["status"], string | null])[] = [];
    const pages = Array.from({ length: 4 }, (_, page) => Array.from({ length: 200 }, (__, at) => job(page * 200 + at, "failed")));
    const chosen = await found("retry", { exhausted: true }, undefined, (filter, cursor) => {
      asked.push([filter.status, cursor]);
      const page = Number(cursor ?? 0);
      return Promise.resolve({ items: pages[page] ?? [], next_cursor: page < 3 ? String(page + 1) : null });
    });
    expect(asked).toEqual([["failed", null], ["failed", "1"], ["failed", "2"]]);
    expect(chosen.jobs).toHaveLength(MOST_AT_ONCE);
    expect(chosen.hasMore).toBe(true);
  });

  it("keeps only what is looked at, and says when that was all", async () => {
    const chosen = await found(
      "cancel",
      {},
      (each) => each.job_id === "job-2",
      (filter) => Promise.resolve({ items: [job(1, filter.status ?? ""), job(2, filter.status ?? "")], next_cursor: null }),
    );
    expect(chosen.jobs.map((each) => each.status)).toEqual(["queued", "running"]);
    expect(chosen.hasMore).toBe(false);
  });

  it("counts them by kind, state and error, the most first", () => {
    const counted = portions([job(1, "failed", "A"), job(2, "failed", "B"), job(3, "failed", "B"), job(4, "failed", "B", "repo.sync")]);
    expect(counted.map(({ kind, error, count }) => [kind, error, count])).toEqual([
      ["ai.run", "B", 2],
      ["ai.run", "A", 1],
      ["repo.sync", "B", 1],
    ]);
  });
});
