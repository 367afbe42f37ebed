import { Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState, type ReactNode } from "react";
import type { TreeEntry } from "@shared/files/rows.ts";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { files } from "@/strings/files.ts";
import { TreeView } from "./tree.tsx";
import { useTree, type Tree } from "./use-tree.ts";

interface ProjectTreeProps {
  projectId: string;
  /** The ref to show; the project's own branch without one. */
  reference: string | undefined;
  selected: ReadonlySet<string>;
  isMulti?: boolean;
  areFoldersChosen?: boolean;
  height: string;
  onOpen: (entry: TreeEntry) => void;
}

const TYPING_PAUSE_MS = 150;

/** A project's files with a filter over all their names. */
export function ProjectTree({ projectId, reference, selected, height, onOpen, isMulti, areFoldersChosen }: ProjectTreeProps) {
  const [typed, setTyped] = useState("");
  const [filter] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const reveal = useMemo(() => (selected.size === 1 ? [...selected][0] : undefined), [selected]);
  const tree = useTree(projectId, reference, filter, reveal);
  return (
    <Stack gap={6}>
      <TextInput
        size="xs"
        type="search"
        aria-label={files.filter}
        placeholder={files.filter}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TreeBody tree={tree} filter={filter} height={height}>
        <TreeView
          label={files.tree}
          rows={tree.rows}
          selected={selected}
          isMulti={isMulti === true}
          areFoldersChosen={areFoldersChosen === true}
          height={height}
          onOpen={onOpen}
          onToggle={tree.toggle}
          onMore={tree.more}
        />
      </TreeBody>
      <Text size="xs" c="dimmed" aria-live="polite" mih={18}>
        {filter === "" ? "" : files.found(tree.rows.filter((row) => row.kind === "entry" && row.isOpen === undefined).length, tree.names.isWhole)}
      </Text>
    </Stack>
  );
}

function TreeBody({ tree, filter, height, children }: { tree: Tree; filter: string; height: string; children: ReactNode }) {
  const { head, rows, failure, retry, names } = tree;
  if (head.data === undefined) {
    if (head.isError) return <Failure error={head.error} retry={() => void head.refetch()} />;
    return (
      <div style={{ height }}>
        <Loading lines={12} height={14} />
      </div>
    );
  }
  const problem = failure ?? (filter === "" ? null : names.error);
  return (
    <>
      {problem !== null && problem !== undefined && <Failure error={problem} retry={filter === "" ? retry : names.retry} />}
      {rows.length > 0 ? (
        children
      ) : (
        <div style={{ height }}>
          {filter === "" || names.isWhole ? (
            <Empty title={filter === "" ? files.emptyTree : files.noMatch} />
          ) : (
            <Loading lines={6} height={14} />
          )}
        </div>
      )}
    </>
  );
}
