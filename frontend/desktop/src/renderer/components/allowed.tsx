import { Text } from "@mantine/core";
import type { Role } from "@shared/api/schema.ts";
import { may, roleFor, type Permission } from "@/data/permissions.ts";
import { permissions } from "@/strings/permissions.ts";

/** Why what stands here cannot be used; nothing for whoever may. */
export function NotAllowed({ role, permission }: { role: Role | null; permission: Permission }) {
  if (may(role, permission)) return null;
  return (
    <Text size="sm" c="dimmed" role="note">
      {permissions.needs(roleFor(permission), role ?? "viewer")}
    </Text>
  );
}
