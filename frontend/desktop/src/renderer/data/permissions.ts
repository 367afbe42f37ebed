import type { Role } from "@shared/api/schema.ts";

/** What may be done in a project (docs: the table of roles). The server decides; a screen says beforehand what it would refuse. */
export type Permission = "read" | "preview" | "ask_ai" | "review" | "approve" | "apply" | "sync" | "write" | "manage";

const RANK: Readonly<Record<Role, number>> = { viewer: 0, reviewer: 1, maintainer: 2, owner: 3 };
const NEEDED: Readonly<Record<Permission, Role>> = {
  read: "viewer",
  preview: "reviewer",
  ask_ai: "reviewer",
  review: "reviewer",
  approve: "reviewer",
  apply: "maintainer",
  sync: "maintainer",
  write: "maintainer",
  manage: "owner",
};

/** Whether a role allows that. Nobody's role is null but an administrator's, who may do everything. */
export function may(role: Role | null, permission: Permission): boolean {
  return role === null || RANK[role] >= RANK[NEEDED[permission]];
}

/** The least role that allows that. */
export function roleFor(permission: Permission): Role {
  return NEEDED[permission];
}
