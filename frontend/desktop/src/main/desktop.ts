/** Puts the shell together: one instance, one hardened session, one window, one local agent. */
import { join } from "node:path";

import type { Session } from "electron";

import { EVENTS } from "../channels.ts";
import { AgentClient, askAt } from "./agent/client.ts";
import { findCommand } from "./agent/command.ts";
import { endpointPath, readEndpoint } from "./agent/endpoint.ts";
import { startAgent } from "./agent/process.ts";
import { AgentSession } from "./agent/session.ts";
import { AgentSupervisor, pause } from "./agent/supervisor.ts";
import { bridgeCalls, locateAgent, openInBrowser } from "./bridge-calls.ts";
import { BuildFiles } from "./content/files.ts";
import { ApiForwarder } from "./content/forward.ts";
import { contentHandler } from "./content/handler.ts";
import { Notices } from "./notices.ts";
import type { Fetch, Shell, Surroundings } from "./ports.ts";
import { CONNECT_ROUTE, readDeepLink, SCHEME } from "./routes.ts";
import { serveCalls } from "./security/calls.ts";
import { externalLinks, guardContents, guardDownloads, guardPermissions, guardRequests } from "./security/guards.ts";
import { ServerConnection } from "./server/connection.ts";
import { SettingsStore } from "./settings.ts";
import { MainWindow } from "./window/main-window.ts";
import { menuTemplate } from "./window/menu.ts";
import { WindowStateStore } from "./window/state.ts";

const PARTITION = "persist:hivesync";
/** In memory: whoever is asked whether he is a server sees no cookie. */
const PROBE_PARTITION = "hivesync-probe";
const ALIVE_PATIENCE_MS = 2_000;

/** Start the app, or hand over to the instance that runs already. To be called before Electron is ready. */
export async function startDesktop(shell: Shell, around: Surroundings): Promise<void> {
  if (!shell.app.requestSingleInstanceLock()) {
    shell.app.quit();
    return;
  }
  shell.app.enableSandbox();
  shell.protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
  guardContents(shell, externalLinks(shell, around.log), around.log);
  const early = earlyLinks(shell, around.argv);
  await shell.app.whenReady();
  new Desktop(shell, around).begin(early());
}

/** Links may come before there is a window; the newest one counts. */
function earlyLinks({ app }: Pick<Shell, "app">, argv: readonly string[]): () => string | null {
  let route = deepLinkOf(argv);
  const note = (event: { preventDefault: () => void }, link: string) => {
    event.preventDefault();
    route = readDeepLink(link) ?? route;
  };
  app.on("open-url", note);
  return () => {
    app.removeListener("open-url", note);
    return route;
  };
}

function deepLinkOf(argv: readonly string[]): string | null {
  return argv.map(readDeepLink).findLast((route) => route !== null) ?? null;
}

class Desktop {
  private readonly settings: SettingsStore;
  private readonly window: MainWindow;
  private readonly server: ServerConnection;
  private readonly supervisor: AgentSupervisor;
  private readonly agent: AgentClient;
  private readonly login: AgentSession;
  private readonly session: Session;
  /** Where a link wanted to go before a server was chosen. */
  private wanted: string | null = null;
  private isQuitting = false;

  constructor(
    private readonly shell: Shell,
    private readonly around: Surroundings,
  ) {
    const folder = shell.app.getPath("userData");
    this.session = shell.session.fromPartition(PARTITION);
    this.settings = new SettingsStore(join(folder, "settings.json"));
    this.server = new ServerConnection(this.settings, this.session, fetchOf(shell.session.fromPartition(PROBE_PARTITION)));
    this.supervisor = makeSupervisor(around, () => this.settings.read().agentCommand);
    this.agent = new AgentClient(around.fetch, () => this.supervisor.endpoint);
    this.login = new AgentSession(this.agent, Date.now);
    this.window = new MainWindow({
      shell,
      session: this.session,
      state: new WindowStateStore(join(folder, "window.json")),
      preloadPath: around.preloadPath,
      log: around.log,
    });
  }

  begin(route: string | null): void {
    this.serveContent();
    this.serveBridge();
    this.followSystem();
    this.applyAppearance();
    this.supervisor.onState((state) => {
      this.window.send(EVENTS.agentState, state);
      if (state.status === "ready") this.quietly(this.login.push(), "agent.session_failed");
    });
    this.supervisor.start();
    this.open(route);
  }

  private serveContent(): void {
    const { session, server, around } = this;
    guardPermissions(session);
    guardDownloads(session, around.log);
    guardRequests(session, () => server.origin);
    session.setSpellCheckerEnabled(false);
    const handler = contentHandler({
      web: new BuildFiles(around.webFolder),
      connect: new BuildFiles(around.connectFolder),
      api: new ApiForwarder(fetchOf(session), () => server.origin),
      hasServer: () => server.origin !== null,
    });
    session.protocol.handle(SCHEME, handler);
  }

  private serveBridge(): void {
    const { shell, window, server, settings, agent, supervisor, login } = this;
    const notices = new Notices(shell, (route) => window.open(route), Date.now);
    const parts = { shell, window, server, settings, agent, supervisor, login, notices, onServerChange: () => this.enterServer() };
    serveCalls({ shell, windowId: () => window.id, log: this.around.log }, bridgeCalls(parts));
  }

  private enterServer(): void {
    this.quietly(this.login.clear(), "agent.session_failed");
    this.showMenu();
    this.window.load(this.wanted ?? "/");
    this.wanted = null;
  }

  private followSystem(): void {
    const { app, nativeTheme } = this.shell;
    if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME);
    app.on("second-instance", (_event, argv) => this.open(deepLinkOf(argv)));
    app.on("open-url", (event, link) => {
      event.preventDefault();
      this.open(readDeepLink(link));
    });
    app.on("activate", () => this.window.open(null));
    app.on("window-all-closed", () => {
      if (this.around.platform !== "darwin") app.quit();
    });
    app.on("before-quit", (event) => {
      if (this.isQuitting) return;
      event.preventDefault();
      this.isQuitting = true;
      void this.supervisor.stop().finally(() => app.quit());
    });
    nativeTheme.on("updated", () => this.window.paint());
  }

  private open(route: string | null): void {
    if (this.server.origin !== null) {
      this.window.open(route);
      return;
    }
    this.wanted = route ?? this.wanted;
    this.window.open(this.window.id === null ? CONNECT_ROUTE : null);
  }

  private applyAppearance(): void {
    this.shell.nativeTheme.themeSource = this.settings.read().appearance;
    this.showMenu();
  }

  private showMenu(): void {
    const { shell, window, server, settings, around } = this;
    const facts = {
      platform: around.platform,
      isPackaged: shell.app.isPackaged,
      hasServer: server.origin !== null,
      appearance: settings.read().appearance,
    };
    const template = menuTemplate(facts, {
      changeServer: () => window.load(CONNECT_ROUTE),
      openInBrowser: () => this.quietly(openInBrowser(shell, server.origin, window.route), "browser.failed"),
      openDocumentation: () => this.quietly(openInBrowser(shell, server.origin, "/docs"), "browser.failed"),
      locateAgent: () => this.quietly(locateAgent({ shell, window, settings, supervisor: this.supervisor }), "agent.locate_failed"),
      restartAgent: () => this.quietly(this.supervisor.restart(), "agent.restart_failed"),
      setAppearance: (appearance) => {
        settings.change({ appearance });
        this.applyAppearance();
      },
      showProjects: () => window.open("/"),
      goBack: () => window.goBack(),
      goForward: () => window.goForward(),
    });
    shell.Menu.setApplicationMenu(shell.Menu.buildFromTemplate(template));
  }

  private quietly(work: Promise<unknown>, event: string): void {
    work.catch((error: unknown) => this.around.log(event, { reason: String(error) }));
  }
}

function makeSupervisor(around: Surroundings, chosen: () => string | null): AgentSupervisor {
  const path = endpointPath(around);
  return new AgentSupervisor({
    findCommand: () => findCommand(chosen(), around),
    readEndpoint: () => readEndpoint(path, around.platform),
    isAlive: (endpoint) =>
      askAt(around.fetch, endpoint, { method: "GET", path: "/v1/health", patienceMs: ALIVE_PATIENCE_MS }).then(
        () => true,
        () => false,
      ),
    start: startAgent,
    env: around.env,
    now: Date.now,
    pause,
  });
}

function fetchOf(session: Session): Fetch {
  return (address, init) => session.fetch(address, init);
}
