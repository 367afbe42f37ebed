import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Colours are variables of code.css, so that changing the appearance needs no other editor.
const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit], color: "var(--code-number)" },
  { tag: [tags.comment, tags.docComment, tags.meta], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.macroName], color: "var(--code-function)" },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], color: "var(--code-type)" },
  { tag: [tags.attributeName, tags.propertyName, tags.labelName], color: "var(--code-property)" },
  { tag: [tags.heading], color: "var(--code-keyword)", fontWeight: "700" },
  { tag: [tags.link, tags.url], color: "var(--code-string)", textDecoration: "underline" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "700" },
]);

const frame = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--code-size)", backgroundColor: "var(--hs-card)", color: "var(--mantine-color-text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "var(--code-line)", fontVariantLigatures: "none" },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": { backgroundColor: "var(--hs-card)", color: "var(--hs-muted)", borderRight: "1px solid var(--hs-line)" },
  ".cm-lineNumbers .cm-gutterElement": { cursor: "pointer", minWidth: "3.2em", paddingRight: "8px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--hs-line) 35%, transparent)" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--mantine-color-text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-chosen": { backgroundColor: "var(--hs-hint)" },
  ".cm-searchMatch": { backgroundColor: "var(--code-match)", outline: "1px solid var(--hs-muted)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--code-selection)" },
  ".cm-panels": { backgroundColor: "var(--hs-paper)", color: "var(--mantine-color-text)", borderColor: "var(--hs-line)" },
  ".cm-textfield": { backgroundColor: "var(--hs-card)", color: "var(--mantine-color-text)", border: "1px solid var(--hs-muted)", fontSize: "13px" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--hs-card)", color: "var(--mantine-color-text)", border: "1px solid var(--hs-muted)", fontSize: "13px" },
  ".cm-panel.cm-search label": { fontSize: "13px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--mantine-color-text)", minWidth: "24px", minHeight: "24px" },
  ".cm-marked": {
    display: "inline-block", margin: "0 1px", padding: "0 3px", border: "1px solid var(--hs-removed)", borderRadius: "3px",
    backgroundColor: "var(--hs-removed-ground)", color: "var(--hs-removed)", fontSize: "0.75em", lineHeight: "1.35", fontWeight: "600",
  },
  ".cm-looksAlike": { backgroundColor: "var(--hs-removed-ground)", color: "var(--hs-removed)", textDecoration: "underline wavy" },
  ".cm-notes .cm-gutterElement": { padding: "0 2px", minWidth: "20px" },
  ".cm-note": {
    display: "inline-flex", alignItems: "center", justifyContent: "center", width: "16px", height: "16px", marginTop: "2px", padding: "0",
    border: "1px solid var(--code-note)", borderRadius: "50%", background: "var(--hs-card)", color: "var(--code-note)",
    fontSize: "10px", fontWeight: "700", cursor: "pointer",
  },
  ".cm-note.cm-note-moved": { borderStyle: "dashed" },
});

export const codeTheme = [syntaxHighlighting(style), frame];
