import { expect, test } from "vitest";
import type { MemberOut, Role } from "@shared/api/schema.ts";
import { isLastOwner } from "./members.tsx";

const member = (user_id: string, role: Role): MemberOut => ({ user_id, role, email: "", display_name: user_id, created_at: "" });

test("the only owner is the last one", () => {
  const ann = member("ann", "owner");
  expect(isLastOwner(ann, [ann, member("ben", "maintainer")])).toBe(true);
});

test("one of two owners may go, and so may everybody else", () => {
  const [ann, ben] = [member("ann", "owner"), member("ben", "viewer")];
  expect(isLastOwner(ann, [ann, member("cid", "owner")])).toBe(false);
  expect(isLastOwner(ben, [ann, ben])).toBe(false);
});
