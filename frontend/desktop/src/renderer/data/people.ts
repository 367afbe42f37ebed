import { useQuery } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";
import { useSession } from "./session.ts";

const MOST = 200;

/** Gives the name of somebody in a project by his id; null for whoever is not, or is no longer, known. */
export function useNameOf(projectId: string): (userId: string | null) => string | null {
  const { user } = useSession();
  const members = useQuery({
    queryKey: ["projects", projectId, "members", "names"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/projects/{project_id}/members", {
          params: { path: { project_id: projectId }, query: { limit: MOST } },
        }),
      ),
    staleTime: 60_000,
    throwOnError: false,
  });
  return (userId) => {
    if (userId !== null && userId === user?.id) return user.display_name;
    return members.data?.items.find((member) => member.user_id === userId)?.display_name ?? null;
  };
}
