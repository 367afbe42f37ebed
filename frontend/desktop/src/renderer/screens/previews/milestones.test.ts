import { expect, test } from "vitest";
import { stepsOf } from "./milestones.ts";

const states = (status: string, progress: number) => stepsOf({ status, progress }).map(({ state }) => state);

test.each([
  ["queued", 0, ["waiting", "waiting", "waiting", "waiting", "waiting"]],
  ["building", 0.1, ["active", "waiting", "waiting", "waiting", "waiting"]],
  ["building", 0.25, ["done", "active", "waiting", "waiting", "waiting"]],
  ["bundling", 0.5, ["done", "done", "active", "waiting", "waiting"]],
  ["uploading", 0.9, ["done", "done", "done", "active", "waiting"]],
  ["success", 1, ["done", "done", "done", "done", "done"]],
  ["failed", 0.5, ["done", "done", "failed", "waiting", "waiting"]],
  ["failed", 0, ["failed", "waiting", "waiting", "waiting", "waiting"]],
  ["cancelled", 0.25, ["done", "failed", "waiting", "waiting", "waiting"]],
])("%s at %f", (status, progress, expected) => {
  expect(states(status, progress)).toEqual(expected);
});
