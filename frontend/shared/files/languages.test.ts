import { expect, it } from "vitest";
import { languageShares } from "./languages.ts";

const of = (...sizes: number[]) => Object.fromEntries(sizes.map((bytes, index) => [`l${index}`, { files: 1, bytes }]));

it("puts the largest first, with shares of the whole", () => {
  expect(languageShares(of(1, 3), "Other")).toEqual([
    { name: "l1", files: 1, share: 0.75 },
    { name: "l0", files: 1, share: 0.25 },
  ]);
});

it("gathers the small ones, but never a single one", () => {
  expect(languageShares(of(9, 8, 7, 6, 5, 4, 3), "Other").map((one) => one.name)).not.toContain("Other");
  const many = languageShares(of(9, 8, 7, 6, 5, 4, 3, 2), "Other");
  expect(many).toHaveLength(7);
  expect(many.at(-1)).toMatchObject({ name: "Other", files: 2 });
  expect(many.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1);
});

it("names as many as there is room for, and nothing that holds no bytes", () => {
  const found = languageShares(of(50, 20, 10, 10, 6, 4, 0), "rest", 4);
  expect(found.map((one) => one.name)).toEqual(["l0", "l1", "l2", "l3", "rest"]);
  expect(found.at(-1)).toMatchObject({ files: 2, share: 0.1 });
});

it("is empty where nothing is in a language", () => {
  expect(languageShares({}, "Other")).toEqual([]);
  expect(languageShares(of(0), "Other")).toEqual([]);
});
