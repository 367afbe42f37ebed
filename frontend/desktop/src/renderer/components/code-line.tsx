import { memo } from "react";
import { segments, type Span } from "@shared/text/segments.ts";
import { CodePiece } from "./code-text.tsx";
import styles from "./code-text.module.css";
import "./code-colours.css";

interface CodeLineProps {
  text: string;
  spans?: readonly Span[] | undefined;
  changes?: readonly { from: number; to: number }[];
  className?: string | undefined;
}

const NONE: readonly never[] = [];

/** One line of code: coloured, with its changed words on a stronger ground, and nothing in it that deceives unseen. */
export const CodeLine = memo(function CodeLine({ text, spans = NONE, changes = NONE, className = "" }: CodeLineProps) {
  return (
    <bdi className={`${styles["code"]} ${className}`} dir="ltr">
      {segments(text, spans, changes).map(({ piece, name, isChanged }) =>
        name === "" && !isChanged ? (
          <CodePiece key={piece.from} piece={piece} />
        ) : (
          <span key={piece.from} className={isChanged ? `${name} ${styles["changed"]}` : name}>
            <CodePiece piece={piece} />
          </span>
        ),
      )}
    </bdi>
  );
});
