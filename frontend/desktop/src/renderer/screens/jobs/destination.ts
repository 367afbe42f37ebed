/** Where the result of a job is, by its kind. Pure. */

export interface Destination {
  to: "/projects/$projectId" | "/projects/$projectId/ai/$jobId" | "/projects/$projectId/rename/$jobId" | "/projects/$projectId/previews/$jobId" | "/projects/$projectId/reviews" | "/projects/$projectId/reviews/$proposalId";
  params: { projectId: string; jobId: string; proposalId: string };
}

const PLACES: readonly (readonly [RegExp, Destination["to"]])[] = [
  [/^(?:repo\.sync|manifest\.|symbols\.)/, "/projects/$projectId"],
  [/^ai\./, "/projects/$projectId/ai/$jobId"],
  [/^refactor\./, "/projects/$projectId/rename/$jobId"],
  [/^preview\.(?:build|receive)/, "/projects/$projectId/previews/$jobId"],
  [/^proposal\./, "/projects/$projectId/reviews"],
];

/** The screen that shows what came of a job, or null where there is none. A proposal's id leads to that proposal. */
export function destinationOf(kind: string, projectId: string | null, jobId: string | null, proposalId: string | null = null): Destination | null {
  if (projectId === null) return null;
  const params = { projectId, jobId: jobId ?? "", proposalId: proposalId ?? "" };
  if (proposalId !== null) return { to: "/projects/$projectId/reviews/$proposalId", params };
  const to = PLACES.find(([pattern]) => pattern.test(kind))?.[1];
  if (to === undefined) return null;
  return to.endsWith("$jobId") && jobId === null ? { to: "/projects/$projectId", params } : { to, params };
}
