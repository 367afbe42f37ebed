import { Button, Group, Text } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { ProjectTree } from "@/components/tree/project-tree.tsx";
import { headQuery } from "@/data/files.ts";
import { files } from "@/strings/files.ts";
import { FileView } from "./file-view.tsx";
import styles from "./files.module.css";
import { QuickOpen } from "./quick-open.tsx";

const route = getRouteApi("/shell/projects/$projectId/files");

/** The project's tree and one of its files. What is open, and which lines, is in the address. */
export function Files() {
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const head = useQuery(headQuery(projectId, search.ref));
  const [isFinding, setIsFinding] = useState(false);
  const isNarrow = useMediaQuery("(max-width: 1000px)", false);
  const [wantsTree, setWantsTree] = useState<boolean | null>(null);
  const path = search.path === "" ? undefined : search.path;
  const selected = useMemo(() => new Set(path === undefined ? [] : [path]), [path]);
  const open = (wanted: string) => {
    if (isNarrow) setWantsTree(null);
    setIsFinding(false);
    void navigate({ search: (before) => ({ path: wanted, ...(before.ref === undefined ? {} : { ref: before.ref }) }) });
  };
  useHotkeys([["mod+P", () => setIsFinding(true)]], [], true);
  // Two columns do not fit into a narrow window: there it is the tree or the file.
  const hasTree = wantsTree ?? (!isNarrow || path === undefined);
  const hasFile = !isNarrow || !hasTree;
  return (
    <Page
      title={files.title}
      isWide
      about={search.ref !== undefined && head.data !== undefined ? <Where projectId={projectId} path={path} reference={head.data.ref} /> : undefined}
      actions={
        <>
          <Button variant="default" size="xs" aria-pressed={hasTree} onClick={() => setWantsTree(!hasTree)}>
            {files.showTree}
          </Button>
          <Button variant="default" size="xs" onClick={() => setIsFinding(true)} aria-keyshortcuts="Control+P">
            {files.quickOpen}
            <Text span size="xs" c="dimmed" ml={8} visibleFrom="md" aria-hidden>
              {files.quickOpenKeys}
            </Text>
          </Button>
        </>
      }
    >
      <div className={styles["frame"]} data-tree={hasTree ? "shown" : "hidden"}>
        {hasTree && (
          <ProjectTree
            projectId={projectId}
            reference={search.ref}
            selected={selected}
            height="calc(var(--files-height) - 60px)"
            onOpen={(entry) => open(entry.path)}
          />
        )}
        {hasFile && (path === undefined ? <Nothing onFind={() => setIsFinding(true)} /> : <FileView key={path} projectId={projectId} head={head} path={path} />)}
      </div>
      <QuickOpen projectId={projectId} reference={search.ref} head={head.data} isOpen={isFinding} onClose={() => setIsFinding(false)} onOpen={open} />
    </Page>
  );
}

function Where({ projectId, path, reference }: { projectId: string; path: string | undefined; reference: string }) {
  return (
    <Group gap="xs">
      <span>
        <CodeText text={files.at(reference)} />. {files.notNewest}
      </span>
      <RouteLink to="/projects/$projectId/files" params={{ projectId }} search={path === undefined ? {} : { path }} size="sm">
        {files.toNewest}
      </RouteLink>
    </Group>
  );
}

function Nothing({ onFind }: { onFind: () => void }) {
  return (
    <div className={styles["file"]}>
      <Empty
        title={files.pickTitle}
        action={
          <Button variant="default" mt="xs" onClick={onFind}>
            {files.quickOpen}
          </Button>
        }
      >
        {files.pickText}
      </Empty>
    </div>
  );
}
