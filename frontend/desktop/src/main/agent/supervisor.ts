/**
 * Keeps one local agent running while the app runs. One that a person started already is used and left alone; one that
 * the app started is started again with growing pauses when it dies, and stopped at the end.
 */
import { addAbortListener } from "node:events";
import { setTimeout } from "node:timers/promises";

import type { AgentState } from "../../bridge.ts";
import { STRINGS } from "../strings.ts";
import type { Endpoint } from "./endpoint.ts";
import type { AgentProcess, StartAgent } from "./process.ts";

const START_PATIENCE_MS = 30_000;
const POLL_MS = 100;
const WATCH_MS = 3_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Whoever ran this long has recovered: the next pause is short again. */
const HEALTHY_MS = 60_000;

export interface AgentSurroundings {
  /** The command's path, or null when it is not installed. */
  readonly findCommand: () => string | null;
  readonly readEndpoint: () => Endpoint | null;
  /** Whether an agent answers there with this token. */
  readonly isAlive: (endpoint: Endpoint) => Promise<boolean>;
  readonly start: StartAgent;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Resolves after so long, or at once when the signal says so. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export class AgentSupervisor {
  private current: AgentState = stateOf("stopped", STRINGS.agent.stopped);
  private found: Endpoint | null = null;
  private run: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  private readonly listeners = new Set<(state: AgentState) => void>();

  constructor(private readonly around: AgentSurroundings) {}

  get state(): AgentState {
    return this.current;
  }

  /** Where the agent listens, or null unless it is ready. */
  get endpoint(): Endpoint | null {
    return this.current.status === "ready" ? this.found : null;
  }

  onState(listener: (state: AgentState) => void): void {
    this.listeners.add(listener);
  }

  start(): void {
    if (this.run !== null) return;
    const stop = new AbortController();
    const done = this.keepRunning(stop.signal).catch((error: unknown) => this.tell(stateOf("stopped", `${STRINGS.agent.stopped} ${String(error)}`)));
    this.run = { stop, done };
  }

  async stop(): Promise<void> {
    const run = this.run;
    if (run === null) return;
    run.stop.abort();
    await run.done;
    if (this.run === run) this.run = null;
    this.tell(stateOf("stopped", STRINGS.agent.stopped));
  }

  async restart(): Promise<AgentState> {
    await this.stop();
    this.start();
    return this.current;
  }

  private async keepRunning(signal: AbortSignal): Promise<void> {
    let patience = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      this.tell(stateOf("starting", STRINGS.agent.starting));
      const began = this.around.now();
      const why = await this.runOnce(signal);
      if (signal.aborted || why === null) return;
      if (this.around.now() - began > HEALTHY_MS) patience = FIRST_PAUSE_MS;
      const message = why === "" ? STRINGS.agent.restarting : `${STRINGS.agent.restarting} It said: ${lastLine(why)}`;
      this.tell({ ...stateOf("restarting", message), retryAt: this.around.now() + patience });
      await this.around.pause(patience, signal);
      patience = Math.min(patience * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Until it is gone: what it said last; null when there is no command to start. */
  private async runOnce(signal: AbortSignal): Promise<string | null> {
    const running = this.around.readEndpoint();
    if (running !== null && (await this.around.isAlive(running))) return this.watch(running, signal);
    const command = this.around.findCommand();
    if (command === null) {
      this.tell(stateOf("missing", STRINGS.agent.missing));
      return null;
    }
    return this.own(this.around.start(command, this.around.env), running, signal);
  }

  /** Use an agent that somebody else started, as long as it answers. */
  private async watch(endpoint: Endpoint, signal: AbortSignal): Promise<string> {
    this.ready(endpoint);
    do await this.around.pause(WATCH_MS, signal);
    while (!signal.aborted && (await this.around.isAlive(endpoint)));
    return "";
  }

  private async own(child: AgentProcess, stale: Endpoint | null, signal: AbortSignal): Promise<string> {
    const ended = new AbortController();
    const gone = child.gone.then((said) => {
      ended.abort();
      return said;
    });
    const either = AbortSignal.any([signal, ended.signal]);
    const endpoint = await this.awaited(stale, either);
    if (endpoint !== null) {
      this.ready(endpoint);
      await aborted(either);
    }
    if (!ended.signal.aborted) await child.stop();
    return gone;
  }

  /** The endpoint that the new agent writes down once it listens; null when it does not in time. */
  private async awaited(stale: Endpoint | null, signal: AbortSignal): Promise<Endpoint | null> {
    const deadline = this.around.now() + START_PATIENCE_MS;
    while (!signal.aborted && this.around.now() < deadline) {
      const endpoint = this.around.readEndpoint();
      if (endpoint !== null && endpoint.token !== stale?.token && (await this.around.isAlive(endpoint))) return endpoint;
      await this.around.pause(POLL_MS, signal);
    }
    return null;
  }

  private ready(endpoint: Endpoint): void {
    this.found = endpoint;
    this.tell({ ...stateOf("ready", STRINGS.agent.ready), version: endpoint.version });
  }

  private tell(state: AgentState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}

function stateOf(status: AgentState["status"], message: string): AgentState {
  return { status, message, version: null, retryAt: null };
}

function lastLine(text: string): string {
  return (text.split("\n").findLast((line) => line.trim() !== "") ?? "").slice(0, 300);
}

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => void addAbortListener(signal, () => resolve()));

/** The real pause. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  // Refused when it is cut short, which is no failure here.
  setTimeout(milliseconds, undefined, { signal }).catch(() => {});
