import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Decisions, Verdict } from "@shared/review/decisions.ts";
import type { PlacedHunk, Proposal } from "@shared/review/proposal.ts";
import { rowsOf, type Row, type View } from "@shared/review/rows.ts";
import { CodeText } from "@/components/code-text.tsx";
import { review } from "@/strings/review.ts";
import styles from "./diff.module.css";
import type { useFileStates } from "./file-states.ts";
import { FileHead, GapView } from "./head-rows.tsx";
import { HunkHead } from "./hunk-row.tsx";
import { LineView, type Placed } from "./line-row.tsx";

const LINE_HEIGHT = 20;
// What diff.module.css gives a row whose text does not wrap. Were one off by a pixel, every row that comes into view would move all rows after it.
const HEIGHTS = { file: 40, hunk: 40, gap: 30, line: LINE_HEIGHT } as const;
// Rows beyond the edge of the window that are there already when scrolling reaches them.
const OVERSCAN = 8;

interface DiffProps {
  proposal: Proposal;
  hunks: readonly PlacedHunk[];
  view: View;
  tier: string | null;
  states: ReturnType<typeof useFileStates>;
  decisions: Decisions;
  /** The hunk that the keys act on; a new `at` scrolls to it. */
  pointed: { readonly id: string | null; readonly at: number };
  canDecide: boolean;
  onDecide: (id: string, verdict: Verdict | null) => void;
  onPoint: (id: string) => void;
}

/** All changes, line by line. Only the rows in view are in the page, so five thousand lines scroll like fifty. */
export function Diff(props: DiffProps) {
  const { proposal, hunks, view, tier, states, pointed } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(proposal.files, hunks, { view, tier, stateOf: states.stateOf }), [proposal.files, hunks, view, tier, states.stateOf]);
  // A new function here would have every row placed anew with each frame.
  const getItemKey = useCallback((index: number) => `${view}${rows[index]?.key}`, [rows, view]);
  // oxlint-disable-next-line react/incompatible-library -- its functions stay here and in what is drawn anew with this.
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHTS[rows[index]?.kind ?? "line"],
    getItemKey,
    overscan: OVERSCAN,
  });
  useScrolling(virtualizer, rows, pointed);
  const items = virtualizer.getVirtualItems();
  useWanted(rows, items.map((item) => item.index), virtualizer.isScrolling, states.want);
  const first = rows[virtualizer.range?.startIndex ?? 0];
  const path = proposal.files[first?.file ?? 0]?.path ?? "";
  return (
    <div className={styles["frame"]}>
      <div className={styles["where"]}>
        <span className={styles["path"]}>
          <CodeText text={path} />
        </span>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard */}
      <div ref={scroller} className={styles["scroll"]} tabIndex={0} role="region" aria-label={review.diff}>
        <div className={styles["all"]} style={{ height: virtualizer.getTotalSize() }}>
          <div className={styles["window"]} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              return <RowView key={item.key} row={row} index={item.index} measure={virtualizer.measureElement} {...props} />;
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function RowView({ row, index, measure, ...props }: DiffProps & Placed & { row: Row }) {
  const { proposal, states, view } = props;
  const file = proposal.files[row.file];
  if (file === undefined) return null;
  if (row.kind === "line") return <LineView index={index} measure={measure} row={row} view={view} colours={states.colours.get(file.path)} />;
  if (row.kind === "gap" || row.kind === "file") {
    return (
      <div ref={measure} data-index={index}>
        {row.kind === "gap" ? (
          <GapView gap={row} onOpen={(where) => states.openGap(file.path, row, where)} />
        ) : (
          <FileHead file={file} proposal={proposal} isFolded={states.stateOf(file.path).isFolded} onToggle={() => states.toggle(file.path)} />
        )}
      </div>
    );
  }
  const { id } = row.hunk.hunk;
  return (
    <HunkHead
      index={index}
      measure={measure}
      placed={row.hunk}
      total={props.hunks.length}
      verdict={props.decisions.get(id) ?? null}
      isCurrent={props.pointed.id === id}
      isFolded={row.isFolded}
      canDecide={props.canDecide}
      showsTier={proposal.kind !== "undo" && proposal.kind !== "documentation"}
      projectId={proposal.project_id}
      baseCommit={proposal.base_commit}
      onDecide={props.onDecide}
      onPoint={props.onPoint}
    />
  );
}

/** Bring the hunk that is pointed at into view, once for every time it is pointed at. */
function useScrolling(virtualizer: Virtualizer<HTMLDivElement, Element>, rows: readonly Row[], pointed: DiffProps["pointed"]): void {
  const done = useRef(0);
  useEffect(() => {
    if (pointed.at === done.current || pointed.id === null) return;
    const index = rows.findIndex((row) => row.kind === "hunk" && row.hunk.hunk.id === pointed.id);
    if (index === -1) return;
    done.current = pointed.at;
    // The lines before a hunk say where it is.
    virtualizer.scrollToIndex(Math.max(index - 3, 0), { align: "start" });
  }, [virtualizer, rows, pointed]);
}

/** Ask for the files in view once scrolling rests: whoever flies past a thousand files wants none of them. */
function useWanted(rows: readonly Row[], visible: readonly number[], isScrolling: boolean, want: (files: readonly number[]) => void): void {
  const files = [...new Set(visible.flatMap((index) => rows[index]?.file ?? []))].join();
  useEffect(() => {
    if (!isScrolling && files !== "") want(files.split(",").map(Number));
  }, [files, isScrolling, want]);
}
