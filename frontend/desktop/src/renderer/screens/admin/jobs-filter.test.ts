import { describe, expect, it } from "vitest";
import { isPreset, jobFields, jobFilter, presets } from "./jobs-filter.ts";

describe("the filters of jobs", () => {
  it("asks with the types that the server wants, and leaves out what is nothing", () => {
    expect(jobFilter({ exhausted: "true", stuck: "maybe", min_attempts: "3", min_failure_rate: "x", status: "gone", queue: "ai_jobs" })).toEqual({
      exhausted: true,
      min_attempts: 3,
      queue: "ai_jobs",
    });
  });

  it("asks the server for every field but the cause, which is judged as one looks", () => {
    const given = Object.fromEntries(
      jobFields([]).map(({ name, kind }) => [name, name === "status" ? "failed" : kind === "yes_no" ? "true" : "1"]),
    );
    const { cause, ...asked } = given;
    expect(cause).toBe("1");
    expect(Object.keys(jobFilter(given)).sort()).toEqual(Object.keys(asked).sort());
  });

  it("knows a preset again, an hour later too", () => {
    const [, dead, , hour] = presets(new Date("2026-05-01T08:30:00.123Z"));
    expect(hour?.search).toEqual({ status: "failed", finished_from: "2026-05-01T07:30:00Z" });
    expect(isPreset({ status: "failed", finished_from: "2026-05-01T06:00:00Z" }, hour?.search ?? {})).toBe(true);
    expect(isPreset({ status: "failed", exhausted: "true", queue: "ai_jobs" }, dead?.search ?? {})).toBe(false);
    expect(isPreset({ status: "failed", exhausted: "true", queue: undefined }, dead?.search ?? {})).toBe(true);
  });
});
