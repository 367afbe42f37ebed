import { expect, test } from "vitest";
import { destinationOf } from "./destination.ts";

test.each([
  ["repo.sync", "/projects/$projectId"],
  ["ai.run", "/projects/$projectId/ai/$jobId"],
  ["refactor.move", "/projects/$projectId/rename/$jobId"],
  ["preview.build", "/projects/$projectId/previews/$jobId"],
  ["preview.receive.failed", "/projects/$projectId/previews/$jobId"],
  ["proposal.apply", "/projects/$projectId/reviews"],
])("a job of the kind %s leads to %s", (kind, to) => {
  expect(destinationOf(kind, "p", "j")?.to).toBe(to);
});

test("a proposal is the best place to go", () => {
  const found = destinationOf("proposal.ready", "p", null, "r");
  expect(found).toEqual({ to: "/projects/$projectId/reviews/$proposalId", params: { projectId: "p", jobId: "", proposalId: "r" } });
});

test("what has no screen leads nowhere", () => {
  expect(destinationOf("cleanup.run", "p", "j")).toBeNull();
  expect(destinationOf("preview.patch", "p", "j")).toBeNull();
  expect(destinationOf("ai.run", null, "j")).toBeNull();
});

test("without a job's id its project is the place", () => {
  expect(destinationOf("ai.finished", "p", null)?.to).toBe("/projects/$projectId");
});
