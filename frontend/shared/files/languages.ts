/** How much of a project each language is, for a bar with few parts. Pure. */
export interface LanguageShare {
  readonly name: string;
  readonly files: number;
  /** Of all bytes in a language, from 0 to 1. */
  readonly share: number;
}

const MOST = 6;

/** The largest languages by bytes; the rest together under `otherName`. */
export function languageShares(
  languages: Readonly<Record<string, { readonly files: number; readonly bytes: number }>>,
  otherName: string,
): LanguageShare[] {
  const sorted = Object.entries(languages).sort(([, a], [, b]) => b.bytes - a.bytes);
  const total = sorted.reduce((sum, [, one]) => sum + one.bytes, 0);
  if (total === 0) return [];
  const rest = sorted.length > MOST + 1 ? sorted.splice(MOST) : [];
  const shares = sorted.map(([name, one]) => ({ name, files: one.files, share: one.bytes / total }));
  if (rest.length > 0) {
    const files = rest.reduce((sum, [, one]) => sum + one.files, 0);
    const size = rest.reduce((sum, [, one]) => sum + one.bytes, 0);
    shares.push({ name: otherName, files, share: size / total });
  }
  return shares;
}
