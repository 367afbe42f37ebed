/** The page's calls that the local agent answers: values checked, then one request each. */
import { CALLS } from "../../channels.ts";
import { ShellError } from "../errors.ts";
import type { Handler } from "../security/calls.ts";
import { readChoice, readId, readText } from "../values.ts";
import type { AgentClient } from "./client.ts";

const PLATFORMS = ["ios", "android", "web"] as const;
const LONGEST_PATH = 4096;
const DIGEST = /^[A-Za-z0-9:_+/=-]{16,256}$/u;

type AgentCall =
  | "foldersList" | "foldersMap" | "foldersUnmap" | "foldersDifference" | "foldersSync" | "foldersPreview" | "foldersProposal"
  | "foldersApply" | "foldersApplied" | "foldersUndo" | "operationsRead" | "operationsCancel";

type Handlers = Readonly<Record<(typeof CALLS)[AgentCall], Handler>>;

const folder = (id: unknown) => `/v1/folders/${readId(id, "folder")}`;
const operation = (id: unknown) => `/v1/operations/${readId(id, "operation")}`;
const proposal = (id: unknown, proposalId: unknown) => `${folder(id)}/proposals/${readId(proposalId, "proposal")}`;

/** `wasChosen` says whether a person picked this folder in the system's dialog: the page alone cannot name one. */
export function agentCalls(agent: AgentClient, wasChosen: (path: string) => boolean): Handlers {
  return {
    [CALLS.foldersList]: () => agent.ask("GET", "/v1/folders"),
    [CALLS.foldersMap]: (path, projectId) => {
      const chosen = readText(path, "folder", LONGEST_PATH);
      if (!wasChosen(chosen)) throw new ShellError("FOLDER_NOT_CHOSEN", "Choose the folder first.");
      return agent.ask("POST", "/v1/folders", { path: chosen, project_id: readId(projectId, "project") });
    },
    [CALLS.foldersUnmap]: (id) => agent.ask("DELETE", folder(id)),
    [CALLS.foldersDifference]: (id) => agent.ask("GET", `${folder(id)}/difference`),
    [CALLS.foldersSync]: (id) => agent.ask("POST", `${folder(id)}/sync`),
    [CALLS.foldersPreview]: (id, platform, gitRef) => {
      const wanted = { platform: readChoice(platform, "platform", PLATFORMS) };
      const ref = gitRef === null ? {} : { git_ref: readText(gitRef, "Git reference", 255) };
      return agent.ask("POST", `${folder(id)}/previews`, { ...wanted, ...ref });
    },
    [CALLS.foldersProposal]: (id, proposalId) => agent.ask("GET", proposal(id, proposalId)),
    [CALLS.foldersApply]: (id, proposalId, digest) => {
      return agent.ask("POST", `${proposal(id, proposalId)}/apply`, { digest: readDigest(digest) });
    },
    [CALLS.foldersApplied]: (id) => agent.ask("GET", `${folder(id)}/applied`),
    [CALLS.foldersUndo]: (id, appliedId) => agent.ask("POST", `${folder(id)}/applied/${readId(appliedId, "change")}/undo`),
    [CALLS.operationsRead]: (id) => agent.ask("GET", operation(id)),
    [CALLS.operationsCancel]: (id) => agent.ask("POST", `${operation(id)}/cancel`),
  };
}

function readDigest(value: unknown): string {
  if (typeof value === "string" && DIGEST.test(value)) return value;
  throw new ShellError("VALIDATION_ERROR", "This is not a valid digest.", { field: "digest" });
}
