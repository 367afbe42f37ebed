import { expect, it } from "vitest";
import { endingOf, folderOf, isMarkdown, lineNumber, nameOf } from "./paths.ts";

it("takes paths apart", () => {
  expect([nameOf("src/a/b.py"), folderOf("src/a/b.py"), endingOf("src/a/B.PY")]).toEqual(["b.py", "src/a", "py"]);
  expect([nameOf("Makefile"), folderOf("Makefile"), endingOf("src.d/Makefile"), endingOf(".env")]).toEqual(["Makefile", "", null, "env"]);
  expect([isMarkdown("docs/README.MD"), isMarkdown("md"), isMarkdown("a.mdx")]).toEqual([true, false, false]);
});

it("takes only whole numbers from 1 for a line", () => {
  expect(["7", "0", "07", "1.5", "-1", "999999999", "x", undefined].map(lineNumber)).toEqual([7, null, null, null, null, null, null, null]);
});
