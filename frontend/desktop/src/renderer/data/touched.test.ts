import { expect, it } from "vitest";
import { touchedBy } from "./touched.ts";

const keys = (name: string, projectId: string | null = null, body: Record<string, unknown> = {}) =>
  touchedBy({ name, project_id: projectId, body });

it("touches answers of the event's own project, and lists that hold several projects'", () => {
  expect(keys("repo.synced", "p1")).toEqual([["sync", "p1"], ["manifest", "p1"], ["files", "p1"], ["projects"], ["activity", "p1"]]);
  expect(keys("notification.added")).toEqual([["notifications"]]);
});

it("follows a job's end to what such a job works on", () => {
  expect(keys("job.ended", "p1", { kind: "refactor.rename", status: "failed" })).toEqual([["jobs"]]);
  expect(keys("job.ended", "p1", { kind: "preview.build", status: "failed" })).toContainEqual(["previews", "p1"]);
  expect(keys("job.ended", "p1", { kind: "ai.run", status: "cancelled" })).toContainEqual(["ai", "p1"]);
});

it("leaves everything alone on what it does not know", () => {
  expect(keys("weather.changed", "p1")).toEqual([]);
  expect(keys("job.ended", null, {})).toEqual([["jobs"]]);
});
