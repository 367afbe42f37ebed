/** What the page may ask for, one handler for each call of the bridge. Values are `unknown` until they were checked. */
import { CALLS, type Call } from "../channels.ts";
import { agentCalls } from "./agent/calls.ts";
import type { AgentClient } from "./agent/client.ts";
import { isCommand } from "./agent/command.ts";
import type { AgentSession } from "./agent/session.ts";
import type { AgentSupervisor } from "./agent/supervisor.ts";
import { ShellError } from "./errors.ts";
import type { Notices } from "./notices.ts";
import type { Shell } from "./ports.ts";
import { readRoute } from "./routes.ts";
import type { Handler } from "./security/calls.ts";
import type { ServerConnection } from "./server/connection.ts";
import type { SettingsStore } from "./settings.ts";
import { STRINGS } from "./strings.ts";
import { readFlag, readSeconds, readText, readToken } from "./values.ts";
import type { MainWindow } from "./window/main-window.ts";

export interface BridgeParts {
  readonly shell: Pick<Shell, "dialog" | "shell">;
  readonly window: MainWindow;
  readonly server: ServerConnection;
  readonly settings: SettingsStore;
  readonly agent: AgentClient;
  readonly supervisor: AgentSupervisor;
  readonly login: AgentSession;
  readonly notices: Notices;
  /** After another server was chosen. */
  readonly onServerChange: () => void;
}

export function bridgeCalls(parts: BridgeParts): Readonly<Record<Call, Handler>> {
  const chosen = new Set<string>();
  return {
    ...agentCalls(parts.agent, (path) => chosen.has(path)),
    ...serverCalls(parts),
    ...sessionCalls(parts),
    [CALLS.agentState]: () => parts.supervisor.state,
    [CALLS.agentRestart]: () => parts.supervisor.restart(),
    [CALLS.agentLocate]: () => locateAgent(parts),
    [CALLS.foldersChoose]: async () => {
      const path = await ask(parts, { ...STRINGS.chooseFolder, properties: ["openDirectory", "createDirectory"] });
      if (path !== null) chosen.add(path);
      return path;
    },
    [CALLS.notify]: (title, body, route) => parts.notices.show(title, body, route),
    [CALLS.listening]: () => parts.window.listen(),
  };
}

function serverCalls({ server, shell, onServerChange }: BridgeParts) {
  return {
    [CALLS.serverRead]: () => server.state(),
    [CALLS.serverChange]: async (address: unknown, acceptUnencrypted: unknown) => {
      const state = await server.change(readText(address, "address", 512), readFlag(acceptUnencrypted, "consent"));
      onServerChange();
      return state;
    },
    [CALLS.openInBrowser]: (route: unknown) => openInBrowser(shell, server.origin, route),
  };
}

function sessionCalls({ login, server }: BridgeParts) {
  return {
    [CALLS.sessionHandOver]: (accessToken: unknown, expiresIn: unknown) => {
      if (server.origin === null) throw new ShellError("SERVER_NOT_CHOSEN", "Choose a server first.");
      return login.handOver(server.origin, readToken(accessToken, "access token"), readSeconds(expiresIn, "duration"));
    },
    [CALLS.sessionClear]: () => login.clear(),
  };
}

/** The one address besides external links that is opened outside: the chosen server's own, at a place of the app. */
export async function openInBrowser(shell: Pick<Shell, "shell">, origin: string | null, wanted: unknown): Promise<void> {
  const route = readRoute(wanted);
  if (route === null) throw new ShellError("VALIDATION_ERROR", "This is not a place of the app.", { field: "route" });
  if (origin === null) throw new ShellError("SERVER_NOT_CHOSEN", "Choose a server first.");
  await shell.shell.openExternal(origin + route);
}

/** Let a person point out the `hivesync` command, and start the agent with it. */
export async function locateAgent(parts: Pick<BridgeParts, "shell" | "window" | "settings" | "supervisor">) {
  const path = await ask(parts, { ...STRINGS.chooseCommand, properties: ["openFile"] });
  if (path === null) return null;
  if (!isCommand(path)) throw new ShellError("COMMAND_REFUSED", "This file is not a program that can be started.");
  parts.settings.change({ agentCommand: path });
  return parts.supervisor.restart();
}

interface Question {
  readonly title: string;
  readonly button: string;
  readonly properties: ("openDirectory" | "openFile" | "createDirectory")[];
}

async function ask({ shell, window }: Pick<BridgeParts, "shell" | "window">, { title, button, properties }: Question): Promise<string | null> {
  const options = { title, buttonLabel: button, properties };
  const owner = window.handle;
  const answer = await (owner === null ? shell.dialog.showOpenDialog(options) : shell.dialog.showOpenDialog(owner, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}
