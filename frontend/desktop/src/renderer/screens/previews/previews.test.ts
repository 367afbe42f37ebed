import { expect, test } from "vitest";
import { placeOf } from "./failed-build.tsx";
import { sessionName, sessionState } from "./session-table.tsx";
import { sessionOf, type Draft } from "./start-dialog.tsx";
import { timeLeft } from "./token-panel.tsx";
import { isWebLink } from "./ways.tsx";

const draft = (part: Partial<Draft>): Draft => ({
  platform: "ios", source: "worker", ref: "", devUrl: "", directory: "", container: null, containerVersion: "", bytecode: false, ...part,
});

test("a session is asked for with what its source can use", () => {
  const filled = draft({ ref: " main ", devUrl: "http://10.0.0.2:8081", directory: "apps/a", bytecode: true, container: "expo-go", containerVersion: "54" });
  expect(sessionOf("p", filled)).toEqual({
    project_id: "p", platform: "ios", source: "worker", bytecode: true, git_ref: "main", directory: "apps/a", container: "expo-go", container_version: "54",
  });
  expect(sessionOf("p", { ...filled, source: "upload" })).toEqual({ project_id: "p", platform: "ios", source: "upload", bytecode: false, git_ref: "main" });
  expect(sessionOf("p", { ...filled, source: "dev_url" })).toEqual({
    project_id: "p", platform: "ios", source: "dev_url", bytecode: false, dev_url: "http://10.0.0.2:8081",
  });
});

test("there is no bytecode for browsers", () => {
  expect(sessionOf("p", draft({ platform: "web", bytecode: true })).bytecode).toBe(false);
});

test("a code's time counts down to nothing", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  expect(timeLeft(new Date("2026-01-01T00:05:00Z"), now)).toBe("5:00");
  expect(timeLeft(new Date("2026-01-01T00:00:09.2Z"), now)).toBe("0:10");
  expect(timeLeft(now, now)).toBeNull();
});

test("a live session whose time is over has expired; a revoked one stays revoked", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  expect(sessionState({ status: "live", expires_at: "2026-01-01T00:00:00Z" }, now)).toBe("expired");
  expect(sessionState({ status: "live", expires_at: "2026-01-01T00:00:01Z" }, now)).toBe("live");
  expect(sessionState({ status: "revoked", expires_at: "2025-01-01T00:00:00Z" }, now)).toBe("revoked");
});

test("a session's name shortens a commit and shows what would deceive", () => {
  expect(sessionName({ git_ref: "a".repeat(40), id: "x-123456" })).toBe("aaaaaaaaaa · 123456");
  expect(sessionName({ git_ref: "fix\u202e", id: "x-123456" })).toContain("U+202E");
});

test("a failure's place is read from whatever the details hold", () => {
  const place = placeOf({ file: "App.tsx", line: 3, column: "x", excerpt: null, reason: "json", found: ["a"] });
  expect(place).toEqual({ file: "App.tsx", line: 3, column: null, excerpt: null, missing: null, rest: [["reason", "json"], ["found", '["a"]']] });
});

test("what a failure has no words for is left out", () => {
  const place = placeOf({ file: "main.jsbundle", line: 15, excerpt: "", directory: "", reason: "no_package" });
  expect(place).toMatchObject({ excerpt: null, rest: [["reason", "no_package"]] });
});

test("only pages of the web are followed", () => {
  expect(isWebLink("https://example.org")).toBe(true);
  expect(isWebLink("javascript:alert(1)")).toBe(false);
  expect(isWebLink("exp+shop://expo-development-client/")).toBe(false);
});
