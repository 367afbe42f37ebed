// Git, as the people of these stories use it.
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const AUTHOR = ["-c", "user.name=Bea", "-c", "user.email=bea@example.com"];

type Files = Readonly<Record<string, string>>;

/** Run git in a folder: a repository, or the mirror of a project. */
export function gitAt(folder: string, ...given: string[]): string {
  return execFileSync("git", ["-C", folder, ...AUTHOR, ...given], { encoding: "utf8" });
}

/** Make a repository with these files in its first commit. */
export async function newRepository(folder: string, files: Files, message: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  gitAt(folder, "init", "--quiet", "--initial-branch=main");
  await commit(folder, files, message);
}

/** Write files and commit them, those that are ignored elsewhere too. */
export async function commit(folder: string, files: Files, message: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  gitAt(folder, "add", "--all", "--force");
  gitAt(folder, "commit", "--quiet", `--message=${message}`);
}
