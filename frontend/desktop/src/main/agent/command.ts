/** Finds the `hivesync` command: pointed out in the settings, named in the environment, else on the search path. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

import type { Surroundings } from "../ports.ts";

/** Programs started from a desktop often get a search path without these. */
const USUAL_FOLDERS = ["/usr/local/bin", "/opt/homebrew/bin"];

export function findCommand(chosen: string | null, surroundings: Pick<Surroundings, "env" | "homeFolder" | "platform">): string | null {
  const { env, homeFolder, platform } = surroundings;
  const named = env["HIVESYNC_COMMAND"];
  // Who names a command wants that one: falling back to another would hide the mistake.
  for (const command of [chosen, named]) {
    if (command) return isCommand(command) ? command : null;
  }
  const name = platform === "win32" ? "hivesync.exe" : "hivesync";
  const usual = platform === "win32" ? [] : [join(homeFolder, ".local", "bin"), ...USUAL_FOLDERS];
  const folders = [...(env["PATH"] ?? "").split(delimiter), ...usual];
  return folders.filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name)).find(isCommand) ?? null;
}

/** Whether this is the absolute path of a program. */
export function isCommand(path: string): boolean {
  if (!isAbsolute(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
