/**
 * What the desktop shell lends to the page as `window.hivesync`: narrow functions, no channel names.
 * The preload script exposes it, the page imports these types. In a browser `window.hivesync` is undefined.
 */

export interface BridgeError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Errors lose their fields on the way through Electron's bridge, so that answers carry them as values. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: BridgeError };

/** A refusal of the shell or of the local agent, as an Error. */
export class BridgeFailure extends Error {
  override readonly name = "BridgeFailure";
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(error: BridgeError) {
    super(error.message);
    this.code = error.code;
    this.details = error.details;
  }
}

/** The value, or the refusal thrown. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new BridgeFailure(answer.error);
}

export interface ServerState {
  /** `https://hivesync.example.org`, or null before the first connection. */
  readonly address: string | null;
  readonly version: string | null;
}

export type AgentStatus = "starting" | "ready" | "restarting" | "missing" | "stopped";

export interface AgentState {
  readonly status: AgentStatus;
  /** One sentence a person can act on. */
  readonly message: string;
  readonly version: string | null;
  /** When it is tried again, in milliseconds since 1970; null unless it is restarting. */
  readonly retryAt: number | null;
}

export interface Folder {
  readonly id: string;
  readonly path: string;
  readonly exists: boolean;
  readonly project_id: string;
  readonly project_name: string;
  readonly has_remote: boolean;
  readonly branch: string | null;
  readonly head: string | null;
  readonly mapped_at: string;
}

export interface FolderDifference {
  readonly manifest_hash: string;
  readonly commit: string | null;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  readonly ignored: number;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  readonly bytes_to_send: number;
}

export type OperationStatus = "running" | "success" | "failed" | "cancelled";

export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly folder_id: string;
  readonly status: OperationStatus;
  readonly stage: string;
  readonly progress: number;
  readonly message: string;
  readonly error: BridgeError | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly log_tail: readonly string[];
}

export interface ProposalFile {
  readonly path: string;
  readonly old_path?: string | null;
  readonly change: "added" | "modified" | "deleted" | "renamed";
  readonly state: "ready" | "differs" | "missing" | "already";
}

/** What applying a proposal to the folder would do; nothing was written. */
export interface FolderProposal {
  readonly proposal_id: string;
  readonly digest: string;
  readonly status: string;
  readonly title: string;
  readonly can_apply: boolean;
  readonly reason: string | null;
  readonly files: readonly ProposalFile[];
  readonly patch: string;
}

export interface AppliedChange {
  readonly applied_id: string;
  readonly files: readonly unknown[];
  readonly reverse_patch_path: string;
  readonly [more: string]: unknown;
}

export type PreviewPlatform = "ios" | "android" | "web";

export interface SessionToken {
  readonly accessToken: string;
  /** Seconds for which the token is good. */
  readonly expiresIn: number;
}

export interface Notice {
  readonly title: string;
  readonly body: string;
  /** Where a click leads: a path of the app, such as `/projects/…`. */
  readonly route?: string;
}

export interface DesktopBridge {
  readonly app: {
    readonly version: string;
    readonly platform: string;
    /** Show the same place of the app in the system's browser. */
    openInBrowser(route: string): Promise<Answer<null>>;
    /** Called with a path of the app when a link from outside, a menu or a notification leads there. Returns how to stop listening. */
    onOpen(listener: (route: string) => void): () => void;
  };
  readonly server: {
    read(): Promise<Answer<ServerState>>;
    /** Checked before it is kept; then the app starts anew. `acceptUnencrypted` is a person's consent to http in a private network. */
    change(address: string, options?: { readonly acceptUnencrypted?: boolean }): Promise<Answer<ServerState>>;
  };
  readonly session: {
    /** Whenever the access token changes, for the local agent to act for the same person. */
    handOver(token: SessionToken): Promise<Answer<null>>;
    clear(): Promise<Answer<null>>;
  };
  readonly agent: {
    state(): Promise<Answer<AgentState>>;
    onState(listener: (state: AgentState) => void): () => void;
    /** Ask the person for the `hivesync` command; null when the dialog was dismissed. */
    locate(): Promise<Answer<AgentState | null>>;
    restart(): Promise<Answer<AgentState>>;
  };
  readonly folders: {
    list(): Promise<Answer<{ readonly items: readonly Folder[] }>>;
    /** Ask the person for a folder; null when the dialog was dismissed. Only chosen folders can be mapped. */
    choose(): Promise<Answer<string | null>>;
    map(path: string, projectId: string): Promise<Answer<Folder>>;
    unmap(folderId: string): Promise<Answer<null>>;
    difference(folderId: string): Promise<Answer<FolderDifference>>;
    sync(folderId: string): Promise<Answer<Operation>>;
    preview(folderId: string, platform: PreviewPlatform, gitRef?: string): Promise<Answer<Operation>>;
    proposal(folderId: string, proposalId: string): Promise<Answer<FolderProposal>>;
    apply(folderId: string, proposalId: string, digest: string): Promise<Answer<AppliedChange>>;
    applied(folderId: string): Promise<Answer<{ readonly items: readonly AppliedChange[] }>>;
    undo(folderId: string, appliedId: string): Promise<Answer<Readonly<Record<string, unknown>> | null>>;
  };
  readonly operations: {
    read(operationId: string): Promise<Answer<Operation>>;
    cancel(operationId: string): Promise<Answer<Operation>>;
  };
  notify(notice: Notice): Promise<Answer<null>>;
}

declare global {
  interface Window {
    readonly hivesync?: DesktopBridge;
  }
}
