import { expect, it } from "vitest";
import { count, counted } from "./count.ts";

it("sets thousands apart and knows one from many", () => {
  expect([count(0), count(12_345)]).toEqual(["0", "12,345"]);
  expect([counted(1, "branch", "branches"), counted(2, "branch", "branches"), counted(1_000, "file")]).toEqual(["1 branch", "2 branches", "1,000 files"]);
});
