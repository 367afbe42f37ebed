/** What the characters are called that a reader does not see; names as in the Unicode Standard. */
const NAMES: Readonly<Record<number, readonly [short: string, name: string]>> = {
  0x00a0: ["NBSP", "NO-BREAK SPACE"],
  0x00ad: ["SHY", "SOFT HYPHEN"],
  0x034f: ["CGJ", "COMBINING GRAPHEME JOINER"],
  0x061c: ["ALM", "ARABIC LETTER MARK"],
  0x115f: ["HCF", "HANGUL CHOSEONG FILLER"],
  0x1160: ["HJF", "HANGUL JUNGSEONG FILLER"],
  0x1680: ["OGSP", "OGHAM SPACE MARK"],
  0x17b4: ["KIVAQ", "KHMER VOWEL INHERENT AQ"],
  0x17b5: ["KIVAA", "KHMER VOWEL INHERENT AA"],
  0x180e: ["MVS", "MONGOLIAN VOWEL SEPARATOR"],
  0x2000: ["NQSP", "EN QUAD"],
  0x2001: ["MQSP", "EM QUAD"],
  0x2002: ["ENSP", "EN SPACE"],
  0x2003: ["EMSP", "EM SPACE"],
  0x2004: ["3/MSP", "THREE-PER-EM SPACE"],
  0x2005: ["4/MSP", "FOUR-PER-EM SPACE"],
  0x2006: ["6/MSP", "SIX-PER-EM SPACE"],
  0x2007: ["FSP", "FIGURE SPACE"],
  0x2008: ["PSP", "PUNCTUATION SPACE"],
  0x2009: ["THSP", "THIN SPACE"],
  0x200a: ["HSP", "HAIR SPACE"],
  0x200b: ["ZWSP", "ZERO WIDTH SPACE"],
  0x200c: ["ZWNJ", "ZERO WIDTH NON-JOINER"],
  0x200d: ["ZWJ", "ZERO WIDTH JOINER"],
  0x200e: ["LRM", "LEFT-TO-RIGHT MARK"],
  0x200f: ["RLM", "RIGHT-TO-LEFT MARK"],
  0x2028: ["LSEP", "LINE SEPARATOR"],
  0x2029: ["PSEP", "PARAGRAPH SEPARATOR"],
  0x202a: ["LRE", "LEFT-TO-RIGHT EMBEDDING"],
  0x202b: ["RLE", "RIGHT-TO-LEFT EMBEDDING"],
  0x202c: ["PDF", "POP DIRECTIONAL FORMATTING"],
  0x202d: ["LRO", "LEFT-TO-RIGHT OVERRIDE"],
  0x202e: ["RLO", "RIGHT-TO-LEFT OVERRIDE"],
  0x202f: ["NNBSP", "NARROW NO-BREAK SPACE"],
  0x205f: ["MMSP", "MEDIUM MATHEMATICAL SPACE"],
  0x2060: ["WJ", "WORD JOINER"],
  0x2061: ["f()", "FUNCTION APPLICATION"],
  0x2062: ["×", "INVISIBLE TIMES"],
  0x2063: [",", "INVISIBLE SEPARATOR"],
  0x2064: ["+", "INVISIBLE PLUS"],
  0x2066: ["LRI", "LEFT-TO-RIGHT ISOLATE"],
  0x2067: ["RLI", "RIGHT-TO-LEFT ISOLATE"],
  0x2068: ["FSI", "FIRST STRONG ISOLATE"],
  0x2069: ["PDI", "POP DIRECTIONAL ISOLATE"],
  0x206a: ["ISS", "INHIBIT SYMMETRIC SWAPPING"],
  0x206b: ["ASS", "ACTIVATE SYMMETRIC SWAPPING"],
  0x206c: ["IAFS", "INHIBIT ARABIC FORM SHAPING"],
  0x206d: ["AAFS", "ACTIVATE ARABIC FORM SHAPING"],
  0x206e: ["NADS", "NATIONAL DIGIT SHAPES"],
  0x206f: ["NODS", "NOMINAL DIGIT SHAPES"],
  0x2800: ["BLANK", "BRAILLE PATTERN BLANK"],
  0x3000: ["IDSP", "IDEOGRAPHIC SPACE"],
  0x3164: ["HF", "HANGUL FILLER"],
  0xfeff: ["BOM", "ZERO WIDTH NO-BREAK SPACE"],
  0xffa0: ["HWHF", "HALFWIDTH HANGUL FILLER"],
  0xfff9: ["IAA", "INTERLINEAR ANNOTATION ANCHOR"],
  0xfffa: ["IAS", "INTERLINEAR ANNOTATION SEPARATOR"],
  0xfffb: ["IAT", "INTERLINEAR ANNOTATION TERMINATOR"],
  0xe0001: ["TAG", "LANGUAGE TAG"],
  0xe007f: ["TAG", "CANCEL TAG"],
};

const C0 = [
  "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE", "BELL",
  "BACKSPACE", "CHARACTER TABULATION", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN", "SHIFT OUT", "SHIFT IN",
  "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE", "DEVICE CONTROL FOUR",
  "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL", "END OF MEDIUM", "SUBSTITUTE", "ESCAPE",
  "INFORMATION SEPARATOR FOUR", "INFORMATION SEPARATOR THREE", "INFORMATION SEPARATOR TWO", "INFORMATION SEPARATOR ONE",
] as const;

/** What stands in a line in place of the character, and what it is called. */
export function describe(point: number): { glyph: string; name: string } {
  const known = NAMES[point];
  if (known !== undefined) return { glyph: known[0], name: known[1] };
  if (point < 0x20) return { glyph: String.fromCodePoint(0x2400 + point), name: C0[point] ?? "CONTROL" };
  if (point === 0x7f) return { glyph: "␡", name: "DELETE" };
  if (point < 0xa0) return { glyph: hex(point), name: "CONTROL" };
  if (point >= 0xd800 && point <= 0xdfff) return { glyph: hex(point), name: "HALF A CHARACTER" };
  if (point >= 0xe0020 && point < 0xe007f) {
    return { glyph: `TAG ${String.fromCodePoint(point - 0xe0000)}`, name: `TAG ${String.fromCodePoint(point - 0xe0000)}` };
  }
  const selector = variation(point);
  if (selector !== null) return { glyph: `VS${selector}`, name: `VARIATION SELECTOR-${selector}` };
  return { glyph: hex(point), name: "INVISIBLE CHARACTER" };
}

/** "202E": at least four digits, as in U+202E. */
export function hex(point: number): string {
  return point.toString(16).toUpperCase().padStart(4, "0");
}

function variation(point: number): number | null {
  if (point >= 0xfe00 && point <= 0xfe0f) return point - 0xfe00 + 1;
  if (point >= 0xe0100 && point <= 0xe01ef) return point - 0xe0100 + 17;
  return null;
}

/** Letters of other scripts that look like a Latin letter in most fonts, and which: Cyrillic, Greek, Armenian. */
const LOOK_ALIKES = new Map<string, string>(
  [
    ["АВЕЅІЈКМНОРСТУХЬ", "ABESIJKMHOPCTYXb"],
    ["аеоѕіјрсухһԁԛԝɡ", "aeosijpcyxhdqwg"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
    ["ο", "o"],
    ["օսհոց", "ouhng"],
  ].flatMap(([theirs = "", ours = ""]) => [...theirs].map((letter, index) => [letter, ours[index] ?? ""] as const)),
);

/** The Latin letter that a letter of another script passes for; fullwidth and mathematical ones pass for their plain form. */
export function passesFor(letter: string): string | null {
  const known = LOOK_ALIKES.get(letter);
  if (known !== undefined) return known;
  if (!/[\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7ff}]/u.test(letter)) return null;
  const plain = letter.normalize("NFKC");
  return /^[A-Za-z]$/.test(plain) ? plain : null;
}
