import { expect, it } from "vitest";
import type { ProjectOut } from "@shared/api/schema.ts";
import { nameTwice } from "./preview-settings.tsx";
import { patchOf } from "./repository-form.tsx";

const project = { name: "Shop", repo_url: "https://example.org/shop.git", default_branch: "main", team_id: null } as ProjectOut;
const draft = { name: "Shop", address: "https://example.org/shop.git", branch: "main", teamId: null };

it("writes only what differs, and empties nothing that cannot be empty", () => {
  expect(patchOf(project, draft)).toEqual({});
  expect(patchOf(project, { ...draft, name: " Store ", address: " ", branch: "" })).toEqual({ name: "Store" });
  expect(patchOf(project, { ...draft, address: "ssh://git@example.org/shop.git", teamId: "t" })).toEqual({
    repo_url: "ssh://git@example.org/shop.git",
    team_id: "t",
  });
});

it("finds a variable that is there twice", () => {
  const named = (...names: string[]) => names.map((name) => ({ name, value: "" }));
  expect(nameTwice(named("A", "B", " A"))).toBe("A");
  expect(nameTwice(named("", "", "A"))).toBeNull();
});
