import { queryOptions, infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { asApiError } from "@shared/api/errors.ts";
import type { FileContentOut, FileListOut } from "@shared/api/schema.ts";
import { nameOf } from "@shared/files/paths.ts";
import { foldersFirst, type Folder, type TreeEntry } from "@shared/files/rows.ts";
import { api } from "./environment.ts";

const PAGE = 200;
const NAMES_PAGE = 10_000;

/** The root folder of a ref, and with it the commit that everything else is asked at. */
export interface Head {
  readonly ref: string;
  readonly commit: string;
  readonly root: Folder;
}

export const headQuery = (projectId: string, ref: string | undefined) =>
  queryOptions({
    queryKey: ["files", projectId, "head", ref ?? null],
    queryFn: async (): Promise<Head> => {
      const page = await listFolder(projectId, ref, "", null);
      return { ref: page.ref, commit: page.commit, root: firstPage(page) };
    },
    placeholderData: (before) => before,
  });

/** A folder at a commit. It never changes, so it is asked for once. */
export const folderQuery = (projectId: string, commit: string, path: string, known?: Folder) =>
  queryOptions({
    queryKey: folderKey(projectId, commit, path),
    queryFn: async (): Promise<Folder> => firstPage(await listFolder(projectId, commit, path, null)),
    initialData: known,
    staleTime: "static",
    structuralSharing: false,
  });

const folderKey = (projectId: string, commit: string, path: string) => ["files", projectId, "folder", commit, path] as const;

/** Put the next page of a folder behind what is there. */
export async function loadMore(client: QueryClient, projectId: string, commit: string, path: string, known: Folder): Promise<void> {
  const page = await listFolder(projectId, commit, path, known.nextCursor);
  const key = folderKey(projectId, commit, path);
  client.setQueryData<Folder>(key, { items: [...known.items, ...page.items], nextCursor: page.next_cursor ?? null });
}

function firstPage(page: FileListOut): Folder {
  const nextCursor = page.next_cursor ?? null;
  return { items: nextCursor === null ? foldersFirst(page.items) : page.items, nextCursor };
}

function listFolder(projectId: string, ref: string | undefined, path: string, cursor: string | null): Promise<FileListOut> {
  const query = { path, limit: PAGE, ...(ref === undefined ? {} : { ref }), ...(cursor === null ? {} : { cursor }) };
  return unwrap(api.GET("/api/v1/projects/{project_id}/files", { params: { path: { project_id: projectId }, query } }));
}

interface NamesPage {
  readonly files: readonly TreeEntry[];
  readonly next: NamesPlace | null;
}

/** From the manifest, ten thousand at once, where one describes the commit; else from the repository itself. */
interface NamesPlace {
  readonly from: "manifest" | "repository";
  readonly cursor: string | null;
}

/** Every file of a commit, page after page; for finding by name. */
export const namesQuery = (projectId: string, ref: string | undefined, commit: string) =>
  infiniteQueryOptions({
    queryKey: ["files", projectId, "names", commit, ref ?? null],
    queryFn: async ({ pageParam }): Promise<NamesPage> =>
      (pageParam.from === "manifest" ? await manifestNames(projectId, ref, commit, pageParam.cursor) : null) ??
      (await repositoryNames(projectId, commit, pageParam.from === "manifest" ? null : pageParam.cursor)),
    initialPageParam: { from: "manifest", cursor: null } as NamesPlace,
    getNextPageParam: (page: NamesPage) => page.next,
    staleTime: "static",
    structuralSharing: false,
    gcTime: 60_000,
  });

const COMMIT = /^[0-9a-f]{40,64}$/;

async function manifestNames(
  projectId: string, ref: string | undefined, commit: string, cursor: string | null,
): Promise<NamesPage | null> {
  // Asking for the manifest of a bare commit would have one built; the branch's is the one that may fit.
  const query = { limit: NAMES_PAGE, ...(ref === undefined || COMMIT.test(ref) ? {} : { ref }), ...(cursor === null ? {} : { cursor }) };
  try {
    const found = await unwrap(
      api.GET("/api/v1/projects/{project_id}/manifest", { params: { path: { project_id: projectId }, query } }),
    );
    if (found.commit !== commit) return null;
    const files = found.files.items.map(({ path, kind, size, language }) => ({ path, name: nameOf(path), kind, size, language }));
    return { files, next: nextPlace("manifest", found.files.next_cursor) };
  } catch (error) {
    if (asApiError(error).status === 409 || asApiError(error).status === 404) return null;
    throw error;
  }
}

async function repositoryNames(projectId: string, commit: string, cursor: string | null): Promise<NamesPage> {
  const query = { recursive: true, ref: commit, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  const page = await unwrap(
    api.GET("/api/v1/projects/{project_id}/files", { params: { path: { project_id: projectId }, query } }),
  );
  return { files: page.items, next: nextPlace("repository", page.next_cursor) };
}

function nextPlace(from: NamesPlace["from"], cursor: string | null | undefined): NamesPlace | null {
  return cursor === null || cursor === undefined ? null : { from, cursor };
}

/** Up to this much is shown at once; the rest on demand. */
const FIRST_BYTES = 1_000_000;

/** A file at a commit: never changes. */
export const contentQuery = (projectId: string, commit: string, path: string, isWhole: boolean) =>
  queryOptions({
    queryKey: ["files", projectId, "content", commit, path, isWhole],
    queryFn: async () => {
      const query = { path, ref: commit, ...(isWhole ? {} : { max_bytes: FIRST_BYTES }) };
      const answer = await api.GET("/api/v1/projects/{project_id}/files/content", { params: { path: { project_id: projectId }, query } });
      // The document also names the answer of bytes, which is another question.
      return answer.data as FileContentOut;
    },
    staleTime: "static",
    structuralSharing: false,
  });

/** The very bytes of a file. */
export async function readBytes(projectId: string, commit: string, path: string): Promise<Blob> {
  const answer = await api.GET("/api/v1/projects/{project_id}/files/content", {
    params: { path: { project_id: projectId }, query: { path, ref: commit, raw: true } },
    parseAs: "blob",
  });
  return answer.data as unknown as Blob;
}
