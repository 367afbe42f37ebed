import { ActionIcon, Box, Button, CloseButton, CopyButton, Group, Switch, Text, Title } from "@mantine/core";
import { IconDownload, IconNotes, IconSearch } from "@tabler/icons-react";
import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import { lineMarks } from "@shared/ai/notes.ts";
import { asApiError } from "@shared/api/errors.ts";
import type { FileContentOut } from "@shared/api/schema.ts";
import { isMarkdown, lineNumber, nameOf } from "@shared/files/paths.ts";
import type { CodeHandle, CodeSelection } from "@/components/code/code-view.tsx";
import type { LineNote } from "@/components/code/note-gutter.ts";
import { saveBlob } from "@/components/blob.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteButton } from "@/components/link.tsx";
import { fileSize } from "@/components/file-size.ts";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { contentQuery, folderQuery, readBytes, type Head } from "@/data/files.ts";
import { common } from "@/strings/common.ts";
import { files } from "@/strings/files.ts";
import { FileBody } from "./file-body.tsx";
import styles from "./files.module.css";
import { useNotes } from "./notes.ts";
import { NotesPanel } from "./notes-panel.tsx";

const route = getRouteApi("/shell/projects/$projectId/files");

/** One file at one commit. */
export function FileView({ projectId, head, path }: { projectId: string; head: UseQueryResult<Head>; path: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const commit = head.data?.commit;
  const beginning = useQuery({ ...contentQuery(projectId, commit ?? "", path, false), enabled: commit !== undefined });
  const whole = useQuery({ ...contentQuery(projectId, commit ?? "", path, true), enabled: isWhole && commit !== undefined });
  const content = whole.data ?? beginning.data;
  const error = head.error ?? beginning.error;
  return (
    <section className={styles["file"]} aria-label={path}>
      {content !== undefined ? (
        <>
          {whole.isError && <Failure error={whole.error} retry={() => void whole.refetch()} />}
          <Opened projectId={projectId} content={content} onWhole={() => setIsWhole(true)} isLoadingWhole={whole.isFetching} />
        </>
      ) : (
        <Box p="md">
          {error !== null ? <Unreadable projectId={projectId} commit={commit ?? ""} path={path} error={error} retry={() => void beginning.refetch()} /> : <Loading lines={14} height={14} />}
        </Box>
      )}
    </section>
  );
}

/** Why there is nothing to read: too large, a folder, or not there. */
function Unreadable({ projectId, commit, path, error, retry }: { projectId: string; commit: string; path: string; error: unknown; retry: () => void }) {
  const { status } = asApiError(error);
  const folder = useQuery({ ...folderQuery(projectId, commit, path), enabled: status === 404 && commit !== "", throwOnError: false });
  if (status === 413) {
    return (
      <Empty title={files.tooLargeTitle}>
        {asApiError(error).message} {files.tooLargeText}
      </Empty>
    );
  }
  if (folder.data !== undefined) return <Empty title={files.folderTitle}>{files.folderText}</Empty>;
  return <Failure error={error} retry={retry} />;
}

interface OpenedProps {
  projectId: string;
  content: FileContentOut;
  onWhole: () => void;
  isLoadingWhole: boolean;
}

function Opened({ projectId, content, onWhole, isLoadingWhole }: OpenedProps) {
  const code = useRef<CodeHandle>(null);
  const [isWrapped, setIsWrapped] = useState(false);
  const [isRendered, setIsRendered] = useState(false);
  const [hasNotes, setHasNotes] = useState(false);
  const [activeLine, setActiveLine] = useState<number | null>(null);
  const [caret, setCaret] = useState<CodeSelection | null>(null);
  const { chosen, choose } = useChosenLines();
  const found = useNotes(projectId, content);
  const marks = useMemo(() => lineMarks(found.notes), [found.notes]);
  const lineNotes = useMemo<LineNote[]>(
    () => [...marks].map(([line, { count, isMoved }]) => ({ line, count, isMoved, label: files.lineMark(count, line, isMoved) })),
    [marks],
  );
  const select = useCallback(
    (selection: CodeSelection) => {
      setCaret(selection);
      if (!selection.isEmpty) choose(selection.start, selection.end);
    },
    [choose],
  );
  const isText = content.encoding === "utf-8" && content.symlink_target === null && !content.is_lfs_pointer;
  return (
    <>
      <FileHead content={content}>
        {isText && isMarkdown(content.path) && <Switch size="xs" label={files.preview} checked={isRendered} onChange={(event) => setIsRendered(event.currentTarget.checked)} />}
        {isText && !isRendered && <Switch size="xs" label={files.wrap} checked={isWrapped} onChange={(event) => setIsWrapped(event.currentTarget.checked)} />}
        {isText && !isRendered && (
          <ActionIcon variant="default" aria-label={files.find} title={files.find} onClick={() => code.current?.openSearch()}>
            <IconSearch size={16} aria-hidden />
          </ActionIcon>
        )}
        <Download projectId={projectId} content={content} />
        {isText && (
          <Button size="compact-sm" variant="default" aria-expanded={hasNotes} leftSection={<IconNotes size={15} aria-hidden />} onClick={() => setHasNotes(!hasNotes)}>
            {files.notesButton(found.notes.length)}
          </Button>
        )}
      </FileHead>
      {isText && <SelectionBar projectId={projectId} content={content} chosen={chosen} caret={caret} onClear={() => choose(null)} />}
      <div className={styles["body"]} data-notes={hasNotes && isText ? "shown" : "hidden"}>
        <div className={styles["content"]}>
          <FileBody
            ref={code}
            projectId={projectId}
            content={content}
            isRendered={isRendered && isMarkdown(content.path)}
            isWrapped={isWrapped}
            chosen={chosen}
            notes={lineNotes}
            onSelect={select}
            onLine={(line, isExtended) => choose(isExtended && chosen !== null ? Math.min(chosen[0], line) : line, isExtended && chosen !== null ? Math.max(chosen[0], line) : line)}
            onNote={(line) => {
              setHasNotes(true);
              setActiveLine(line);
            }}
            onWhole={onWhole}
            isLoadingWhole={isLoadingWhole}
          />
        </div>
        {hasNotes && isText && (
          <NotesPanel
            projectId={projectId}
            found={found}
            activeKeys={activeLine === null ? [] : (marks.get(activeLine)?.keys ?? [])}
            onShow={(start, end) => {
              setIsRendered(false);
              choose(start, end);
              code.current?.reveal(start);
            }}
            onClose={() => setHasNotes(false)}
          />
        )}
      </div>
    </>
  );
}

/** The lines in the address, and how to change them without leaving a trail of addresses behind. */
function useChosenLines() {
  const { line, end } = route.useSearch();
  const navigate = route.useNavigate();
  const first = lineNumber(line);
  const last = Math.max(lineNumber(end) ?? 0, first ?? 0);
  const chosen = useMemo<readonly [number, number] | null>(() => (first === null ? null : [first, last]), [first, last]);
  const choose = useCallback(
    (start: number | null, until: number | null = start) => {
      void navigate({
        replace: true,
        resetScroll: false,
        search: ({ path, ref }) => ({
          ...(path === undefined ? {} : { path }),
          ...(ref === undefined ? {} : { ref }),
          ...(start === null ? {} : { line: String(start) }),
          ...(start === null || until === null || until === start ? {} : { end: String(until) }),
        }),
      });
    },
    [navigate],
  );
  return { chosen, choose };
}

function FileHead({ content, children }: { content: FileContentOut; children: ReactNode }) {
  return (
    <Group className={styles["head"]} justify="space-between" gap="xs">
      <Box miw={0} flex="1 1 14rem">
        <Title order={2} size="h6" style={{ overflowWrap: "anywhere" }}>
          <CodeText text={content.path} />
        </Title>
        <Text size="xs" c="dimmed" component="div">
          {fileSize(content.size)}
          {content.language !== null && ` · ${content.language}`} · {files.blob.toLowerCase()} <Hash value={content.blob_id} length={8} /> ·{" "}
          {files.commit.toLowerCase()} <Hash value={content.commit} length={8} />
        </Text>
      </Box>
      <Group gap="sm">{children}</Group>
    </Group>
  );
}

function Download({ projectId, content }: { projectId: string; content: FileContentOut }) {
  const download = useMutation({
    mutationFn: async () => saveBlob(await readBytes(projectId, content.commit, content.path), nameOf(content.path)),
  });
  return (
    <>
      <ActionIcon variant="default" aria-label={files.download} title={files.download} loading={download.isPending} onClick={() => download.mutate()}>
        <IconDownload size={16} aria-hidden />
      </ActionIcon>
      {download.isError && <Failure error={download.error} />}
    </>
  );
}

interface SelectionBarProps {
  projectId: string;
  content: FileContentOut;
  chosen: readonly [number, number] | null;
  caret: CodeSelection | null;
  onClear: () => void;
}

/** What can be done with the chosen lines, or with the file when none are. Always there, so that nothing moves. */
function SelectionBar({ projectId, content, chosen, caret, onClear }: SelectionBarProps) {
  const { ref } = route.useSearch();
  const about = { path: content.path, ...(ref === undefined ? {} : { ref }) };
  const lines: Record<string, string> = chosen === null ? {} : { line: String(chosen[0]), end: String(chosen[1]) };
  const place = caret ?? { start: chosen?.[0] ?? 1, column: 1 };
  const link = new URL(globalThis.location.href);
  link.search = new URLSearchParams({ path: content.path, ref: content.commit, ...lines }).toString();
  return (
    <Group className={styles["selection"]} gap={6} wrap="nowrap">
      {chosen !== null && (
        <>
          <Text size="sm" fw={600} aria-live="polite">
            {files.selected(chosen[0], chosen[1])}
          </Text>
          <RouteButton size="compact-xs" variant="light" to="/projects/$projectId/ai" params={{ projectId }} search={{ ask: "inline-comment", ...about, ...lines }}>
            {files.askLines}
          </RouteButton>
        </>
      )}
      {chosen === null && (
        <RouteButton size="compact-xs" variant="light" to="/projects/$projectId/ai" params={{ projectId }} search={{ ask: "file-summary", ...about }}>
          {files.summarise}
        </RouteButton>
      )}
      <RouteButton size="compact-xs" variant="subtle" to="/projects/$projectId/ai" params={{ projectId }} search={{ ask: "documentation", ...about }}>
        {files.document}
      </RouteButton>
      <RouteButton size="compact-xs" variant="subtle" to="/projects/$projectId/rename" params={{ projectId }} search={{ ...about, line: String(place.start), column: String(place.column) }}>
        {files.rename}
      </RouteButton>
      <CopyButton value={link.href}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy}>
            {copied ? common.copied : files.copyLink}
          </Button>
        )}
      </CopyButton>
      {chosen !== null && (
        <CloseButton size="sm" ml="auto" aria-label={files.clear} title={files.clear} onClick={onClear} />
      )}
    </Group>
  );
}
