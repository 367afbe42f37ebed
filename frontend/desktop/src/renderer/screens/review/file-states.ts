/** What the diff knows of each file beside its hunks: the base's lines, colours, what was opened and what was folded. */
import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { components } from "@shared/api/schema.ts";
import { open, type GapRow, type Opened } from "@shared/review/context.ts";
import { newText, type FileChange, type Proposal } from "@shared/review/proposal.ts";
import { CLOSED, type FileState } from "@shared/review/rows.ts";
import { colourLines, type ColouredLines } from "@/components/highlight.ts";
import { contentQuery } from "@/data/files.ts";

export interface Colours {
  readonly old: ColouredLines | null;
  readonly new: ColouredLines | null;
}

type Base = { readonly lines: readonly string[]; readonly content: string };
type Read = components["schemas"]["FileContentOut"];

export function useFileStates(proposal: Proposal) {
  const [wanted, setWanted] = useState<readonly number[]>([]);
  const [opened, setOpened] = useState<ReadonlyMap<string, Opened>>(new Map());
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const files = useMemo(() => wanted.flatMap((index) => proposal.files[index] ?? []), [wanted, proposal.files]);
  const bases = useBases(proposal, files);
  const colours = useColours(proposal, files, bases);
  const want = useCallback((indexes: readonly number[]) => {
    setWanted((before) => {
      const added = indexes.filter((index) => !before.includes(index));
      return added.length === 0 ? before : [...before, ...added];
    });
  }, []);
  const toggle = useCallback((path: string) => {
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  }, []);
  const openGap = useCallback((path: string, gap: GapRow, where: "above" | "below" | "all") => {
    setOpened((before) => new Map(before).set(path, open(before.get(path) ?? [], gap, where)));
  }, []);
  const stateOf = useCallback(
    (path: string): FileState => {
      const base = bases.get(path);
      const lines = base === undefined ? null : base?.lines;
      return { ...CLOSED, base: lines, isFolded: folded.has(path), opened: opened.get(path) ?? [] };
    },
    [bases, folded, opened],
  );
  return { want, toggle, openGap, stateOf, colours };
}

/** The base of each modified file: absent while it is on its way, null where it cannot be read as text. */
function useBases(proposal: Proposal, files: readonly FileChange[]): ReadonlyMap<string, Base | null> {
  const modified = useMemo(() => files.filter((file) => file.change === "modify"), [files]);
  const combine = useCallback(
    (answers: UseQueryResult<unknown>[]) => {
      const found = new Map<string, Base | null>();
      for (const [index, answer] of answers.entries()) {
        const path = modified[index]?.path ?? "";
        if (answer.isError) found.set(path, null);
        else if (answer.data !== undefined) found.set(path, baseOf(answer.data as Read));
      }
      return found;
    },
    [modified],
  );
  return useQueries({ queries: modified.map((file) => contentQuery(proposal.project_id, proposal.base_commit, file.path, true)), combine });
}

const known = new WeakMap<object, Base | null>();

function baseOf(read: Read): Base | null {
  const before = known.get(read);
  if (before !== undefined) return before;
  const isText = read.encoding === "utf-8" && !read.truncated && !read.is_binary;
  const lines = read.content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const base = isText ? { lines, content: read.content } : null;
  known.set(read, base);
  return base;
}

function useColours(proposal: Proposal, files: readonly FileChange[], bases: ReadonlyMap<string, Base | null>): ReadonlyMap<string, Colours> {
  const ready = useMemo(() => files.filter((file) => file.change !== "modify" || bases.get(file.path) != null), [files, bases]);
  const combine = useCallback(
    (answers: UseQueryResult<Colours>[]) => {
      const pairs = answers.map((answer, index) => [ready[index]?.path ?? "", answer.data ?? { old: null, new: null }] as const);
      return new Map(pairs);
    },
    [ready],
  );
  return useQueries({
    queries: ready.map((file) => ({
      queryKey: ["colours", proposal.digest, file.path, bases.has(file.path)],
      staleTime: Number.POSITIVE_INFINITY,
      queryFn: async (): Promise<Colours> => {
        const [before, after] = texts(file, bases.get(file.path)?.content ?? "");
        return { old: await colourLines(file.path, before), new: await colourLines(file.path, after) };
      },
    })),
    combine,
  });
}

function texts(file: FileChange, base: string): readonly [string, string] {
  if (file.change === "modify") return [base, newText(file, base)];
  const hunk = file.hunks[0];
  return [hunk?.old_text ?? "", hunk?.new_text ?? ""];
}
