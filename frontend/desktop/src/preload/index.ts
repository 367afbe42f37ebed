/** Exposes the bridge. Runs sandboxed, apart from the page's own world; holds no state and no secret. */
import { contextBridge, ipcRenderer } from "electron";

import type { AgentState, DesktopBridge } from "../bridge.ts";
import { type Call, CALLS, EVENTS, VERSION_ARGUMENT } from "../channels.ts";

/** Main validates every value; the types here only describe what the page may send. */
const call = (name: Call, ...values: unknown[]) => ipcRenderer.invoke(name, ...values);

/** Hand on the value alone: Electron's event object leads to ipcRenderer. */
function listen<T>(name: string, listener: (value: T) => void): () => void {
  const relay = (_event: unknown, value: T) => listener(value);
  ipcRenderer.on(name, relay);
  return () => void ipcRenderer.removeListener(name, relay);
}

const argument = process.argv.find((each) => each.startsWith(VERSION_ARGUMENT));

const bridge: DesktopBridge = {
  app: {
    version: argument?.slice(VERSION_ARGUMENT.length) ?? "",
    platform: process.platform,
    openInBrowser: (route) => call(CALLS.openInBrowser, route),
    onOpen: (listener) => {
      const stop = listen<string>(EVENTS.open, listener);
      void call(CALLS.listening);
      return stop;
    },
  },
  server: {
    read: () => call(CALLS.serverRead),
    change: (address, options) => call(CALLS.serverChange, address, options?.acceptUnencrypted ?? false),
  },
  session: {
    handOver: (token) => call(CALLS.sessionHandOver, token.accessToken, token.expiresIn),
    clear: () => call(CALLS.sessionClear),
  },
  agent: {
    state: () => call(CALLS.agentState),
    onState: (listener) => listen<AgentState>(EVENTS.agentState, listener),
    locate: () => call(CALLS.agentLocate),
    restart: () => call(CALLS.agentRestart),
  },
  folders: {
    list: () => call(CALLS.foldersList),
    choose: () => call(CALLS.foldersChoose),
    map: (path, projectId) => call(CALLS.foldersMap, path, projectId),
    unmap: (folderId) => call(CALLS.foldersUnmap, folderId),
    difference: (folderId) => call(CALLS.foldersDifference, folderId),
    sync: (folderId) => call(CALLS.foldersSync, folderId),
    preview: (folderId, platform, gitRef) => call(CALLS.foldersPreview, folderId, platform, gitRef ?? null),
    proposal: (folderId, proposalId) => call(CALLS.foldersProposal, folderId, proposalId),
    apply: (folderId, proposalId, digest) => call(CALLS.foldersApply, folderId, proposalId, digest),
    applied: (folderId) => call(CALLS.foldersApplied, folderId),
    undo: (folderId, appliedId) => call(CALLS.foldersUndo, folderId, appliedId),
  },
  operations: {
    read: (operationId) => call(CALLS.operationsRead, operationId),
    cancel: (operationId) => call(CALLS.operationsCancel, operationId),
  },
  notify: (notice) => call(CALLS.notify, notice.title, notice.body, notice.route ?? null),
};

contextBridge.exposeInMainWorld("hivesync", bridge);
