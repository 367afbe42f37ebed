// The operator's work: what runs, what waits, what died and why; bringing it back, holding it up, looking before deleting.
import { existsSync } from "node:fs";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { asPerson, connect, register, until, type Api, type Job } from "./api.ts";
import { makeApp, makeSlow } from "./app.ts";
import { expectNoBarriers, openBrowser, openWindow, signIn, type Window } from "./browser.ts";
import { failureRate, isDrawn, setFilter, shows, workerOf, type Seen } from "./console.ts";
import { makeRepository, startProduct, type Running } from "./product.ts";

const product = inject("product");
const DAN = { email: "dan@example.com", password: "two brown bears by a stream" };
const TOMORROW = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T12:00`;
const LOST = ["lost-one", "lost-two"];
const FORGOTTEN = "worktree-forgotten";

describe.skipIf(product === null)("operating", () => {
  let own: Running;
  let url: string;
  let folder: string;
  let browser: Browser;
  let window: Window;
  let boss: Api;
  let dan: Api;
  let hives: string;
  const jobs = async () => (await boss.get<{ items: Seen[] }>("/admin/jobs?limit=200")).items;

  // A product of its own: what is counted here is all there is, and whose workers are killed disturbs nobody.
  beforeAll(async () => {
    own = await startProduct();
    ({ url, folder } = own);
    await register(url, DAN, "Dan");
    boss = await asPerson(url, own.admin);
    dan = await asPerson(url, DAN);
    // Nothing begins by itself, so that lists can be compared whole.
    const { items } = await boss.get<{ items: { name: string }[] }>("/admin/schedules");
    for (const { name } of items) await boss.patch(`/admin/schedules/${name}`, { enabled: false });
    for (const name of LOST) {
      const { id } = await dan.post<{ id: string }>("/projects", { name, repo_url: `file://${join(folder, name)}` });
      await dan.post(`/repos/${id}/sync`);
    }
    await makeRepository(join(folder, "hives"));
    hives = await connect(dan, "Hives", join(folder, "hives"));
    await until(async () => (await jobs()).filter((job) => job.exhausted).length >= LOST.length);
    browser = await openBrowser();
    window = await openWindow(browser, url, "light", 1600);
    await signIn(window.page, own.admin);
  });
  afterAll(async () => {
    await browser.close();
    await own.stop();
    expect(window.complaints).toEqual([]);
  });

  it("shows nothing of it to whoever is no administrator, and a way back", async () => {
    const guest = await openWindow(browser, url);
    await signIn(guest.page, DAN);
    expect(await guest.page.getByRole("link", { name: "Workers" }).count()).toBe(0);
    for (const path of ["/admin", "/admin/jobs", "/admin/settings"]) {
      await guest.page.goto(path);
      await guest.page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    }
    await expectNoBarriers(guest.page);
    await guest.page.getByRole("link", { name: "Go to your projects" }).click();
    await guest.page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    await expect(dan.get("/admin/workers")).rejects.toThrow(/40[34]/);
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
  });

  it("begins with what needs a hand, and leads there", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Administration" }).click();
    await page.getByRole("heading", { level: 1, name: "Administration" }).waitFor();
    await page.getByRole("status", { name: "Needs attention" }).getByText("Dead jobs: degraded").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("link", { name: "Go to the dead jobs" }).click();
    await page.getByRole("heading", { level: 1, name: "All jobs" }).waitFor();
    expect(await page.getByRole("button", { name: "Dead jobs" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("narrows the list of jobs by every filter, in the address, and goes back", async () => {
    const { page } = window;
    await boss.post("/admin/tasks/sweep_tmp/run", { dry_run: true });
    await until(async () => (await jobs()).every((job) => job.finished_at !== null));
    const all = await jobs();
    const made = all.find((job) => job.kind === "manifest.build" && job.project_id === hives);
    const some: [string, string, (job: Seen) => boolean][] = [
      ["Status", "failed", (job) => job.status === "failed"],
      ["Queue", "repo_sync", (job) => job.queue === "repo_sync"],
      ["Kind", "manifest.build", (job) => job.kind === "manifest.build"],
      ["Attempts used up", "true", (job) => job.exhausted],
      ["Stuck", "true", () => false],
      ["Error code", "REPO_UNREACHABLE", (job) => job.error?.code === "REPO_UNREACHABLE"],
      ["Project", hives, (job) => job.project_id === hives],
      ["Worker type", "cleanup", (job) => job.queue === "cleanup"],
      ["Worker", made?.worker_id ?? "", (job) => job.worker_id === made?.worker_id],
      ["User", made?.user_id ?? "", (job) => job.user_id === made?.user_id],
      ["Min. attempts", "2", (job) => job.attempt >= 2],
      ["Min. failure rate", "0.5", (job) => failureRate(all, job.kind) >= 0.5],
      ["Correlation ID", made?.correlation_id ?? "", (job) => job.correlation_id === made?.correlation_id],
      ["Cause", "repository_unreachable", (job) => job.cause === "repository_unreachable"],
      ["Created from", TOMORROW, () => false],
      ["Created before", TOMORROW, () => true],
      ["Finished from", TOMORROW, () => false],
      ["Finished before", TOMORROW, () => true],
    ];
    await page.goto("/admin/jobs");
    await shows(page, all);
    await page.getByRole("button", { name: "More filters" }).click();
    await expectNoBarriers(page);
    for (const [label, value, isMeant] of some) {
      await setFilter(page, label, value);
      await page.waitForURL((now) => now.search !== "");
      await shows(page, all.filter(isMeant));
      const found = page.url();
      await page.goBack();
      await page.waitForURL((now) => now.search === "");
      await shows(page, all);
      if (label === "Queue") {
        // Whoever is sent the address sees the same.
        await page.goto(found);
        await shows(page, all.filter(isMeant));
        await page.getByRole("button", { name: "Clear filters" }).click();
        await page.getByRole("button", { name: "More filters" }).click();
      }
    }
  });

  it("keeps the keyboard where it was when a filter is chosen", async () => {
    const { page } = window;
    const status = page.getByRole("combobox", { name: "Status", exact: true });
    await status.press("ArrowDown");
    await page.waitForURL((now) => now.searchParams.has("status"));
    expect(await status.evaluate((element) => element === document.activeElement)).toBe(true);
    const code = page.getByRole("textbox", { name: "Error code" });
    await code.fill("NO_SUCH_CODE");
    await code.press("Enter");
    await page.getByText("No job is like that").waitFor();
    expect(await code.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole("button", { name: "Clear filters" }).click();
    expect(await code.inputValue()).toBe("");
  });

  it("brings dead jobs back together once their cause is gone", async () => {
    const { page } = window;
    for (const name of LOST) await makeRepository(join(folder, name));
    await page.getByRole("button", { name: "Dead jobs" }).click();
    const dead = (await jobs()).filter((job) => job.exhausted);
    await shows(page, dead);
    await page.getByText("There is no Git repository at that address").first().waitFor();
    for (const job of dead) await page.getByRole("checkbox", { name: `Select ${job.job_id}` }).press("Space");
    await page.getByRole("button", { name: "Retry selected" }).click();
    const dialog = page.getByRole("dialog", { name: `Retry ${dead.length} jobs?` });
    await dialog.getByRole("button", { name: `Retry ${dead.length} jobs` }).waitFor();
    await expectNoBarriers(page);
    await page.keyboard.press("Enter");
    await dialog.getByText(`${dead.length} retried.`).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByText("No job is like that").waitFor();
    await until(async () => (await jobs()).filter((job) => dead.some((each) => each.job_id === job.job_id)).every((job) => job.status === "success"));
  });

  it("holds a queue up, says why, and lets it go on", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Queues", exact: true }).click();
    await page.getByRole("button", { name: "Pause refactor" }).click();
    const dialog = page.getByRole("dialog", { name: "Pause refactor?" });
    await dialog.getByLabel("Why").fill("The disk is being changed");
    await expectNoBarriers(page);
    await page.keyboard.press("Enter");
    await page.getByText("“The disk is being changed”").waitFor();
    const { job_id: id } = await dan.post<{ job_id: string }>("/refactor/rename", {
      project_id: hives, path: "shop/prices.py", line: 6, column: 5, new_name: "net",
    });
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Jobs of refactor" }) });
    await page.getByRole("button", { name: "Refresh now" }).click();
    await row.getByRole("link", { name: "1", exact: true }).first().waitFor();
    await expectNoBarriers(page);
    expect((await dan.get<{ status: string; why: string }>(`/jobs/${id}`)).why).toMatch(/paused/i);
    await page.getByRole("button", { name: "Resume refactor" }).click();
    await page.getByRole("dialog", { name: "Resume refactor?" }).getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause refactor" }).waitFor();
    await until(async () => (await dan.get<Job>(`/jobs/${id}`)).status === "success");
  });

  it("shows a worker that was killed as gone, another in its place, and its job done by that one", async () => {
    const { page } = window;
    const app = join(folder, "slow-app");
    await makeApp(app, "Slow honey");
    await makeSlow(app);
    const project = await connect(dan, "Slow app", app);
    const builder = await workerOf(boss, "preview_builder");
    await page.getByRole("link", { name: "Workers", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: builder.worker_id });
    await row.getByText("alive").waitFor();
    await expectNoBarriers(page);
    const { token } = await dan.post<{ token: string }>("/preview/token", { project_id: project, platform: "ios" });
    const { job_id: id } = await dan.post<{ job_id: string }>("/preview/build", { token });
    await until(async () => (await workerOf(boss, "preview_builder")).jobs.length > 0);
    await page.getByRole("button", { name: "Refresh now" }).click();
    await row.getByRole("link", { name: "preview.build" }).waitFor();
    process.kill(builder.pid, "SIGKILL");
    await row.waitFor({ state: "detached" });
    await page.getByRole("row").filter({ hasText: "preview_builder-" }).getByText("alive").waitFor();
    await page.goto(`/admin/jobs/${id}`);
    await page.getByText("Ended: success").waitFor({ timeout: 60_000 });
    await page.getByText(/^2 of \d+$/).waitFor();
    const { worker_id: successor } = await workerOf(boss, "preview_builder");
    expect(successor).not.toBe(builder.worker_id);
    await page.getByRole("link", { name: successor }).waitFor();
    await expectNoBarriers(page);
  });

  it("finds workers by what they do", async () => {
    const { page } = window;
    await page.goto("/admin/workers");
    const rows = page.getByRole("table", { name: "Workers" }).getByRole("row").filter({ hasText: "since" });
    for (const [label, value, role] of [["Type", "cleanup", "cleanup_worker"], ["Queue", "repo_sync", "repo_sync_worker"]] as const) {
      await setFilter(page, label, value);
      await expect.poll(() => rows.count()).toBe(1);
      await rows.filter({ hasText: role }).waitFor();
      await page.goBack();
      await expect.poll(() => rows.count()).toBeGreaterThan(1);
    }
    await setFilter(page, "Status", "stopped");
    await page.getByText("No worker is like that").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await setFilter(page, "Min. failure rate", "0.01");
    await page.getByText("No worker is like that").or(rows.filter({ hasText: "%" }).first()).waitFor();
    expect(new URL(page.url()).searchParams.get("min_failure_rate")).toBe("0.01");
  });

  it("draws what ended, how long it took, and tells single values to the keyboard", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Throughput", exact: true }).click();
    const chart = page.getByRole("slider", { name: /^Jobs that ended/ });
    await isDrawn(chart);
    await isDrawn(page.getByRole("slider", { name: /^How long they waited/ }));
    await chart.press("End");
    const last = await chart.getAttribute("aria-valuetext");
    await chart.press("ArrowLeft");
    expect(await chart.getAttribute("aria-valuetext")).not.toBe(last);
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Show the figures as a table" }).first().click();
    await page.getByRole("region", { name: /^Jobs that ended/ }).getByRole("row").nth(1).waitFor();
    await setFilter(page, "Kind", "refactor.move");
    await page.getByText("Nothing ended in this time").waitFor();
  });

  it("says what the autoscaler would do and why, and replays the time with other thresholds", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Autoscaler", exact: true }).click();
    await page.getByText("It only records").waitFor();
    await page.getByRole("table", { name: "Queues and decisions" }).getByText(/workers? for ai_jobs/).waitFor();
    await isDrawn(page.getByRole("slider", { name: /^Jobs waiting/ }).first());
    await expectNoBarriers(page);
    const replay = page.getByRole("region", { name: "What if?" });
    await replay.getByLabel("One more above").fill("3");
    await replay.getByRole("button", { name: "Replay" }).press("Enter");
    await replay.getByRole("alert").getByText(/threshold/i).first().waitFor();
    await replay.getByLabel("One more above").fill("8");
    await replay.getByRole("button", { name: "Replay" }).press("Enter");
    const outcome = replay.getByRole("table", { name: "What would have been" });
    for (const name of ["as recorded", "as set now", "yours"]) await outcome.getByRole("rowheader", { name }).waitFor();
    await isDrawn(replay.getByRole("slider").first());
    await expectNoBarriers(page);
  });

  it("looks before anything is deleted, and switches a schedule on and off by keyboard", async () => {
    const { page } = window;
    await abandon(join(folder, "data", "tmp", FORGOTTEN));
    await page.getByRole("link", { name: "Schedules and tasks" }).click();
    await page.getByRole("button", { name: "Dry run of sweep_tmp" }).click();
    const tasks = page.getByRole("region", { name: "Cleanup tasks" });
    await tasks.getByText("The dry run of sweep_tmp is on its way.").waitFor();
    await tasks.getByRole("status").getByText("success").waitFor();
    await expectNoBarriers(page);
    const toggle = page.getByRole("switch", { name: "Enable sweep_tmp" });
    await toggle.press("Space");
    await expect.poll(() => toggle.isChecked()).toBe(true);
    await toggle.press("Space");
    const dialog = page.getByRole("dialog", { name: "Switch sweep_tmp off?" });
    await dialog.getByRole("button", { name: "Switch off" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await toggle.isChecked()).toBe(false);
    await page.getByRole("button", { name: "Change sweep_tmp" }).click();
    const cron = page.getByRole("dialog").getByLabel("Cron text");
    await cron.fill("61 * * * *");
    await page.getByRole("dialog").getByText(/minute/i).last().waitFor();
    await cron.fill("5 4 * * 1");
    await page.getByRole("dialog").getByText(/^Monday, .* at 04:05$/).first().waitFor();
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row").filter({ hasText: "5 4 * * 1" }).waitFor();
    await page.getByRole("row").filter({ has: page.getByRole("button", { name: "Dry run of sweep_tmp" }) }).getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Warrant of sweep_tmp" }).waitFor();
    await page.getByRole("row").filter({ hasText: FORGOTTEN }).waitFor();
    await expectNoBarriers(page);
  });

  it("deletes what the warrant lists, once that is confirmed, and nothing else", async () => {
    const { page } = window;
    const other = join(folder, "data", "tmp", `${FORGOTTEN}-too`);
    await abandon(other);
    await page.getByRole("button", { name: "Carry it out" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete 1 item?" });
    await expectNoBarriers(page);
    await dialog.getByRole("button", { name: "Delete what is listed" }).click();
    await page.getByRole("row").filter({ hasText: FORGOTTEN }).getByText("deleted").waitFor();
    expect([join(folder, "data", "tmp", FORGOTTEN), other].map((path) => existsSync(path))).toEqual([false, true]);
  });

  it("remembers who held the queue up, what it was before, and how to undo it", async () => {
    const { page } = window;
    await page.goto("/admin/activity");
    await setFilter(page, "Action", "queue.paused");
    const record = page.getByRole("row").filter({ hasText: "queue.paused" });
    await record.first().getByRole("button", { name: /^Details of record/ }).press("Enter");
    await page.getByText("The disk is being changed").first().waitFor();
    await page.getByText("How to undo it").waitFor();
    await expectNoBarriers(page);
  });

  it("shows the settings in force, and no secret", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Effective settings" }).click();
    await page.getByText(/^(\d+) of \1 settings$/).waitFor();
    const secrets = Object.values(JSON.parse(await readFile(join(folder, "data", "secrets.json"), "utf8")) as Record<string, string>);
    expect(secrets.length).toBeGreaterThan(1);
    const shown = await page.content();
    for (const secret of secrets) expect(shown).not.toContain(secret);
    await page.getByLabel("Search").fill("JWT_SECRET");
    await page.getByRole("row").filter({ hasText: "JWT_SECRET" }).getByText(/hash [0-9a-f]{8}/).waitFor();
    await page.getByLabel("Only what is not the default").check();
    await expectNoBarriers(page);
  });
});

/** Make a working directory that nobody has touched for three days. */
async function abandon(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "left"), "behind");
  const then = new Date(Date.now() - 3 * 86_400_000);
  for (const each of [join(path, "left"), path]) await utimes(each, then, then);
}
