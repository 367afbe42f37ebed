import "./code.css";
import { foldGutter, foldKeymap } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, StateEffect, StateField, type Extension } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type DecorationSet, type KeyBinding } from "@codemirror/view";
import { useCallback, useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { nonce } from "@/nonce.ts";
import { deceptiveCharacters } from "./deceptive.ts";
import { grammarFor } from "./grammars.ts";
import { noteGutter, setNotes, type LineNote } from "./note-gutter.ts";
import { codeTheme } from "./theme.ts";

/** What is selected, in lines from 1 and the column of its beginning, from 1 too. */
export interface CodeSelection {
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly isEmpty: boolean;
}

export interface CodeHandle {
  /** Put lines in the middle of the view and the caret at their beginning. */
  reveal(start: number): unknown;
  openSearch(): unknown;
  focus(): void;
}

export interface CodeViewProps {
  path: string;
  text: string;
  label: string;
  isWrapped: boolean;
  isHighlighted: boolean;
  /** Lines to point at. */
  chosen: readonly [start: number, end: number] | null;
  notes: readonly LineNote[];
  onSelect: (selection: CodeSelection) => void;
  /** Somebody clicked the number of a line; with `isExtended` he wants all up to it. */
  onLine: (line: number, isExtended: boolean) => void;
  onNote: (line: number) => void;
  ref?: Ref<CodeHandle>;
}

const setChosen = StateEffect.define<readonly [number, number] | null>();
const chosenLine = Decoration.line({ class: "cm-chosen" });

const chosenLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines;
    for (const effect of transaction.effects) if (effect.is(setChosen)) next = marked(transaction.state, effect.value);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marked(state: EditorState, lines: readonly [number, number] | null): DecorationSet {
  if (lines === null) return Decoration.none;
  const ranges = [];
  for (let line = lines[0]; line <= Math.min(lines[1], state.doc.lines); line += 1) ranges.push(chosenLine.range(state.doc.line(line).from));
  return Decoration.set(ranges);
}

// The browser moves the caret itself, but knows only the lines that are drawn.
const WHOLE: readonly KeyBinding[] = [
  { key: "Mod-a", run: (view) => select(view, 0, view.state.doc.length) },
  { key: "Mod-Home", run: (view) => select(view, 0, 0) },
  { key: "Mod-End", run: (view) => select(view, view.state.doc.length, view.state.doc.length) },
];

function select(view: EditorView, anchor: number, head: number): boolean {
  view.dispatch({ selection: { anchor, head }, scrollIntoView: anchor === head });
  return true;
}

/** A file's text, to read: search, line numbers, colours, what it hides, and notes in the margin. */
export default function CodeView(props: CodeViewProps) {
  const [view, setView] = useState<EditorView | null>(null);
  const [parts] = useState(() => ({ wrapping: new Compartment(), language: new Compartment() }));
  // What the editor calls is always what was last given.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const { text, path, label, isWrapped, isHighlighted, chosen, notes, ref } = props;
  const attach = useCallback(
    (parent: HTMLDivElement) => {
      const extensions = [setUp(latest, label), parts.wrapping.of([]), parts.language.of([])];
      const made = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
      setView(made);
      return () => {
        setView(null);
        made.destroy();
      };
    },
    [text, label, parts],
  );
  useEffect(() => {
    view?.dispatch({ effects: parts.wrapping.reconfigure(isWrapped ? EditorView.lineWrapping : []) });
  }, [view, parts, isWrapped]);
  useEffect(() => {
    let isWanted = true;
    const loaded = isHighlighted ? grammarFor(path) : Promise.resolve(null);
    void loaded.then((found) => {
      if (isWanted) view?.dispatch({ effects: parts.language.reconfigure(found ?? []) });
    });
    return () => {
      isWanted = false;
    };
  }, [view, parts, path, isHighlighted]);
  const [start, end] = chosen ?? [null, null];
  useEffect(() => {
    if (view === null) return;
    view.dispatch({ effects: setChosen.of(start === null || end === null ? null : [start, end]) });
    if (start !== null && !isInView(view, start)) reveal(view, start);
  }, [view, start, end]);
  useEffect(() => {
    view?.dispatch({ effects: setNotes.of(notes) });
  }, [view, notes]);
  useImperativeHandle(ref, () => handleOf(view), [view]);
  return <div ref={attach} style={{ height: "100%", minHeight: 0 }} />;
}

/** Whoever clicks a line must not see it jump. */
function isInView(view: EditorView, line: number): boolean {
  const block = view.lineBlockAt(view.state.doc.line(Math.min(line, view.state.doc.lines)).from);
  const { scrollTop, clientHeight } = view.scrollDOM;
  return block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
}

function reveal(view: EditorView, start: number): void {
  const line = view.state.doc.line(Math.min(Math.max(start, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
}

function handleOf(view: EditorView | null): CodeHandle {
  return {
    reveal: (start) => view !== null && reveal(view, start),
    openSearch: () => view !== null && openSearchPanel(view),
    focus: () => view?.focus(),
  };
}

function setUp(latest: { current: CodeViewProps }, label: string): Extension {
  return [
    noteGutter((line) => latest.current.onNote(line)),
    lineNumbers({
      domEventHandlers: {
        mousedown(view, block, event) {
          latest.current.onLine(view.state.doc.lineAt(block.from).number, (event as MouseEvent).shiftKey);
          return true;
        },
      },
    }),
    foldGutter(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([...searchKeymap, ...foldKeymap, ...WHOLE]),
    EditorState.readOnly.of(true),
    EditorState.tabSize.of(4),
    EditorView.cspNonce.of(nonce),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", spellcheck: "false" }),
    EditorView.updateListener.of((update) => {
      if (update.selectionSet) latest.current.onSelect(selectionOf(update.state));
    }),
    chosenLines,
    deceptiveCharacters,
    codeTheme,
  ];
}

function selectionOf(state: EditorState): CodeSelection {
  const { from, to, empty } = state.selection.main;
  const first = state.doc.lineAt(from);
  const last = state.doc.lineAt(to);
  // A selection that ends before a line's first character does not mean that line.
  const end = !empty && last.number > first.number && to === last.from ? last.number - 1 : last.number;
  return { start: first.number, end, column: from - first.from + 1, isEmpty: empty };
}
