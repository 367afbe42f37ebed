import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Role } from "@shared/api/schema.ts";
import { may, roleFor, type Permission } from "@/data/permissions.ts";
import { projectQuery } from "@/data/projects.ts";
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

interface SubmitProps {
  projectId: string;
  permission: Permission;
  isReady?: boolean;
  isPending: boolean;
  children: ReactNode;
}

/** The button that sends a form, for whoever may; for others it is there, and says why not. */
export function AllowedSubmit({ projectId, permission, isReady = true, isPending, children }: SubmitProps) {
  const role = useQuery(projectQuery(projectId)).data?.role ?? null;
  return (
    <Stack gap={4} align="flex-start">
      <Button type="submit" disabled={!isReady || !may(role, permission)} loading={isPending}>
        {children}
      </Button>
      <NotAllowed role={role} permission={permission} />
    </Stack>
  );
}
