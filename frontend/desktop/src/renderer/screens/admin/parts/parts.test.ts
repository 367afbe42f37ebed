import { describe, expect, it } from "vitest";
import { bySeverity } from "../health.ts";
import { matching } from "../settings-filter.ts";
import { asBoolean, asNumber, asRange, changed, fromLocal, rangeStart, toLocal } from "./search.ts";
import { nextOrder, sorted } from "./sorting.ts";
import { stepped } from "./stepping.ts";

describe("words of the address", () => {
  it("changes some and drops what is empty", () => {
    expect(changed({ queue: "ai_jobs", kind: "ai.run" }, { kind: "", status: "failed" })).toEqual({ queue: "ai_jobs", status: "failed" });
  });

  it("reads numbers and truth, and asks for nothing where there is none", () => {
    expect([asNumber("0.25"), asNumber(""), asNumber("x"), asNumber("Infinity"), asNumber(undefined)]).toEqual([
      0.25, undefined, undefined, undefined, undefined,
    ]);
    expect([asBoolean("true"), asBoolean("false"), asBoolean("yes")]).toEqual([true, false, undefined]);
    expect([asRange("7d"), asRange("toString"), asRange(undefined)]).toEqual(["7d", "1h", "1h"]);
  });

  it("gives a moment back as it came, whatever the local time is", () => {
    expect(fromLocal(toLocal("2026-05-01T08:30:00Z"))).toBe("2026-05-01T08:30:00Z");
    expect([toLocal("tomorrow"), fromLocal(""), fromLocal("never")]).toEqual(["", "", ""]);
    expect(rangeStart("1h", new Date("2026-05-01T08:30:00Z"))).toBe("2026-05-01T07:30:00.000Z");
  });
});

describe("sorting", () => {
  it("puts what has no value last, whichever way", () => {
    const rows = [{ rate: 0.5 }, { rate: null }, { rate: 0.1 }];
    expect(sorted(rows, (row) => row.rate, false).map((row) => row.rate)).toEqual([0.1, 0.5, null]);
    expect(sorted(rows, (row) => row.rate, true).map((row) => row.rate)).toEqual([0.5, 0.1, null]);
    expect(sorted(rows, undefined, true)).toEqual(rows);
  });

  it("goes up, down, and back to how it came", () => {
    const up = nextOrder(null, "name");
    const down = nextOrder(up, "name");
    expect([up, down, nextOrder(down, "name"), nextOrder(down, "age")]).toEqual([
      { column: "name", isDown: false },
      { column: "name", isDown: true },
      null,
      { column: "age", isDown: false },
    ]);
  });
});

it("steps through a chart by keyboard, and stays within it", () => {
  expect([stepped("ArrowRight", 59, 59), stepped("ArrowLeft", 0, 59), stepped("PageDown", 59, 59), stepped("Home", 30, 59)]).toEqual([59, 0, 53, 0]);
  expect([stepped("Tab", 3, 59), stepped("End", 0, -1)]).toEqual([null, 0]);
});

it("puts what is down first, then what limps", () => {
  const check = (name: string, health: string) => ({ name, health, message: "", milliseconds: 0 });
  const found = bySeverity([check("a", "ok"), check("b", "degraded"), check("c", "failed"), check("d", "ok")]);
  expect(found.map(({ name }) => name)).toEqual(["c", "b", "a", "d"]);
});

it("finds settings in which every word occurs", () => {
  const setting = (name: string, description: string, is_default: boolean) => ({
    name, description, is_default, value: "", section: name.split("_")[0] ?? "", is_secret: false, fingerprint: null,
  });
  const all = [setting("AI_TIMEOUT", "How long to wait.", true), setting("REDIS_URL", "Where Redis waits.", false)];
  const names = (wanted: Partial<Parameters<typeof matching>[1]>) =>
    matching(all, { text: "", section: "", isChanged: false, ...wanted }).map(({ name }) => name);
  expect(names({ text: "  wait  LONG " })).toEqual(["AI_TIMEOUT"]);
  expect(names({ text: "wait" })).toHaveLength(2);
  expect(names({ isChanged: true })).toEqual(["REDIS_URL"]);
  expect(names({ section: "AI", isChanged: true })).toEqual([]);
});
