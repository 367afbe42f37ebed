/**
 * Text from repositories, cut where it would deceive a reader: characters that are not seen, that turn the reading direction
 * (CVE-2021-42574), or that pass for others. Pure; `components/code-text.tsx` shows the pieces.
 */
import { describe, hex, passesFor } from "./characters.ts";

/** Why a character is marked. */
export type Mark = "direction" | "invisible" | "space" | "control" | "look_alike";

/** Nothing to say about these characters. `isRightToLeft`: a run of letters that must not move what stands around it. */
export interface PlainPiece {
  readonly kind: "plain";
  readonly from: number;
  readonly text: string;
  readonly isRightToLeft: boolean;
}

/** One character to point at. `glyph` is what to show for it; a look-alike is shown as it is. */
export interface MarkedPiece {
  readonly kind: "marked";
  readonly from: number;
  readonly text: string;
  readonly mark: Mark;
  /** "U+202E RIGHT-TO-LEFT OVERRIDE" */
  readonly label: string;
  readonly glyph: string;
}

export type Piece = PlainPiece | MarkedPiece;

// Whatever is not printable ASCII, tab or line feed deserves a look; most lines are done with this one question.
const REMARKABLE = /[^\t\n\x20-\x7e]/;

const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const SPACE = /[\p{Zs}\u2028\u2029\u2800]/u;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
// Format characters that have a shape: Arabic and its kin write them before numbers.
const SHAPED = "\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}";
const UNSEEN = `[\\p{Cf}\\p{Cc}\\p{Cs}\\p{Zs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]`;
// In an emoji, joiners and selectors do what they are for: 👩‍💻, ❤️, 1️⃣, the flags of England, Scotland and Wales.
const ENGLAND = "\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}";
const PICTURE = "\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?";
const EMOJI = `${PICTURE}(?:\\u200d${PICTURE})+|\\u{1f3f4}${ENGLAND}|[0-9#*]\\ufe0f\\u20e3|\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]`;
const RIGHT_TO_LEFT_LETTER = "[\\u0590-\\u05ff\\u0600-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]";
const RIGHT_TO_LEFT = `${RIGHT_TO_LEFT_LETTER}+(?: ${RIGHT_TO_LEFT_LETTER}+)*`;
const WORD = "(?:(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{M}\\p{N}_$])+";
const TOKEN = new RegExp(`(?<emoji>${EMOJI})|(?<shaped>[${SHAPED}])|(?<unseen>${UNSEEN})|(?<rtl>${RIGHT_TO_LEFT})|(?<word>${WORD})`, "gu");
const LATIN = /\p{Script=Latin}/u;

/** Cut a text where something has to be pointed at. Every character is in exactly one piece, in order. */
export function pieces(text: string): readonly Piece[] {
  if (text === "") return [];
  if (!REMARKABLE.test(text)) return [plain(text, 0)];
  const found: Piece[] = [];
  let done = 0;
  const mark = (from: number, piece: Piece) => {
    if (from > done) found.push(plain(text.slice(done, from), done));
    found.push(piece);
    done = from + piece.text.length;
  };
  for (const match of text.matchAll(TOKEN)) {
    const from = match.index;
    const { unseen, rtl, word } = match.groups ?? {};
    if (unseen !== undefined && !isUsual(text, from, unseen)) mark(from, marked(unseen, from));
    else if (rtl !== undefined) for (const part of runs(rtl, from)) mark(part.from, part);
    else if (word !== undefined) for (const part of lookAlikes(word, from)) mark(part.from, part);
  }
  if (done < text.length) found.push(plain(text.slice(done), done));
  return found;
}

/** Whether a text holds nothing that has to be pointed at. */
export function isPlain(text: string): boolean {
  return !REMARKABLE.test(text) || pieces(text).every((piece) => piece.kind === "plain");
}

/** The text with every marked character written out, for places that hold only a string: titles, labels, notifications. */
export function visible(text: string): string {
  if (!REMARKABLE.test(text)) return text;
  return pieces(text)
    .map((piece) => (piece.kind === "plain" || piece.mark === "look_alike" ? piece.text : `⟦${piece.label}⟧`))
    .join("");
}

function plain(text: string, from: number, isRightToLeft = false): PlainPiece {
  return { kind: "plain", from, text, isRightToLeft };
}

function isUsual(text: string, from: number, character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || (character === "\r" && text[from + 1] === "\n");
}

function marked(character: string, from: number): MarkedPiece {
  const point = character.codePointAt(0) ?? 0;
  const { glyph, name } = describe(point);
  return { kind: "marked", from, text: character, mark: reason(character), label: `U+${hex(point)} ${name}`, glyph };
}

function reason(character: string): Mark {
  if (DIRECTION.test(character)) return "direction";
  if (SPACE.test(character)) return "space";
  return CONTROL.test(character) ? "control" : "invisible";
}

/** Cut a run of right-to-left letters where a character in it is not seen. */
function runs(run: string, start: number): Piece[] {
  const unseen = new RegExp(`(?![${SHAPED} ])${UNSEEN}`, "gu");
  const found: Piece[] = [];
  let done = 0;
  for (const match of run.matchAll(unseen)) {
    if (match.index > done) found.push(plain(run.slice(done, match.index), start + done, true));
    found.push(marked(match[0], start + match.index));
    done = match.index + match[0].length;
  }
  if (done < run.length) found.push(plain(run.slice(done), start + done, true));
  return found;
}

/** The letters of a word that pass for Latin ones beside real Latin ones: `pаypal` with a Cyrillic а. */
function lookAlikes(word: string, start: number): MarkedPiece[] {
  if (!REMARKABLE.test(word)) return [];
  const letters = Array.from(word);
  const isLatin = letters.some((letter) => LATIN.test(letter) && passesFor(letter) === null);
  if (!isLatin) return [];
  const found: MarkedPiece[] = [];
  let from = start;
  for (const letter of letters) {
    const latin = passesFor(letter);
    if (latin !== null) {
      const point = letter.codePointAt(0) ?? 0;
      found.push({ kind: "marked", from, text: letter, mark: "look_alike", label: `U+${hex(point)} LOOKS LIKE LATIN ${latin}`, glyph: letter });
    }
    from += letter.length;
  }
  return found;
}
