import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import { isPlain, pieces, type MarkedPiece } from "@shared/text/invisible.ts";

/** Shows a character that is not seen, or turns the reading direction, by its short name. */
class MarkWidget extends WidgetType {
  constructor(readonly piece: MarkedPiece) {
    super();
  }

  override eq(other: MarkWidget): boolean {
    return other.piece.label === this.piece.label;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "cm-marked";
    element.textContent = this.piece.glyph;
    element.title = this.piece.label;
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", this.piece.label);
    return element;
  }
}

function marksIn(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      // Only what is drawn of a line: one line may be a whole file.
      const start = Math.max(line.from, from);
      const text = view.state.sliceDoc(start, Math.min(line.to, to));
      if (!isPlain(text)) addMarks(builder, start, text);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

function addMarks(builder: RangeSetBuilder<Decoration>, start: number, text: string): void {
  for (const piece of pieces(text)) {
    const from = start + piece.from;
    const to = from + piece.text.length;
    if (piece.kind === "plain") {
      if (piece.isRightToLeft) builder.add(from, to, Decoration.mark({ tagName: "bdi", attributes: { dir: "rtl" } }));
    } else if (piece.mark === "look_alike") {
      builder.add(from, to, Decoration.mark({ class: "cm-looksAlike", attributes: { title: piece.label } }));
    } else {
      builder.add(from, to, Decoration.replace({ widget: new MarkWidget(piece) }));
    }
  }
}

/** Makes visible what a reader would not see; see `@shared/text/invisible.ts`. */
export const deceptiveCharacters = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = marksIn(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = marksIn(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
