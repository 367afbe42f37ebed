// What several stories do on their way: come in, connect a repository, go to a screen, wait for work in the background.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page, Response } from "playwright-core";
import type { Product } from "./product.ts";

export const PASSWORD = "seven slow bees in clover";
// Workers that are asked for the first time have to load first, on machines that may be busy.
const WORK_MS = 60_000;

/** Create an account as the sign-up page does, and arrive at the projects. */
export async function signUp(page: Page, name: string): Promise<{ email: string; password: string }> {
  const person = { email: `${name.toLowerCase()}@example.com`, password: PASSWORD };
  await page.goto("/sign-up");
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill(person.password);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
  return person;
}

/** Open the form that connects a project, with its dialog as the answer. */
export async function openConnectForm(page: Page, place: "Git server" | "Folder on the server" | "My computer"): Promise<Locator> {
  await page.goto("/projects");
  await page.getByRole("button", { name: "Connect a project" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(place, { exact: true }).click();
  return dialog;
}

/** Connect a repository that lies on the server, wait until its files are described, and answer the project's id. */
export async function connectFolder(page: Page, repository: string, name: string): Promise<string> {
  const dialog = await openConnectForm(page, "Folder on the server");
  await dialog.getByLabel("Path on the server").fill(repository);
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Connect" }).click();
  // The dialog opens the project by itself as soon as its files are described.
  await page.getByRole("heading", { level: 1, name }).waitFor({ timeout: WORK_MS });
  const id = /\/projects\/([0-9a-f-]{36})/.exec(page.url())?.[1];
  if (id === undefined) throw new Error(`no project at ${page.url()}`);
  return id;
}

/** Go to one of the project's screens by its link at the side. */
export async function openScreen(page: Page, name: string, heading = name): Promise<void> {
  await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** Sync the project whose home is open, wait until its screen was told how that ended, and answer the state it shows then. */
export async function syncNow(page: Page): Promise<string> {
  const started = page.waitForResponse((answer) => isSync(answer) && answer.request().method() === "POST");
  const told = page.waitForResponse(
    async (answer) => {
      if (!isSync(answer) || answer.request().method() !== "GET" || answer.status() !== 200) return false;
      const { job_id: job } = (await (await started).json()) as { job_id: string };
      const { last_attempt: attempt } = (await answer.json()) as { last_attempt: { job_id: string; status: string } | null };
      return attempt?.job_id === job && !["queued", "running"].includes(attempt.status);
    },
    { timeout: WORK_MS },
  );
  await page.getByRole("button", { name: "Sync now" }).click();
  await told;
  await page.getByRole("button", { name: "Sync now" }).and(page.locator(":enabled")).waitFor();
  return page.getByRole("region", { name: "Sync" }).getByText(/^(?:success|failed|cancelled)$/).first().innerText();
}

const isSync = (answer: Response) => new URL(answer.url()).pathname.endsWith("/sync");

/** Wait until something is there that only comes when work in the background is done. */
export async function arrives(place: Locator): Promise<void> {
  await place.waitFor({ timeout: WORK_MS });
}

/** The dialog that is open, found by its title: buttons in it repeat the names of those that opened it. */
export function dialogOf(page: Page, title: string | RegExp): Locator {
  return page.getByRole("dialog", { name: title });
}

/** Submit the decisions about the proposal that is open, and answer the digest that the approval is bound to. */
export async function approveProposal(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Submit approval" }).click();
  const dialog = dialogOf(page, "Submit this approval?");
  const digest = await dialog.locator("code").innerText();
  await dialog.getByRole("button", { name: "Submit approval" }).click();
  await page.getByText("Approved, and not applied yet.").waitFor();
  return digest;
}

/** Apply the approved proposal that is open, if wanted pushed as a branch too, and wait until it is a commit. */
export async function applyProposal(page: Page, { isPushed = false } = {}): Promise<void> {
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  const dialog = dialogOf(page, "Apply what was approved?");
  if (isPushed) await dialog.getByRole("checkbox", { name: /^Also push the commit/ }).check();
  await dialog.getByRole("button", { name: "Apply", exact: true }).click();
  await arrives(page.getByText("This is recorded as a commit of its own."));
}

/** The newest state of a project's mirror, in the folder where the server keeps it. */
export function mirrorOf({ folder }: Pick<Product, "folder">, projectId: string): string {
  const home = join(folder, "data", "repos", projectId);
  const generations = readdirSync(home).filter((name) => name.startsWith("g-")).toSorted();
  return join(home, generations.at(-1) ?? "");
}
