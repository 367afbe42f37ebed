/** The path in the repository that a relative address in one of its folders names; null for any other address. */
export function resolveInRepository(folder: string, address: string): string | null {
  if (address === "" || address.startsWith("#") || address.startsWith("//") || /^[a-z][a-z0-9+.-]*:/i.test(address)) return null;
  const plain = decoded(address.split(/[?#]/, 1)[0] ?? "");
  if (plain === null || plain === "") return null;
  const parts = plain.startsWith("/") || folder === "" ? [] : folder.split("/");
  for (const part of plain.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join("/");
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
