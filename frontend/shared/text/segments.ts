/** A line cut at every border of colour, difference and deception, ready to be shown piece by piece. Pure. */
import { pieces, type Piece } from "./invisible.ts";

/** Characters [from, to) of a line with a name: a colour's, say. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface Segment {
  readonly piece: Piece;
  /** The colour's name, if any. */
  readonly name: string;
  readonly isChanged: boolean;
}

/** Spans and changes must be in order and not overlap among themselves. */
export function segments(text: string, spans: readonly Span[], changes: readonly { from: number; to: number }[]): readonly Segment[] {
  const found: Segment[] = [];
  let span = 0;
  let change = 0;
  for (const piece of pieces(text)) {
    const end = piece.from + piece.text.length;
    let at = piece.from;
    while (at < end) {
      while ((spans[span]?.to ?? Number.POSITIVE_INFINITY) <= at) span += 1;
      while ((changes[change]?.to ?? Number.POSITIVE_INFINITY) <= at) change += 1;
      const [colour, changed] = [spans[span], changes[change]];
      const isColoured = colour !== undefined && colour.from <= at;
      const isChanged = changed !== undefined && changed.from <= at;
      // A marked character and a run of right-to-left letters stay whole.
      const isWhole = piece.kind === "marked" || piece.isRightToLeft;
      const borders = [end, isColoured ? colour.to : colour?.from, isChanged ? changed.to : changed?.from];
      const to = isWhole ? end : Math.min(...borders.filter((border) => border !== undefined && border > at).map(Number));
      const part: Piece = isWhole ? piece : { kind: "plain", from: at, text: text.slice(at, to), isRightToLeft: false };
      found.push({ piece: part, name: isColoured ? colour.name : "", isChanged });
      at = to;
    }
  }
  return found;
}
