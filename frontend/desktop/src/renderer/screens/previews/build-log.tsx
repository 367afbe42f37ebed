import { ActionIcon, Box, Button, Group, Switch, Text, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { saveBlob } from "@/components/blob.tsx";
import { Section } from "@/components/section.tsx";
import { previewLogQuery } from "@/data/previews.ts";
import { preview as words } from "@/strings/previews.ts";
import { logLines, matches } from "./log-lines.ts";

const HEIGHT = 420;
const LINE = 20;

/** What the build says, while it says it. */
export function BuildLog({ projectId, jobId, isGrowing }: { projectId: string; jobId: string; isGrowing: boolean }) {
  const log = useQuery(previewLogQuery(projectId, jobId, isGrowing));
  const { refetch } = log;
  // The last lines come with the end, after which nobody asks by himself.
  useEffect(() => {
    if (!isGrowing) void refetch();
  }, [isGrowing, refetch]);
  return (
    <Section title={words.log}>
      <Answer query={log}>{(text) => <LogView text={text} jobId={jobId} isGrowing={isGrowing} />}</Answer>
    </Section>
  );
}

function LogView({ text, jobId, isGrowing }: { text: string; jobId: string; isGrowing: boolean }) {
  const lines = useMemo(() => logLines(text), [text]);
  const [search, setSearch] = useState("");
  const [place, setPlace] = useState(0);
  const [isFollowing, setFollowing] = useState(isGrowing);
  const [isWrapped, setWrapped] = useState(true);
  const found = useMemo(() => matches(lines, search), [lines, search]);
  const at = found.length === 0 ? -1 : place % found.length;
  const go = (step: number) => {
    setFollowing(false);
    setPlace((before) => (before + step + found.length) % Math.max(1, found.length));
  };
  return (
    <>
      <Group gap="sm" align="flex-end">
        <TextInput
          label={words.logSearch}
          type="search"
          size="xs"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setPlace(0);
          }}
          onKeyDown={(event) => event.key === "Enter" && go(event.shiftKey ? -1 : 1)}
        />
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="default" disabled={found.length === 0} aria-label={words.previous} onClick={() => go(-1)}>
            <IconChevronUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" disabled={found.length === 0} aria-label={words.next} onClick={() => go(1)}>
            <IconChevronDown size={16} aria-hidden />
          </ActionIcon>
          <Text size="xs" c="dimmed" miw={70} aria-live="polite">
            {search === "" ? words.logLines(lines.length) : words.logMatches(at + 1, found.length)}
          </Text>
        </Group>
        <Switch label={words.follow} size="sm" checked={isFollowing} onChange={(event) => setFollowing(event.currentTarget.checked)} />
        <Switch label={words.wrap} size="sm" checked={isWrapped} onChange={(event) => setWrapped(event.currentTarget.checked)} />
        <Button size="xs" variant="default" onClick={() => saveBlob(new Blob([text], { type: "text/plain" }), `preview-${jobId}.log`)}>
          {words.downloadLog}
        </Button>
      </Group>
      <Lines lines={lines} marked={found} current={found[at] ?? null} isFollowing={isFollowing} isWrapped={isWrapped} />
    </>
  );
}

interface LinesProps {
  lines: readonly string[];
  marked: readonly number[];
  current: number | null;
  isFollowing: boolean;
  isWrapped: boolean;
}

function Lines({ lines, marked, current, isFollowing, isWrapped }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const hits = useMemo(() => new Set(marked), [marked]);
  // Its functions are used in this component only, so that nothing keeps an old one.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  useEffect(() => {
    if (isFollowing && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: "end" });
  }, [isFollowing, lines.length, rows]);
  useEffect(() => {
    if (current !== null) rows.scrollToIndex(current, { align: "center" });
  }, [current, rows]);
  useEffect(() => rows.measure(), [isWrapped, rows]);
  return (
    <Box
      ref={box}
      h={HEIGHT}
      className="code"
      role="region"
      aria-label={words.logLabel}
      tabIndex={0}
      style={{ overflow: "auto", border: "1px solid var(--hs-line)", borderRadius: 8, background: "var(--hs-paper)" }}
    >
      {lines.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {words.emptyLog}
        </Text>
      )}
      <div style={{ height: rows.getTotalSize(), position: "relative", minWidth: isWrapped ? undefined : "max-content" }}>
        {rows.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            ref={rows.measureElement}
            data-index={index}
            style={{
              position: "absolute",
              top: 0,
              transform: `translateY(${start}px)`,
              width: isWrapped ? "100%" : undefined,
              padding: "0 12px",
              minHeight: LINE,
              font: `12.5px/${LINE}px var(--mantine-font-family-monospace)`,
              whiteSpace: isWrapped ? "pre-wrap" : "pre",
              overflowWrap: isWrapped ? "anywhere" : undefined,
              background: index === current ? "var(--hs-added-ground)" : hits.has(index) ? "var(--hs-hint)" : undefined,
            }}
          >
            {visible(lines[index] ?? "")}
          </div>
        ))}
      </div>
    </Box>
  );
}
