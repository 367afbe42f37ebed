const SIGNATURES: readonly (readonly [type: string, bytes: readonly (number | null)[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
];

/** Which kind of picture these first bytes begin, by the bytes alone; null when it is none that is shown. */
export function pictureType(head: Uint8Array): string | null {
  const found = SIGNATURES.find(([, wanted]) => wanted.every((byte, index) => byte === null || head[index] === byte));
  return found?.[0] ?? null;
}
