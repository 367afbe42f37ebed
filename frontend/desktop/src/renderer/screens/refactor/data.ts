/** What the refactoring screens ask and tell the server. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { ApiError } from "@shared/api/errors.ts";
import type { components } from "@shared/api/schema.ts";
import { api } from "@/data/environment.ts";
import { pagesQuery } from "@/data/listing.ts";

const AGAIN_MS = 2_000;

export type FoundSymbol = components["schemas"]["SymbolOut"];
export type Reference = components["schemas"]["ReferenceOut"];
export type RefactorJob = components["schemas"]["RefactorJobOut"];

/** Where a name stands. */
export interface Spot {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The ref or commit to look at; the default branch when left out. */
  readonly commit: string | undefined;
}

const withRef = (commit: string | undefined) => (commit === undefined ? {} : { ref: commit });

/** The names of a commit are read when they are first asked for; until they are there, ask again. */
export const isBeingRead = (error: unknown) => error instanceof ApiError && error.code === "SYMBOLS_NOT_READY";

export const symbolsQuery = (projectId: string, query: string, commit: string | undefined) =>
  queryOptions({
    queryKey: ["manifest", projectId, "symbols", commit ?? "", query],
    refetchInterval: (asked) => (isBeingRead(asked.state.error) ? AGAIN_MS : false),
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/projects/{project_id}/symbols", {
          params: { path: { project_id: projectId }, query: { query, limit: 50, ...withRef(commit) } },
        }),
      ),
  });

const parameters = (projectId: string, { path, line, column, commit }: Spot) => ({
  path: { project_id: projectId },
  query: { path, line, column, ...withRef(commit) },
});

export const referencesQuery = (projectId: string, spot: Spot) =>
  infiniteQueryOptions({
    ...pagesQuery(["manifest", projectId, "references", spot], (place) => {
      const { path, query } = parameters(projectId, spot);
      return unwrap(api.GET("/api/v1/projects/{project_id}/references", { params: { path, query: { ...query, limit: 200, ...place } } }));
    }),
    refetchInterval: (asked) => (isBeingRead(asked.state.error) ? AGAIN_MS : false),
  });

/** The neighbourhood as a picture. As the source of an <img> it can neither run nor load anything. */
export const pictureQuery = (projectId: string, spot: Spot) =>
  queryOptions({
    queryKey: ["manifest", projectId, "picture", spot],
    queryFn: async () => {
      const options = { params: parameters(projectId, spot), headers: { Accept: "image/svg+xml" }, parseAs: "text" } as const;
      const svg = await unwrap(api.GET("/api/v1/projects/{project_id}/symbols/graph", options));
      return svg as unknown as string;
    },
  });

export const refactorJobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", "refactor", jobId],
    queryFn: () => unwrap(api.GET("/api/v1/refactor/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
  });

const once = () => ({ params: { header: { "Idempotency-Key": idempotencyKey() } } });

export const askRename = (body: components["schemas"]["RenameIn"]) => unwrap(api.POST("/api/v1/refactor/rename", { ...once(), body }));
export const askMove = (body: components["schemas"]["MoveIn"]) => unwrap(api.POST("/api/v1/refactor/move", { ...once(), body }));
export const askReplace = (body: components["schemas"]["ReplaceIn"]) => unwrap(api.POST("/api/v1/refactor/replace", { ...once(), body }));
