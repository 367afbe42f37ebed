/** One run of `hivesync agent serve`: no shell in between, an environment without what is only for Electron, its last lines kept. */
import { spawn } from "node:child_process";

const KEPT_LINES = 40;
const KEPT_CHARACTERS = 8_000;
const GRACE_MS = 5_000;

export interface AgentProcess {
  /** Resolves when it is gone, with what it said last. */
  readonly gone: Promise<string>;
  /** Ask it to stop; after the grace period it has to. */
  stop(): Promise<void>;
}

export type StartAgent = (command: string, env: Readonly<Record<string, string | undefined>>) => AgentProcess;

export const startAgent: StartAgent = (command, env) => {
  const child = spawn(command, ["agent", "serve"], { env: cleaned(env), shell: false, windowsHide: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-KEPT_CHARACTERS);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(said.split("\n").slice(-KEPT_LINES).join("\n").trim()));
  });
  return { gone, stop: () => stopped(child, gone) };
};

async function stopped(child: ReturnType<typeof spawn>, gone: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(force);
}

function cleaned(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(?:ELECTRON_|CHROME_|NODE_OPTIONS$)/u.test(name));
  return Object.fromEntries(kept) as NodeJS.ProcessEnv;
}
