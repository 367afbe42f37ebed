import { useVirtualizer } from "@tanstack/react-virtual";
import {
  IconBox, IconChevronDown, IconChevronRight, IconFile, IconFileSymlink, IconFolder, IconFolderOpen, IconPackage,
} from "@tabler/icons-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { findTyped, rowAbove, type EntryRow, type TreeEntry, type TreeRow } from "@shared/files/rows.ts";
import { CodeText } from "@/components/code-text.tsx";
import { fileSize } from "@/components/file-size.ts";
import { files } from "@/strings/files.ts";
import styles from "./tree.module.css";

const ROW = 26;
const INDENT = 14;
// Letters typed within this time belong together.
const TYPING_MS = 700;

interface TreeViewProps {
  label: string;
  rows: readonly TreeRow[];
  selected: ReadonlySet<string>;
  isMulti?: boolean;
  height: string;
  onOpen: (entry: TreeEntry) => void;
  onToggle: (path: string, isOpen: boolean) => void;
  /** A folder's next page comes into view. */
  onMore: (folder: string) => void;
  /** Folders can be chosen too, by Enter or a click on the name; else these open and close them. */
  areFoldersChosen?: boolean;
}

/**
 * A tree of files after the ARIA pattern, with only the rows in view in the document. The focus is the tree's own and the
 * active row is named to assistive technology, so that a row that scrolls away takes no focus with it.
 */
export function TreeView(props: TreeViewProps) {
  const { rows, selected, onMore, height } = props;
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const [activeKey, setActiveKey] = useState<string | null>(null);
  // oxlint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 15 });
  const items = virtual.getVirtualItems();
  const active = activeIndex(rows, activeKey, selected);
  const pending = items.map((item) => rows[item.index]).filter((row) => row?.kind === "pending");
  useEffect(() => {
    for (const row of pending) onMore(row?.kind === "pending" ? row.folder : "");
  });
  useReveal(rows, selected, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActiveKey(rows[next]?.key ?? null);
    virtual.scrollToIndex(next, { align: "auto" });
  };
  const typed = useTyping();
  return (
    <div
      ref={frame}
      role="tree"
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable={props.isMulti === true ? true : undefined}
      aria-activedescendant={rows.length > 0 ? `${id}-${active}` : undefined}
      className={styles["tree"]}
      style={{ height }}
      onKeyDown={(event) => onKey(event, { ...props, active, move, typed })}
    >
      <div role="none" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <Row
              key={row.key}
              id={`${id}-${item.index}`}
              row={row}
              top={item.start}
              isActive={item.index === active}
              isSelected={row.kind === "entry" && selected.has(row.entry.path)}
              tree={props}
              onTouch={() => setActiveKey(row.key)}
            />
          );
        })}
      </div>
    </div>
  );
}

function activeIndex(rows: readonly TreeRow[], key: string | null, selected: ReadonlySet<string>): number {
  const at = rows.findIndex((row) => row.key === key);
  if (at !== -1) return at;
  return Math.max(0, rows.findIndex((row) => selected.has(row.key)));
}

/** Bring what is selected into view once its row is there, and then leave the scrolling to the reader. */
function useReveal(rows: readonly TreeRow[], selected: ReadonlySet<string>, scrollTo: (index: number) => void): void {
  const [path] = selected;
  const revealed = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (path === undefined || revealed.current === path || selected.size > 1) return;
    const at = rows.findIndex((row) => row.key === path);
    if (at === -1) return;
    revealed.current = path;
    scrollTo(at);
  });
}

interface RowProps {
  id: string;
  row: TreeRow;
  top: number;
  isActive: boolean;
  isSelected: boolean;
  tree: TreeViewProps;
  onTouch: () => void;
}

function Row({ id, row, top, isActive, isSelected, tree, onTouch }: RowProps) {
  const place = { transform: `translateY(${top}px)`, paddingLeft: 8 + (row.level - 1) * INDENT };
  if (row.kind === "pending") {
    return (
      <div id={id} role="treeitem" aria-level={row.level} aria-selected={false} aria-busy className={styles["row"]} style={place}>
        <span className={styles["chevron"]} />
        {files.loadingEntries}
      </div>
    );
  }
  const { entry } = row;
  const classes = [styles["row"], isSelected ? styles["selected"] : "", isActive ? styles["active"] : ""].join(" ");
  // The keyboard is served by the tree as a whole.
  // oxlint-disable jsx-a11y/click-events-have-key-events
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-expanded={row.isOpen}
      aria-selected={isSelected}
      aria-posinset={row.size === -1 ? undefined : row.position}
      aria-setsize={row.size === -1 ? undefined : row.size}
      tabIndex={-1}
      className={classes}
      style={place}
      onClick={() => {
        onTouch();
        choose(tree, row);
      }}
    >
      <Chevron row={row} onToggle={tree.onToggle} />
      <EntryIcon row={row} />
      <span className={styles["name"]}>
        <CodeText text={entry.name} />
      </span>
      {entry.size !== null && (
        <span className={styles["about"]}>
          {fileSize(entry.size)}
          {entry.language !== null && ` · ${entry.language}`}
        </span>
      )}
    </div>
  );
}

function Chevron({ row, onToggle }: { row: EntryRow; onToggle: TreeViewProps["onToggle"] }) {
  if (row.isOpen === undefined) return <span className={styles["chevron"]} />;
  const Icon = row.isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Icon
      size={14}
      aria-hidden
      className={styles["chevron"]}
      onClick={(event) => {
        event.stopPropagation();
        onToggle(row.entry.path, !row.isOpen);
      }}
    />
  );
}

function EntryIcon({ row }: { row: EntryRow }) {
  const shared = { size: 15, "aria-hidden": true, style: { flexShrink: 0, color: "var(--hs-muted)" } } as const;
  switch (row.entry.kind) {
    case "folder":
      return row.isOpen === true ? <IconFolderOpen {...shared} /> : <IconFolder {...shared} />;
    case "symlink":
      return <IconFileSymlink {...shared} />;
    case "submodule":
      return <IconBox {...shared} />;
    case "lfs_pointer":
      return <IconPackage {...shared} />;
    default:
      return <IconFile {...shared} />;
  }
}

function choose(tree: TreeViewProps, row: TreeRow | undefined): void {
  if (row?.kind !== "entry") return;
  if (row.isOpen !== undefined && tree.areFoldersChosen !== true) tree.onToggle(row.entry.path, !row.isOpen);
  else tree.onOpen(row.entry);
}

interface Typing {
  add: (letter: string) => string;
  forget: () => void;
}

/** Collect what is typed quickly, letter by letter, until another key has moved on from there. */
function useTyping(): Typing {
  const state = useRef({ text: "", at: 0 });
  return {
    add: (letter) => {
      const now = performance.now();
      const text = now - state.current.at < TYPING_MS ? state.current.text + letter : letter;
      state.current = { text, at: now };
      return text;
    },
    forget: () => {
      state.current = { text: "", at: 0 };
    },
  };
}

interface KeyContext extends TreeViewProps {
  active: number;
  move: (index: number) => void;
  typed: Typing;
}

function onKey(event: KeyboardEvent, tree: KeyContext): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const { rows, active, move } = tree;
  const row = rows[active];
  const page = Math.max(1, Math.floor((event.currentTarget.clientHeight || ROW) / ROW) - 1);
  const moves: Record<string, number> = {
    ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1, PageDown: active + page, PageUp: active - page,
  };
  const to = moves[event.key];
  if (to !== undefined) move(to);
  else if (event.key === "ArrowRight") goIn(tree, row);
  else if (event.key === "ArrowLeft") goOut(tree, row);
  else if (event.key === "Enter" || event.key === " ") choose(tree, row);
  else if (event.key.length === 1) {
    const text = tree.typed.add(event.key);
    const found = findTyped(rows, text, text.length === 1 ? active + 1 : active);
    if (found !== -1) move(found);
  } else return;
  if (event.key.length > 1) tree.typed.forget();
  event.preventDefault();
}

function goIn({ rows, active, move, onToggle }: KeyContext, row: TreeRow | undefined): void {
  if (row?.kind !== "entry" || row.isOpen === undefined) return;
  if (!row.isOpen) onToggle(row.entry.path, true);
  else if ((rows[active + 1]?.level ?? 0) > row.level) move(active + 1);
}

function goOut({ rows, active, move, onToggle }: KeyContext, row: TreeRow | undefined): void {
  if (row?.kind === "entry" && row.isOpen === true) onToggle(row.entry.path, false);
  else if (rowAbove(rows, active) !== -1) move(rowAbove(rows, active));
}
