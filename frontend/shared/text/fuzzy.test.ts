import { describe, expect, it } from "vitest";
import { best, match } from "./fuzzy.ts";

const PATHS = ["README.md", "src/renderer/client.ts", "src/api/client.ts", "src/real/lace.ts", "docs/İstanbul.md"];

describe("finding by some letters", () => {
  it("wants all of them, in order", () => {
    expect(match("src/api/client.ts", "apicl")).not.toBeNull();
    expect(match("src/api/client.ts", "clapi")).toBeNull();
  });

  it("says which letters matched", () => {
    expect(match("src/api.ts", "api")?.at).toEqual([4, 5, 6]);
    expect(match("src/api.ts", "sat")?.at).toEqual([0, 4, 8]);
  });

  it("puts names before folders and the shorter path first", () => {
    expect(best(PATHS, "client", 9).map((one) => one.path)).toEqual(["src/api/client.ts", "src/renderer/client.ts"]);
    expect(best(PATHS, "rend cli", 9)[0]?.path).toBe("src/renderer/client.ts");
  });

  it("finds names whose small letters are longer", () => {
    expect(best(PATHS, "stanbul", 9).map((one) => one.path)).toEqual(["docs/İstanbul.md"]);
  });

  it("gives no more than wanted", () => {
    expect(best(PATHS, "", 2)).toHaveLength(2);
  });
});
