import { useInfiniteQuery, useQueries, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { foldersAbove, unfold, unfoldFiles, type Folder, type TreeEntry, type TreeRow } from "@shared/files/rows.ts";
import { folderQuery, headQuery, loadMore, namesQuery } from "@/data/files.ts";
import { useAllPages } from "@/data/pages.ts";

/** A project's tree at a ref: opened folder by folder, so that its size does not matter; all names only for a filter. */
export function useTree(projectId: string, ref: string | undefined, filter: string, reveal: string | undefined) {
  const head = useQuery(headQuery(projectId, ref));
  const commit = head.data?.commit;
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(reveal === undefined ? [] : foldersAbove(reveal)));
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState(reveal);
  if (reveal !== revealed) {
    setRevealed(reveal);
    if (reveal !== undefined) setOpen(new Set([...open, ...foldersAbove(reveal)]));
  }
  const { folders, more, failure, retry } = useFolders(projectId, commit, head.data?.root, open);
  const names = useNames(projectId, ref, filter === "" ? undefined : commit);
  const rows = useMemo<TreeRow[]>(() => {
    if (filter !== "") return unfoldFiles(filtered(names.files, filter), closed);
    return folders.size === 0 ? [] : unfold(folders, open);
  }, [filter, names.files, closed, folders, open]);
  const toggle = (path: string, wanted: boolean) => {
    if (filter !== "") setClosed((before) => changed(before, path, !wanted));
    else setOpen((before) => changed(before, path, wanted));
  };
  return { head, rows, toggle, more, names, failure, retry };
}

export type Tree = ReturnType<typeof useTree>;

function changed(before: ReadonlySet<string>, path: string, isIn: boolean): ReadonlySet<string> {
  const after = new Set(before);
  if (isIn) after.add(path);
  else after.delete(path);
  return after;
}

function filtered(files: readonly TreeEntry[], filter: string): TreeEntry[] {
  const wanted = filter.toLowerCase();
  return files.filter((file) => file.path.toLowerCase().includes(wanted));
}

function useFolders(projectId: string, commit: string | undefined, root: Folder | undefined, open: ReadonlySet<string>) {
  const client = useQueryClient();
  const paths = useMemo(() => [...open].sort(), [open]);
  // The root came with the head; it is kept like every other folder, so that its next pages are too.
  const queries =
    commit === undefined ? [] : ["", ...paths].map((path) => folderQuery(projectId, commit, path, path === "" ? root : undefined));
  const combine = useCallback(
    (answers: UseQueryResult<Folder>[]) => {
      const failed = answers.find((answer) => answer.isError);
      const folders = new Map<string, Folder>();
      ["", ...paths].forEach((path, index) => {
        const folder = answers[index]?.data;
        if (folder !== undefined) folders.set(path, folder);
      });
      return { folders, failed };
    },
    [paths],
  );
  const { folders, failed } = useQueries({ queries, combine });
  const loading = useRef(new Set<string>());
  const [pageError, setPageError] = useState<unknown>(null);
  const more = (path: string) => {
    const folder = folders.get(path);
    if (commit === undefined || folder === undefined || folder.nextCursor === null || loading.current.has(path)) return;
    loading.current.add(path);
    loadMore(client, projectId, commit, path, folder)
      .then(() => setPageError(null), setPageError)
      .finally(() => loading.current.delete(path));
  };
  const retry = () => {
    setPageError(null);
    void failed?.refetch();
  };
  return { folders, more, failure: failed?.error ?? pageError, retry };
}

/** All names of a commit, page after page, from when somebody first wants them. */
export function useNames(projectId: string, ref: string | undefined, commit: string | undefined) {
  const query = useInfiniteQuery({ ...namesQuery(projectId, ref, commit ?? ""), enabled: commit !== undefined });
  const { data, hasNextPage } = query;
  useAllPages(query, commit !== undefined);
  const files = useMemo(() => data?.pages.flatMap((page) => page.files) ?? [], [data]);
  return { files, isWhole: data !== undefined && !hasNextPage, error: query.error, retry: () => void query.refetch() };
}
