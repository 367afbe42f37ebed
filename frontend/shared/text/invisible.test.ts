import { describe, expect, it } from "vitest";
import { isPlain, pieces, visible, type MarkedPiece } from "./invisible.ts";

const marks = (text: string) => pieces(text).filter((piece): piece is MarkedPiece => piece.kind === "marked");
const labels = (text: string) => marks(text).map((piece) => piece.label);

describe("what is marked", () => {
  it("every bidirectional control, by its name", () => {
    const controls = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
    for (const point of controls) {
      const [found] = marks(`a${String.fromCodePoint(point)}b`);
      expect(found?.mark).toBe("direction");
      expect(found?.label).not.toContain("INVISIBLE CHARACTER");
    }
    expect(labels("\u202e")).toEqual(["U+202E RIGHT-TO-LEFT OVERRIDE"]);
  });

  it("the commented-out return of the Trojan Source paper", () => {
    const line = "'''Subtract funds from bank account then \u2067''' ;return";
    expect(visible(line)).toBe("'''Subtract funds from bank account then ⟦U+2067 RIGHT-TO-LEFT ISOLATE⟧''' ;return");
  });

  it.each([
    ["zero width space", "a\u200bb", "invisible"],
    ["byte order mark", "\ufeffa", "invisible"],
    ["soft hyphen", "in\u00advoice", "invisible"],
    ["Hangul filler", "let \u3164 = 1", "invisible"],
    ["tag letter", "a\u{e0061}", "invisible"],
    ["variation selector after a letter", "a\ufe0f", "invisible"],
    ["ideographic variation selector", "a\u{e0101}", "invisible"],
    ["no-break space", "a\u00a0b", "space"],
    ["ideographic space", "a\u3000b", "space"],
    ["Braille blank", "a\u2800b", "space"],
    ["line separator", "a\u2028b", "space"],
    ["escape", "\u001b[31m", "control"],
    ["next line", "a\u0085b", "control"],
    ["delete", "a\u007fb", "control"],
    ["half a character", "a\ud800b", "control"],
  ])("%s", (_, text, mark) => {
    expect(marks(text).map((piece) => piece.mark)).toEqual([mark]);
  });

  it("a carriage return that ends no line", () => {
    expect(labels("good\rbad")).toEqual(["U+000D CARRIAGE RETURN"]);
    expect(isPlain("one\r\ntwo\r\n")).toBe(true);
  });

  it("a joiner that joins no pictures", () => {
    expect(labels("a\u200db")).toEqual(["U+200D ZERO WIDTH JOINER"]);
    expect(labels("👩\u200dx")).toEqual(["U+200D ZERO WIDTH JOINER"]);
  });

  it("tags that hide words behind a flag", () => {
    const hidden = `🏴${[..."exec"].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join("")}`;
    expect(labels(hidden)).toEqual(["U+E0065 TAG e", "U+E0078 TAG x", "U+E0065 TAG e", "U+E0063 TAG c"]);
  });
});

describe("what is left alone", () => {
  it.each([
    ["code", "const total = items.map((item) => item.price * 2);\t// 100 %"],
    ["other scripts", "größe 数量 количество ערך قيمة"],
    ["a family", "👨‍👩‍👧‍👦"],
    ["a dark-skinned programmer", "👩🏿‍💻"],
    ["a heart with its selector", "❤️"],
    ["a keycap", "1️⃣"],
    ["the flag of Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
    ["an Arabic number sign", "\u0600١٢"],
    ["Greek letters in formulas", "Δx = λ·σ"],
    ["nothing", ""],
  ])("%s", (_, text) => {
    expect(labels(text)).toEqual([]);
    expect(visible(text)).toBe(text);
  });
});

describe("look-alikes", () => {
  it("points at letters of another script within a Latin word", () => {
    expect(marks("pаypal").map((piece) => [piece.from, piece.mark, piece.label])).toEqual([
      [1, "look_alike", "U+0430 LOOKS LIKE LATIN a"],
    ]);
    expect(labels("ｅval")).toEqual(["U+FF45 LOOKS LIKE LATIN e"]);
    expect(labels("Αdmin")).toEqual(["U+0391 LOOKS LIKE LATIN A"]);
  });

  it("shows them as they are in plain strings", () => {
    expect(visible("pаypal")).toBe("pаypal");
  });

  it("says nothing of words in their own script", () => {
    expect(labels("сор")).toEqual([]);
    expect(labels("user_имя")).toEqual([]);
  });
});

describe("right-to-left letters", () => {
  it("are runs of their own, so that they move nothing around them", () => {
    const found = pieces('x = "אב גד" + 1');
    expect(found.map((piece) => piece.text)).toEqual(['x = "', "אב גד", '" + 1']);
    expect(found.map((piece) => piece.kind === "plain" && piece.isRightToLeft)).toEqual([false, true, false]);
  });

  it("do not hide a control among them", () => {
    expect(labels("אב\u200fגד")).toEqual(["U+200F RIGHT-TO-LEFT MARK"]);
    expect(labels("قي\u061cمة")).toEqual(["U+061C ARABIC LETTER MARK"]);
  });
});

it("loses, adds and moves no character", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const alphabet = ["a", "_", " ", "\t", "\r", "\n", "\u202e", "\u200d", "\ufe0f", "👩", "💻", "א", "\u061c", "а", "e", "\ud800", "\u{e0061}", "1", "\u20e3"];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: random(14) }, () => alphabet[random(alphabet.length)]).join("");
    const found = pieces(text);
    expect(found.map((piece) => piece.text).join("")).toBe(text);
    let at = 0;
    for (const piece of found) {
      expect(piece.from).toBe(at);
      expect(piece.text).not.toBe("");
      at += piece.text.length;
    }
    for (const piece of found) if (piece.kind === "plain") expect(piece.text).not.toMatch(/[\u202e\u061c]/);
  }
});
