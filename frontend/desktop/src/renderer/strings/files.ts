/** The words of the files screen and of every tree. */
const counted = (count: number, one: string, many: string) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

export const files = {
  title: "Files",
  tree: "Files of the project",
  filter: "Filter by name",
  found: (count: number, isAll: boolean) => `${counted(count, "file", "files")}${isAll ? "" : " so far, still reading names"}`,
  loadingEntries: "Loading…",
  emptyTree: "No files here",
  noMatch: "No name holds this",
} as const;
