import { expect, test } from "vitest";
import { duration } from "./time.tsx";

test("what is short is not called nothing", () => {
  expect([0, 0.0002, 0.038, 0.1, 12, 125].map(duration)).toEqual(["0.0 s", "1 ms", "38 ms", "0.1 s", "12 s", "2 min 5 s"]);
});

test("what is nearly a minute is not sixty seconds of the one before", () => {
  expect([119.6, 179.7].map(duration)).toEqual(["2 min 0 s", "3 min 0 s"]);
});
