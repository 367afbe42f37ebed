import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { pagePolicy } from "./policy.ts";

it("the app's pages have the very policy that the server gives them", () => {
  const source = readFileSync(join(import.meta.dirname, "../../../../../backend/app/api/pages.py"), "utf8");
  const written = /_WORKBENCH_CSP = \(([^)]*)\)/u.exec(source)?.[1] ?? "";
  const policy = [...written.matchAll(/"([^"]*)"/gu)].map((match) => match[1]).join("");
  expect(pagePolicy("{nonce}")).toBe(policy);
});
