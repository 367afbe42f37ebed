import { expect, it } from "vitest";
import { nextOf } from "./gate.tsx";

it("goes on to an address of ours", () => {
  expect(nextOf({ next: "/projects/1/files?path=a%20b.py&line=3" })).toBe("/projects/1/files?path=a%20b.py&line=3");
  expect(nextOf({})).toBe("/projects");
});

it.each(["//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example", "/\t/elsewhere.example", "/\n/elsewhere.example", "https://elsewhere.example", "javascript:alert(1)"])(
  "never to one of anybody else's: %j",
  (next) => expect(nextOf({ next })).toBe("/projects"),
);

it("does not go round in a circle", () => {
  expect(nextOf({ next: "/sign-in?next=%2Fjobs" })).toBe("/projects");
});
