import { Badge, Button, CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { Note, NoteStanding, PlacedReceipt } from "@shared/ai/notes.ts";
import { CodeText } from "@/components/code-text.tsx";
import { InlineCode } from "@/components/inline-code.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Markdown } from "@/components/markdown/markdown.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { files } from "@/strings/files.ts";
import styles from "./files.module.css";
import type { useNotes } from "./notes.ts";

interface NotesPanelProps {
  projectId: string;
  found: ReturnType<typeof useNotes>;
  activeKeys: readonly string[];
  onShow: (start: number, end: number) => void;
  onClose: () => void;
}

/** What AI said about the open file, each with where it stands now. */
export function NotesPanel({ projectId, found, activeKeys, onShow, onClose }: NotesPanelProps) {
  const frame = useRef<HTMLElement>(null);
  const [active] = activeKeys;
  useEffect(() => {
    if (active !== undefined) frame.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // A panel that scrolls by itself has to be reachable for those who have no mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <aside className={styles["notes"]} aria-label={files.notesTitle} ref={frame} tabIndex={0}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h6">
          {files.notesTitle}
        </Title>
        <CloseButton size="sm" aria-label={files.closeNotes} onClick={onClose} />
      </Group>
      {found.notes.length === 0 && (found.isPending ? <Loading lines={3} /> : <Empty title={files.noNotes}>{files.noNotesText}</Empty>)}
      {found.notes.map((note) => (
        <NoteCard key={note.key} projectId={projectId} note={note} isActive={activeKeys.includes(note.key)} onShow={onShow} />
      ))}
      {found.notes.length > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {files.notesFrom(found.lookedAt)}
        </Text>
      )}
    </aside>
  );
}

const HINTS: Readonly<Record<NoteStanding, string>> = { here: files.hereHint, moved: files.movedHint, gone: files.goneHint, unsure: files.unsureHint };
const COLOURS: Readonly<Record<NoteStanding, string>> = { here: "green", moved: "blue", gone: "red", unsure: "orange" };

function StandingBadge({ standing }: { standing: NoteStanding }) {
  return (
    <Badge size="sm" variant="dot" color={COLOURS[standing]} tt="none" title={HINTS[standing]}>
      {files[standing]}
    </Badge>
  );
}

interface NoteCardProps {
  projectId: string;
  note: Note;
  isActive: boolean;
  onShow: (start: number, end: number) => void;
}

function NoteCard({ projectId, note, isActive, onShow }: NoteCardProps) {
  const { source, lines } = note;
  return (
    <article className={styles["note"]} data-active={isActive}>
      <Stack gap={4}>
        <Group gap={6}>
          <StandingBadge standing={note.standing} />
          <Text size="xs" c="dimmed">
            <Time at={note.at} />
          </Text>
        </Group>
        {note.title !== "" && (
          <Text size="sm" fw={600}>
            <CodeText text={note.title} />
          </Text>
        )}
        {source.kind === "answer" ? (
          <Text size="sm" component="div">
            <Markdown text={note.text} />
          </Text>
        ) : (
          <Text size="sm">
            {files.proposed}: <CodeText text={note.text} />
          </Text>
        )}
        {lines !== null && (
          <Button size="compact-xs" variant="default" style={{ alignSelf: "flex-start" }} onClick={() => onShow(lines[0], lines[1])}>
            {files.noteAt(lines[0], lines[1])}
          </Button>
        )}
        {note.receipts.map((placed, index) => (
          <ReceiptLine key={index} placed={placed} projectId={projectId} commit={source.commit} onShow={onShow} />
        ))}
        {source.kind === "answer" ? (
          <RouteLink to="/projects/$projectId/ai/$jobId" params={{ projectId, jobId: source.jobId }} size="sm">
            {files.openResult}
          </RouteLink>
        ) : (
          <RouteLink to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId: source.proposalId }} search={{ hunk: note.key }} size="sm">
            {files.openProposal}
          </RouteLink>
        )}
      </Stack>
    </article>
  );
}

interface ReceiptLineProps {
  placed: PlacedReceipt;
  projectId: string;
  commit: string;
  onShow: (start: number, end: number) => void;
}

function ReceiptLine({ placed: { receipt, place }, projectId, commit, onShow }: ReceiptLineProps) {
  if (!receipt.isSupported) {
    return (
      <Text size="xs">
        <Badge size="xs" variant="dot" color="orange" tt="none" mr={4}>
          {files.unsupported}
        </Badge>
        <InlineCode text={receipt.text} /> {receipt.reason}
      </Text>
    );
  }
  return (
    <div>
      <Text size="xs">
        <InlineCode text={receipt.text} />
      </Text>
      <pre className={styles["quote"]}>
        <CodeText text={receipt.quote} />
      </pre>
      <Group gap={6}>
        {place !== null && <StandingBadge standing={place.standing} />}
        {place?.lines ? (
          <Lines lines={place.lines} onShow={onShow} />
        ) : (
          <RouteLink
            to="/projects/$projectId/files"
            params={{ projectId }}
            search={{ path: receipt.path, ref: commit, line: String(receipt.startLine), end: String(receipt.endLine) }}
            size="xs"
          >
            <CodeText text={receipt.path} />, {files.range(receipt.startLine ?? 1, receipt.endLine ?? 1)}
          </RouteLink>
        )}
      </Group>
    </div>
  );
}

function Lines({ lines: [start, end], onShow }: { lines: readonly [number, number]; onShow: (start: number, end: number) => void }) {
  return (
    <Button size="compact-xs" variant="default" onClick={() => onShow(start, end)}>
      {files.noteAt(start, end)}
    </Button>
  );
}
