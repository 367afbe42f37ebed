import { expect, it } from "vitest";
import { resolveInRepository } from "./resolve.ts";

it.each([
  ["docs", "guide.md", "docs/guide.md"],
  ["docs", "../LICENSE", "LICENSE"],
  ["docs", "/src/a.ts#L3", "src/a.ts"],
  ["", "./a%20b.md?raw=1", "a b.md"],
])("in %s the address %s is %s", (folder, address, path) => {
  expect(resolveInRepository(folder, address)).toBe(path);
});

it.each(["https://example.com/a", "javascript:alert(1)", "//example.com/a", "#top", "../../etc/passwd", "%zz", "", ".."])(
  "%s leads nowhere in the repository",
  (address) => {
    expect(resolveInRepository("docs", address)).toBeNull();
  },
);
