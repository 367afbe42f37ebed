import { isAbsolute } from "node:path";

import { readAddress } from "./server/address.ts";
import { StoredFile } from "./stored-file.ts";
import { isRecord } from "./values.ts";

export type Appearance = "system" | "light" | "dark";

export interface Settings {
  /** The server's origin, or null until one was chosen. */
  readonly server: string | null;
  /** Whether a person agreed to http in a private network, for this very server. */
  readonly acceptUnencrypted: boolean;
  /** Where the `hivesync` command lies, if it was pointed out. */
  readonly agentCommand: string | null;
  readonly appearance: Appearance;
}

const DEFAULTS: Settings = { server: null, acceptUnencrypted: false, agentCommand: null, appearance: "system" };

/** The settings of this installation, kept in one file. */
export class SettingsStore {
  private readonly file: StoredFile<Settings>;
  private current: Settings;

  constructor(path: string) {
    this.file = new StoredFile(path, DEFAULTS, checkSettings);
    this.current = this.file.read();
  }

  read(): Settings {
    return this.current;
  }

  change(changes: Partial<Settings>): void {
    const next = { ...this.current, ...changes };
    this.file.write(next);
    this.current = next;
  }
}

/** The same rules hold for a file that somebody edited as for what is typed. */
export function checkSettings(value: unknown): Settings | null {
  if (!isRecord(value)) return null;
  const { server = null, acceptUnencrypted = false, agentCommand = null, appearance = "system" } = value;
  if (typeof acceptUnencrypted !== "boolean") return null;
  if (server !== null && !isServer(server, acceptUnencrypted)) return null;
  if (agentCommand !== null && !(typeof agentCommand === "string" && isAbsolute(agentCommand))) return null;
  if (appearance !== "system" && appearance !== "light" && appearance !== "dark") return null;
  return { server, acceptUnencrypted, agentCommand, appearance };
}

function isServer(value: unknown, acceptUnencrypted: boolean): value is string {
  if (typeof value !== "string") return false;
  try {
    return readAddress(value, { acceptUnencrypted }) === value;
  } catch {
    return false;
  }
}
