import { beforeEach, describe, expect, it } from "vitest";

import type { AgentState } from "../../bridge.ts";
import type { Endpoint } from "./endpoint.ts";
import type { AgentProcess } from "./process.ts";
import { AgentSupervisor } from "./supervisor.ts";

const endpoint = (port: number): Endpoint => ({ port, token: `token-of-agent-${port}`, version: "0.1.0" });

/** A machine on which agents come and go as the test says; time passes only in pauses. */
class Machine {
  now = 0;
  command: string | null = "/usr/bin/hivesync";
  written: Endpoint | null = null;
  alive = new Set<number>();
  /** What a started agent does. */
  behaviour: "listens" | "dies" | "hangs" = "listens";
  started = 0;
  stopped = 0;
  pauses: number[] = [];
  private end: (said: string) => void = () => {};

  readonly around = {
    findCommand: () => this.command,
    readEndpoint: () => this.written,
    isAlive: (each: Endpoint) => Promise.resolve(this.alive.has(each.port)),
    start: () => this.launch(),
    env: {},
    now: () => this.now,
    pause: (milliseconds: number, signal: AbortSignal) => this.pause(milliseconds, signal),
  };

  die(said = ""): void {
    if (this.written !== null) this.alive.delete(this.written.port);
    this.written = null;
    this.end(said);
  }

  private launch(): AgentProcess {
    const port = (this.started += 1);
    const gone = new Promise<string>((resolve) => void (this.end = resolve));
    if (this.behaviour === "listens") {
      this.written = endpoint(port);
      this.alive.add(port);
    }
    if (this.behaviour === "dies") this.end("Traceback …\nport in use\n");
    const stop = () => {
      this.stopped += 1;
      this.die();
      return Promise.resolve();
    };
    return { gone, stop };
  }

  /** Time passes only while something waits; the event loop turns once, so that others may act. */
  private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.pauses.push(milliseconds);
    this.now += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

let machine: Machine;
let supervisor: AgentSupervisor;
let states: AgentState[];

beforeEach(() => {
  machine = new Machine();
  supervisor = new AgentSupervisor(machine.around);
  states = [];
  supervisor.onState((state) => void states.push(state));
});

const reached = (status: AgentState["status"], times = 1) =>
  new Promise<void>((resolve) => {
    const look = () => (states.filter((state) => state.status === status).length >= times ? resolve() : setImmediate(look));
    look();
  });

describe("the local agent", () => {
  it("is started, used and stopped with the app", async () => {
    supervisor.start();
    supervisor.start();
    await reached("ready");
    expect(supervisor.endpoint).toEqual(endpoint(1));
    expect(supervisor.state.version).toBe("0.1.0");
    await supervisor.stop();
    expect([machine.started, machine.stopped]).toEqual([1, 1]);
    expect([supervisor.endpoint, supervisor.state.status]).toEqual([null, "stopped"]);
  });

  it("is used and left alone when somebody started it already", async () => {
    machine.written = endpoint(99);
    machine.alive.add(99);
    supervisor.start();
    await reached("ready");
    expect(supervisor.endpoint?.port).toBe(99);
    await supervisor.stop();
    expect([machine.started, machine.stopped]).toEqual([0, 0]);
  });

  it("is replaced when the one that somebody started goes away", async () => {
    machine.written = endpoint(99);
    machine.alive.add(99);
    supervisor.start();
    await reached("ready");
    machine.alive.delete(99);
    await reached("ready", 2);
    expect(supervisor.endpoint?.port).toBe(1);
    await supervisor.stop();
  });

  it("is not taken for the one whose note was left behind", async () => {
    machine.written = endpoint(99);
    machine.behaviour = "hangs";
    supervisor.start();
    await reached("restarting");
    expect(states.map((state) => state.status)).toEqual(["starting", "restarting"]);
    expect(machine.stopped).toBe(1);
    await supervisor.stop();
  });

  it("is started again when it dies, and nobody reaches it meanwhile", async () => {
    supervisor.start();
    await reached("ready");
    machine.die("out of memory");
    await reached("restarting");
    expect(supervisor.endpoint).toBeNull();
    await reached("ready", 2);
    expect(supervisor.endpoint).toEqual(endpoint(2));
    await supervisor.stop();
  });

  it("gets growing pauses up to a minute while it keeps dying, and says why", async () => {
    machine.behaviour = "dies";
    supervisor.start();
    await reached("restarting", 9);
    await supervisor.stop();
    const pauses = machine.pauses.filter((each) => each >= 1000);
    expect(pauses.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
    const told = states.find((state) => state.status === "restarting");
    expect(told).toMatchObject({ message: expect.stringContaining("port in use"), retryAt: expect.any(Number) });
  });

  it("is reported missing when it is not installed, and started once it is", async () => {
    machine.command = null;
    supervisor.start();
    await reached("missing");
    expect([machine.started, supervisor.state.message]).toEqual([0, expect.stringContaining("Install")]);
    machine.command = "/home/me/.local/bin/hivesync";
    await supervisor.restart();
    await reached("ready");
    await supervisor.stop();
  });
});
