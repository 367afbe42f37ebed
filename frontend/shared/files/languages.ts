/** How much of a project each language is, for a bar with few parts. Pure. */
export interface LanguageShare {
  readonly name: string;
  readonly files: number;
  /** Of all bytes in a language, from 0 to 1. */
  readonly share: number;
}

/** The largest languages by bytes, so many of them; the rest together under `otherName`, unless it is a single one. */
export function languageShares(
  languages: Readonly<Record<string, { readonly files: number; readonly bytes: number }>>,
  otherName: string,
  most = 6,
): LanguageShare[] {
  const sorted = Object.entries(languages).filter(([, one]) => one.bytes > 0).sort(([, a], [, b]) => b.bytes - a.bytes);
  const total = sorted.reduce((sum, [, one]) => sum + one.bytes, 0);
  const rest = sorted.length > most + 1 ? sorted.splice(most) : [];
  const shares = sorted.map(([name, one]) => ({ name, files: one.files, share: one.bytes / total }));
  if (rest.length > 0) {
    const files = rest.reduce((sum, [, one]) => sum + one.files, 0);
    const size = rest.reduce((sum, [, one]) => sum + one.bytes, 0);
    shares.push({ name: otherName, files, share: size / total });
  }
  return shares;
}
