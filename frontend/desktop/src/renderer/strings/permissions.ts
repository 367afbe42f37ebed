import type { Role } from "@shared/api/schema.ts";

export const permissions = {
  roles: {
    viewer: "Viewer",
    reviewer: "Reviewer",
    maintainer: "Maintainer",
    owner: "Owner",
  },
  about: {
    viewer: "reads",
    reviewer: "also comments, asks AI, decides reviews, starts previews",
    maintainer: "also syncs, writes, applies reviews",
    owner: "also changes settings and members",
  },
  administrator: "Administrator",
  needs: (needed: string, yours: string) =>
    needed === "owner"
      ? `Only owners of the project may do this; your role is ${yours}.`
      : `This takes the role ${needed} or a stronger one; yours is ${yours}. Ask an owner of the project.`,
} as const;

/** What a role is called. Nobody's role is null but an administrator's. */
export function roleName(role: Role | null): string {
  return role === null ? permissions.administrator : permissions.roles[role];
}
