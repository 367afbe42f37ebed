import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { Answer } from "@/components/answer.tsx";
import { NotFound } from "@/components/crash.tsx";
import { projectQuery } from "@/data/projects.ts";
import { asApiError } from "@shared/api/errors.ts";
import { isNowhere } from "@shared/api/fields.ts";

const route = getRouteApi("/shell/projects/$projectId");

/** Around every screen of a project: the project has to be there, and yours to see. */
export function ProjectLayout() {
  const { projectId } = route.useParams();
  const project = useQuery(projectQuery(projectId));
  if (project.isError && (asApiError(project.error).status === 404 || isNowhere(project.error))) return <NotFound />;
  return <Answer query={project}>{() => <Outlet />}</Answer>;
}
