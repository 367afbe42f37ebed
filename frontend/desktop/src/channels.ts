/** The names on which main and preload talk. The page never sees them. */
export const CALLS = {
  openInBrowser: "app:open-in-browser",
  listening: "app:listening",
  serverRead: "server:read",
  serverChange: "server:change",
  sessionHandOver: "session:hand-over",
  sessionClear: "session:clear",
  agentState: "agent:state",
  agentLocate: "agent:locate",
  agentRestart: "agent:restart",
  foldersList: "folders:list",
  foldersChoose: "folders:choose",
  foldersMap: "folders:map",
  foldersUnmap: "folders:unmap",
  foldersDifference: "folders:difference",
  foldersSync: "folders:sync",
  foldersPreview: "folders:preview",
  foldersProposal: "folders:proposal",
  foldersApply: "folders:apply",
  foldersApplied: "folders:applied",
  foldersUndo: "folders:undo",
  operationsRead: "operations:read",
  operationsCancel: "operations:cancel",
  notify: "notify",
} as const;

export type Call = (typeof CALLS)[keyof typeof CALLS];

/** What main tells the page by itself. */
export const EVENTS = { agentState: "agent:state-changed", open: "app:open" } as const;

/** How main tells the preload script its version: a sandboxed one cannot ask `app`. */
export const VERSION_ARGUMENT = "--hivesync-version=";
