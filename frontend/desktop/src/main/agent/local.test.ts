/** What touches the machine itself: the agent's note, the command, the child process. All real. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { until } from "../../../electron/testing/servers.ts";
import { findCommand } from "./command.ts";
import { endpointPath, readEndpoint } from "./endpoint.ts";
import { startAgent } from "./process.ts";

let folder: string;
const NOTE = { port: 4711, token: "a-token-of-good-length", pid: 12, version: "0.1.0", started_at: "2026-11-28T00:00:00Z" };

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "hivesync-agent-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const written = (note: unknown, mode = 0o600) => {
  const path = join(folder, "agent.json");
  writeFileSync(path, typeof note === "string" ? note : JSON.stringify(note));
  chmodSync(path, mode);
  return readEndpoint(path, "linux");
};
const program = (...parts: string[]) => {
  const path = join(folder, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  return path;
};
const find = (chosen: string | null, env: Record<string, string>) => findCommand(chosen, { env, homeFolder: join(folder, "home"), platform: "linux" });
const script = (text: string) => {
  const path = join(folder, "hivesync");
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
};

describe("the agent's note", () => {
  it("is read", () => {
    expect(written(NOTE)).toEqual({ port: 4711, token: NOTE.token, version: "0.1.0" });
  });

  it.each([
    ["no JSON", "{"], ["no object", "[]"], ["no port", { ...NOTE, port: undefined }], ["a port that is none", { ...NOTE, port: 70_000 }],
    ["a port as text", { ...NOTE, port: "4711" }], ["a token that breaks a header", { ...NOTE, token: "a-token\r\nwith-a-second-line" }],
    ["a short token", { ...NOTE, token: "x" }], ["far too much", `{"a":"${"x".repeat(20_000)}"}`],
  ])("is not believed when it holds %s", (_name, note) => {
    expect(written(note)).toBeNull();
  });

  it.each([0o644, 0o660, 0o606])("is not believed when others may touch it (%o)", (mode) => {
    expect(written(NOTE, mode)).toBeNull();
  });

  it("lies where the agent writes it", () => {
    expect(endpointPath({ env: {}, homeFolder: "/home/me" })).toBe("/home/me/.config/hivesync/agent.json");
    expect(endpointPath({ env: { XDG_CONFIG_HOME: "/home/me/xdg" }, homeFolder: "/home/me" })).toBe("/home/me/xdg/hivesync/agent.json");
    expect(endpointPath({ env: { XDG_CONFIG_HOME: "", HIVESYNC_CONFIG_DIR: "" }, homeFolder: "/home/me" })).toBe("/home/me/.config/hivesync/agent.json");
    const all = { XDG_CONFIG_HOME: "/home/me/xdg", HIVESYNC_CONFIG_DIR: "/etc/x" };
    expect(endpointPath({ env: all, homeFolder: "/home/me" })).toBe("/etc/x/agent.json");
    expect(readEndpoint(join(folder, "none.json"), "linux")).toBeNull();
  });
});

describe("the command", () => {
  it("is the one pointed out, else the one named, else the first on the search path, else a usual place", () => {
    const [chosen, named, first] = [program("a", "hivesync"), program("b", "hivesync"), program("c", "hivesync")];
    const usual = program("home", ".local", "bin", "hivesync");
    const path = `${join(folder, "none")}:${join(folder, "c")}`;
    expect(find(chosen, { HIVESYNC_COMMAND: named, PATH: path })).toBe(chosen);
    expect(find(null, { HIVESYNC_COMMAND: named, PATH: path })).toBe(named);
    expect(find(null, { PATH: path })).toBe(first);
    expect(find(null, { PATH: "" })).toBe(usual);
  });

  it("is missing, rather than another one, when the one that somebody named is gone", () => {
    program("c", "hivesync");
    expect(find(join(folder, "gone"), { PATH: join(folder, "c") })).toBeNull();
    expect(find(null, { HIVESYNC_COMMAND: "hivesync", PATH: join(folder, "c") })).toBeNull();
  });

  it("is never a folder, a text or something in the current folder", () => {
    mkdirSync(join(folder, "d", "hivesync"), { recursive: true });
    writeFileSync(join(folder, "hivesync"), "text", { mode: 0o644 });
    symlinkSync(join(folder, "none"), join(folder, "d", "dangling"));
    expect(find(null, { PATH: `.:relative:${join(folder, "d")}:${folder}` })).toBeNull();
  });
});

describe("the child process", () => {
  it("gets its two arguments and an environment without what is meant for Electron", async () => {
    const child = startAgent(script('echo "$1 $2 [$ELECTRON_RUN_AS_NODE$NODE_OPTIONS] $KEPT"'), {
      PATH: process.env["PATH"], KEPT: "kept", ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "--inspect",
    });
    expect(await child.gone).toBe("agent serve [] kept");
  });

  it("is asked to stop, and says its last words", async () => {
    const child = startAgent(script(`trap 'echo bye; exit 0' TERM; touch "${folder}/up"; while :; do sleep 0.05; done`), { PATH: process.env["PATH"] });
    await until(() => existsSync(join(folder, "up")));
    await child.stop();
    expect(await child.gone).toContain("bye");
  });

  it("that cannot be started is gone at once, with the reason", async () => {
    expect(await startAgent(join(folder, "none"), {}).gone).toContain("ENOENT");
  });

  it("keeps only the end of what is said", async () => {
    const said = await startAgent(script("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done"), { PATH: process.env["PATH"] }).gone;
    expect(said.length).toBeLessThan(8_001);
    expect(said.endsWith("line 2999")).toBe(true);
  });
});
