import { expect, test } from "vitest";
import type { ProjectOut } from "@shared/api/schema.ts";
import { projectOf, suggestName, type Draft } from "./connect-form.tsx";
import { credentialsOf, NO_CREDENTIALS } from "./credential-fields.tsx";
import { searchProjects } from "./projects.tsx";

const draft = (part: Partial<Draft> = {}): Draft => ({
  name: "", address: "", branch: "", teamId: null, isPrivate: false, credentials: NO_CREDENTIALS, ...part,
});

test.each([
  ["https://example.org/team/shop.git", "shop"],
  ["git@example.org:team/shop.git/", "shop"],
  ["/srv/git/shop", "shop"],
  ["", ""],
])("the address %s suggests the name %s", (address, name) => {
  expect(suggestName(address)).toBe(name);
});

test("a project is asked for with what was filled in, and nothing else", () => {
  expect(projectOf("url", draft({ address: " https://example.org/shop.git " }))).toEqual({ name: "shop", repo_url: "https://example.org/shop.git" });
  expect(projectOf("url", draft({ address: "https://example.org/shop.git", branch: " " }))).not.toHaveProperty("default_branch");
  expect(projectOf("folder", draft({ name: "Shop", address: "left over", branch: "left over" }))).toEqual({ name: "Shop" });
});

test("credentials go with an address of a Git server only", () => {
  const credentials = { kind: "token" as const, username: "", secret: "t" };
  const filled = draft({ name: "Shop", address: "https://example.org/shop.git", isPrivate: true, credentials });
  expect(projectOf("url", filled).credentials).toEqual({ token: "t" });
  expect(projectOf("path", filled).credentials).toBeUndefined();
  expect(projectOf("url", { ...filled, isPrivate: false }).credentials).toBeUndefined();
});

test("a private key ends with a line's end, as OpenSSH demands", () => {
  expect(credentialsOf({ kind: "ssh", username: "", secret: "KEY" })).toEqual({ ssh_private_key: "KEY\n" });
  expect(credentialsOf(NO_CREDENTIALS)).toBeNull();
});

test("a search finds every word in name or address", () => {
  const project = (name: string, repo_url: string | null) => ({ name, repo_url }) as ProjectOut;
  const all = [project("Shop", "https://example.org/a.git"), project("Notes", null)];
  expect(searchProjects(all, "SHOP example").map(({ name }) => name)).toEqual(["Shop"]);
  expect(searchProjects(all, "")).toHaveLength(2);
});
