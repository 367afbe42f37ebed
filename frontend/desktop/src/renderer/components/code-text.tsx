import { pieces, type MarkedPiece, type Piece } from "@shared/text/invisible.ts";
import styles from "./code-text.module.css";

/**
 * A text from a repository, in reading order from left to right: what is not seen, turns the direction or passes for another
 * letter is shown and named. For whole lines, paths and names alike; the parent decides on font and line breaks.
 */
export function CodeText({ text, className = "" }: { text: string; className?: string | undefined }) {
  return (
    <bdi className={`${styles["code"]} ${className}`} dir="ltr">
      {pieces(text).map((piece) => (
        <CodePiece key={piece.from} piece={piece} />
      ))}
    </bdi>
  );
}

/** One piece of such a text, for those who cut it further, by colour or by difference. */
export function CodePiece({ piece }: { piece: Piece }) {
  if (piece.kind === "marked") return <MarkedCharacter piece={piece} />;
  return piece.isRightToLeft ? <bdi dir="rtl">{piece.text}</bdi> : piece.text;
}

/** The character itself is left out: it would go on doing what it does. */
function MarkedCharacter({ piece }: { piece: MarkedPiece }) {
  if (piece.mark === "look_alike") {
    return (
      <span className={styles["lookAlike"]} title={piece.label}>
        {piece.text}
      </span>
    );
  }
  const shape = piece.mark === "space" ? `${styles["mark"]} ${styles["space"]}` : styles["mark"];
  return (
    <span className={shape} title={piece.label} role="img" aria-label={piece.label}>
      {piece.glyph}
    </span>
  );
}
