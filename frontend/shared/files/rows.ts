/** A tree of files as the rows of a list: what is open is unfolded in place. Pure, so that 100,000 rows cost one pass. */

export type EntryKind = "file" | "folder" | "symlink" | "submodule" | "lfs_pointer";

export interface TreeEntry {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly size: number | null;
  readonly language: string | null;
}

/** What is known of a folder. */
export interface Folder {
  readonly items: readonly TreeEntry[];
  /** Where the next page begins; null when everything is here. */
  readonly nextCursor: string | null;
}

export interface EntryRow {
  readonly kind: "entry";
  readonly key: string;
  readonly entry: TreeEntry;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** Undefined for what cannot be opened. */
  readonly isOpen: boolean | undefined;
  /** From 1, and of how many; -1 while that is not known. */
  readonly position: number;
  readonly size: number;
}

/** The place of entries that are not here yet. */
export interface PendingRow {
  readonly kind: "pending";
  readonly key: string;
  readonly folder: string;
  readonly level: number;
}

export type TreeRow = EntryRow | PendingRow;

/** Unfold the root and every open folder. A folder that is open but not loaded yet has one pending row. */
export function unfold(folders: ReadonlyMap<string, Folder>, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (path: string, level: number): void => {
    const folder = folders.get(path);
    if (folder === undefined) {
      rows.push({ kind: "pending", key: `${path}/…`, folder: path, level });
      return;
    }
    const size = folder.nextCursor === null ? folder.items.length : -1;
    folder.items.forEach((entry, index) => {
      const isFolder = entry.kind === "folder";
      const isOpen = isFolder ? open.has(entry.path) : undefined;
      rows.push({ kind: "entry", key: entry.path, entry, level, isOpen, position: index + 1, size });
      if (isOpen === true) visit(entry.path, level + 1);
    });
    if (folder.nextCursor !== null) rows.push({ kind: "pending", key: `${path}/…`, folder: path, level });
  };
  visit("", 1);
  return rows;
}

/** Folders before files, as people look for them. Only for a folder that is here as a whole: a later page must not jump in. */
export function foldersFirst(items: readonly TreeEntry[]): TreeEntry[] {
  return [...items.filter((item) => item.kind === "folder"), ...items.filter((item) => item.kind !== "folder")];
}

/** The tree of some files alone, everything open but what was closed by hand. `files` are in the order of their paths. */
export function unfoldFiles(files: readonly TreeEntry[], closed: ReadonlySet<string>): EntryRow[] {
  const rows: EntryRow[] = [];
  const counts = new Map<string, number>();
  let before: string[] = [];
  const add = (parent: string, entry: TreeEntry, level: number, isOpen: boolean | undefined): void => {
    const position = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, position);
    rows.push({ kind: "entry", key: entry.path, entry, level, isOpen, position, size: -1 });
  };
  for (const file of files) {
    const parts = file.path.split("/");
    const folders = parts.slice(0, -1);
    let common = 0;
    while (common < folders.length && folders[common] === before[common]) common += 1;
    let isHidden = false;
    for (let depth = 0; depth < folders.length; depth += 1) {
      const path = folders.slice(0, depth + 1).join("/");
      if (!isHidden && depth >= common) {
        const entry = { path, name: folders[depth] ?? "", kind: "folder", size: null, language: null };
        add(folders.slice(0, depth).join("/"), entry, depth + 1, !closed.has(path));
      }
      if (closed.has(path)) isHidden = true;
    }
    if (!isHidden) add(folders.join("/"), file, parts.length, undefined);
    before = folders;
  }
  return rows;
}

/** All folders above a path, outermost first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Where the row is that holds this one; -1 for one at the top. */
export function rowAbove(rows: readonly TreeRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let at = index - 1; at >= 0; at -= 1) if ((rows[at]?.level ?? 1) < level) return at;
  return -1;
}

/** The next row whose name begins with what was typed, from `from` on and around; -1 if there is none. */
export function findTyped(rows: readonly TreeRow[], typed: string, from: number): number {
  const wanted = typed.toLowerCase();
  for (let step = 0; step < rows.length; step += 1) {
    const at = (from + step) % rows.length;
    const row = rows[at];
    if (row?.kind === "entry" && row.entry.name.toLowerCase().startsWith(wanted)) return at;
  }
  return -1;
}
