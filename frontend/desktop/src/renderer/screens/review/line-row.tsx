import { Button } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import type { LineRow, Side, View } from "@shared/review/rows.ts";
import { wordChanges, type Range } from "@shared/review/words.ts";
import { CodeLine } from "@/components/code-line.tsx";
import { review } from "@/strings/review.ts";
import styles from "./diff.module.css";
import type { Colours } from "./file-states.ts";

/** Where a row stands among all rows, and who is told of its height. */
export interface Placed {
  readonly index: number;
  readonly measure: (element: Element | null) => void;
}

// A line of more characters is data; all of it is there on request, and not before, because laying it out takes seconds.
const LONGEST = 2_000;

interface Look {
  readonly sign: string;
  readonly className: string | undefined;
  readonly said: string;
}

const ADDED: Look = { sign: "+", className: styles["added"], said: review.added };
const REMOVED: Look = { sign: "−", className: styles["removed"], said: review.removed };
// What conflicts: these lines stay, and those do not come back.
const STAYS: Look = { sign: "=", className: styles["stays"], said: review.stays };
const LOST: Look = { sign: "×", className: styles["lost"], said: review.lost };
const SAME: Look = { sign: "", className: undefined, said: "" };

interface LineProps extends Placed {
  row: LineRow;
  view: View;
  colours: Colours | undefined;
}

/** One line of the diff. Few elements: it is drawn thousands of times while the diff scrolls. */
export const LineView = memo(function LineView({ row, view, colours, index, measure }: LineProps) {
  if (view === "split") {
    return (
      <div ref={measure} data-index={index} className={styles["halves"]}>
        <Half side={row.old} look={lookOf(row, true)} isOld colours={colours} />
        <Half side={row.new} look={lookOf(row, false)} isOld={false} colours={colours} />
      </div>
    );
  }
  const isOld = row.change === "removed";
  const look = lookOf(row, isOld);
  return (
    <div ref={measure} data-index={index} className={`${styles["line"]} ${look.className ?? ""}`}>
      <span className={styles["number"]}>{row.change === "added" ? "" : row.old?.number}</span>
      <span className={styles["number"]}>{row.change === "removed" ? "" : row.new?.number}</span>
      <Sign look={look} />
      <SideText side={isOld ? row.old : row.new} isOld={isOld} colours={colours} />
    </div>
  );
});

interface HalfProps {
  side: Side | null;
  look: Look;
  isOld: boolean;
  colours: Colours | undefined;
}

function Half({ side, look, isOld, colours }: HalfProps) {
  if (side === null) return <div className={`${styles["half"]} ${styles["nothing"]}`} />;
  return (
    <div className={`${styles["half"]} ${look.className ?? ""}`}>
      <span className={styles["number"]}>{side.number}</span>
      <Sign look={look} />
      <SideText side={side} isOld={isOld} colours={colours} />
    </div>
  );
}

function lookOf({ change, hunk }: LineRow, isOld: boolean): Look {
  if (change === "none") return SAME;
  if (hunk?.hunk.selectable === false) return isOld ? STAYS : LOST;
  return isOld ? REMOVED : ADDED;
}

function Sign({ look }: { look: Look }) {
  if (look.said === "") return <span />;
  return (
    <span className={styles["sign"]} role="img" aria-label={look.said}>
      {look.sign}
    </span>
  );
}

function SideText({ side, isOld, colours }: { side: Side | null; isOld: boolean; colours: Colours | undefined }) {
  const text = side?.text ?? null;
  const other = side?.other ?? null;
  const changes = useMemo((): readonly Range[] => {
    if (text === null || other === null) return [];
    return isOld ? wordChanges(text, other).old : wordChanges(other, text).new;
  }, [text, other, isOld]);
  if (side === null || text === null) {
    return (
      <span className={styles["text"]}>
        <span className={styles["waiting"]} />
      </span>
    );
  }
  const lines = isOld ? colours?.old : colours?.new;
  const spans = side.number === null ? undefined : lines?.[side.number - 1];
  if (text.length <= LONGEST && side.end === null) return <CodeLine text={text} spans={spans} changes={changes} className={styles["text"]} />;
  return (
    <span className={styles["text"]}>
      {text.length > LONGEST ? <LongLine text={text} /> : <CodeLine text={text} spans={spans} changes={changes} />}
      <End end={side.end} />
    </span>
  );
}

function End({ end }: { end: Side["end"] }) {
  if (end === "none") return <span className={styles["end"]}>{review.noLineEnd}</span>;
  if (end !== "crlf") return null;
  return (
    <span className={styles["end"]} role="img" aria-label={review.carriageReturn} title={review.carriageReturn}>
      ␍
    </span>
  );
}

function LongLine({ text }: { text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  if (isWhole) return <CodeLine text={text} />;
  return (
    <>
      <CodeLine text={text.slice(0, LONGEST)} />{" "}
      <Button size="compact-xs" variant="default" onClick={() => setIsWhole(true)}>
        {review.longLine(text.length - LONGEST)}
      </Button>
    </>
  );
}
