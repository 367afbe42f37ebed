import { RangeSet, StateEffect, StateField, type Extension } from "@codemirror/state";
import { gutter, GutterMarker, type EditorView } from "@codemirror/view";

/** Something to be told of beside a line. */
export interface LineNote {
  readonly line: number;
  readonly count: number;
  readonly isMoved: boolean;
  readonly label: string;
}

export const setNotes = StateEffect.define<readonly LineNote[]>();

class NoteMarker extends GutterMarker {
  constructor(
    readonly note: LineNote,
    readonly onOpen: (line: number) => void,
  ) {
    super();
  }

  override eq(other: NoteMarker): boolean {
    return other.note.label === this.note.label && other.note.count === this.note.count && other.note.isMoved === this.note.isMoved;
  }

  override toDOM(): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = this.note.isMoved ? "cm-note cm-note-moved" : "cm-note";
    button.textContent = String(this.note.count);
    button.title = this.note.label;
    button.setAttribute("aria-label", this.note.label);
    // The same notes are reached by keyboard through the panel beside the code; a thousand stops in between help nobody.
    button.tabIndex = -1;
    button.addEventListener("click", () => this.onOpen(this.note.line));
    return button;
  }
}

/** A gutter with a mark at every line that a note cites. */
export function noteGutter(onOpen: (line: number) => void): Extension {
  const field = StateField.define<RangeSet<NoteMarker>>({
    create: () => RangeSet.empty,
    update(markers, transaction) {
      let next = markers;
      for (const effect of transaction.effects) {
        if (!effect.is(setNotes)) continue;
        const { doc } = transaction.state;
        const ranges = effect.value
          .filter((note) => note.line >= 1 && note.line <= doc.lines)
          .map((note) => new NoteMarker(note, onOpen).range(doc.line(note.line).from));
        next = RangeSet.of(ranges, true);
      }
      return next;
    },
  });
  return [field, gutter({ class: "cm-notes", markers: (view: EditorView) => view.state.field(field) })];
}
