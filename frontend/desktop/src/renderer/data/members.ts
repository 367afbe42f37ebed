import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";
import { useSession } from "./session.ts";

/** The members of a project: under one key for those who name them and those who change them. */
export const membersKey = (projectId: string) => ["projects", projectId, "members"] as const;

export const readMembers = (projectId: string) =>
  unwrap(api.GET("/api/v1/projects/{project_id}/members", { params: { path: { project_id: projectId }, query: { limit: 200 } } }));

/** What the people of a project are called; `other` for those who left, and for members of its team. */
export function useNames(projectId: string): (userId: string | null, other: string) => string {
  const { user } = useSession();
  const { data } = useQuery({ queryKey: membersKey(projectId), queryFn: () => readMembers(projectId), staleTime: 60_000, throwOnError: false });
  return useCallback(
    (userId, other) => {
      if (userId === null) return other;
      if (user?.id === userId) return user.display_name;
      return data?.items.find((member) => member.user_id === userId)?.display_name ?? other;
    },
    [data, user],
  );
}
