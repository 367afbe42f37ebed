import { Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { best, type Match } from "@shared/text/fuzzy.ts";
import { isPlain } from "@shared/text/invisible.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Failure } from "@/components/states.tsx";
import { useNames } from "@/components/tree/use-tree.ts";
import type { Head } from "@/data/files.ts";
import { common } from "@/strings/common.ts";
import { files } from "@/strings/files.ts";
import styles from "./files.module.css";

const MOST = 50;
const TYPING_PAUSE_MS = 60;

interface QuickOpenProps {
  projectId: string;
  reference: string | undefined;
  head: Head | undefined;
  isOpen: boolean;
  onClose: () => void;
  onOpen: (path: string) => void;
}

/** Go to a file by some letters of its path. */
export function QuickOpen({ isOpen, onClose, ...rest }: QuickOpenProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={files.quickOpen} size="lg" yOffset="8dvh" transitionProps={{ duration: 0 }} closeButtonProps={{ "aria-label": common.close }}>
      {isOpen && <Finder {...rest} />}
    </Modal>
  );
}

function Finder({ projectId, reference, head, onOpen }: Omit<QuickOpenProps, "isOpen" | "onClose">) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const [active, setActive] = useState(0);
  const names = useNames(projectId, reference, head?.commit);
  const paths = useMemo(() => names.files.map((file) => file.path), [names.files]);
  const found = useMemo(() => best(paths, query, MOST), [paths, query]);
  const at = Math.min(active, Math.max(found.length - 1, 0));
  const move = (to: number) => {
    const next = (to + found.length) % Math.max(found.length, 1);
    setActive(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(at + 1);
    else if (event.key === "ArrowUp") move(at - 1);
    else if (event.key === "Enter" && found[at] !== undefined) onOpen(found[at].path);
    else return;
    event.preventDefault();
  };
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={files.quickOpen}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        placeholder={files.quickOpenHint}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {names.error !== null && <Failure error={names.error} retry={names.retry} />}
      <div role="listbox" id={`${id}-list`} aria-label={files.quickOpenResults} className={styles["results"]}>
        {found.map((match, index) => (
          // The keyboard is served by the field above.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={match.path}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={styles["result"]}
            onClick={() => onOpen(match.path)}
          >
            <MatchedPath match={match} />
          </div>
        ))}
      </div>
      <Text size="xs" c="dimmed" aria-live="polite" mih={18}>
        {names.isWhole ? (found.length === 0 && files.noMatch) || "" : files.readingNames(paths.length)}
      </Text>
    </Stack>
  );
}

/** The path with the letters that matched; one that deceives is shown for what it is. */
function MatchedPath({ match: { path, at } }: { match: Match }) {
  if (at.length === 0 || !isPlain(path)) return <CodeText text={path} />;
  const matched = new Set(at);
  const parts: { text: string; isMatched: boolean }[] = [];
  for (let index = 0; index < path.length; index += 1) {
    const isMatched = matched.has(index);
    const last = parts.at(-1);
    if (last?.isMatched === isMatched) last.text += path[index];
    else parts.push({ text: path[index] ?? "", isMatched });
  }
  return <bdi>{parts.map((part, index) => (part.isMatched ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>))}</bdi>;
}
