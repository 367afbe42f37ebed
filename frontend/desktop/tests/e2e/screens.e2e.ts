// Every screen, with something on it, in both themes and at two widths: no barrier, no complaint, nothing that sticks out.
// With SCREENS=folder each is kept as a picture there (`make screens`), with SCREENS_TABLET=1 the narrow ones too.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { expectNoBarriers, openBrowser, openWindow, signIn, type Window } from "./browser.ts";
import { seed, type Seeded } from "./seed.ts";

const product = inject("product");
const PICTURES = process.env["SCREENS"];
// What counts as good: https://web.dev/articles/cls.
const STEADY = 0.1;
const DESKTOP = { width: 1280, height: 860 };
const TABLET = { width: 820, height: 1180 };

interface Screen {
  name: string;
  address: (seeded: Seeded) => string;
  /** What is there when it has loaded. */
  ready: (page: Page) => Promise<unknown>;
  isOutside?: true;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();
const pressed = (role: "tab" | "button", name: string | RegExp, then: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.getByRole(role, { name }).first().click();
  await then(page);
};

const SCREENS: readonly Screen[] = [
  { name: "sign-in", address: () => "/sign-in", ready: heading("Sign in"), isOutside: true },
  { name: "sign-up", address: () => "/sign-up", ready: text("Create the account"), isOutside: true },
  { name: "projects", address: () => "/projects", ready: text("Honey shop") },
  { name: "connect", address: () => "/projects?connect=url", ready: (page) => page.getByRole("dialog").getByLabel("Address").waitFor() },
  { name: "overview", address: ({ project }) => `/projects/${project}`, ready: text("Sync now") },
  { name: "files", address: ({ project }) => `/projects/${project}/files?path=shop/prices.py&line=6&end=9`, ready: text("net_price") },
  { name: "hidden-characters", address: ({ project }) => `/projects/${project}/files?path=web/odd.py`, ready: text("only admins") },
  { name: "ask", address: ({ project }) => `/projects/${project}/ai?ask=documentation&path=shop/orders.py`, ready: pressed("button", "Ask", (page) => page.getByRole("button", { name: "Send" }).waitFor()) },
  { name: "answer", address: ({ project, answer }) => `/projects/${project}/ai/${answer}`, ready: text("prices.py") },
  { name: "reviews", address: ({ project }) => `/projects/${project}/reviews`, ready: text("price_with_tax") },
  { name: "review", address: ({ project, rename }) => `/projects/${project}/reviews/${rename}`, ready: text("Hunk 1 of") },
  { name: "review-side-by-side", address: ({ project, documentation }) => `/projects/${project}/reviews/${documentation}?view=split`, ready: text("Hunk 1 of") },
  { name: "why", address: ({ project, documentation }) => `/projects/${project}/reviews/${documentation}`, ready: pressed("tab", "Why is this here?", text(/approved/i)) },
  { name: "rename", address: ({ project }) => `/projects/${project}/rename?path=shop/prices.py&line=12&column=5&name=price_with_tax`, ready: text("orders.py") },
  { name: "renamed", address: ({ project, renameJob }) => `/projects/${project}/rename/${renameJob}`, ready: text("price_with_tax") },
  { name: "previews", address: ({ app }) => `/projects/${app}/previews`, ready: text("Start a preview") },
  { name: "preview", address: ({ app, preview }) => `/projects/${app}/previews/${preview}`, ready: (page) => page.locator("img.first-screen").waitFor() },
  { name: "preview-code", address: ({ app, preview }) => `/projects/${app}/previews/${preview}`, ready: pressed("button", "New code", (page) => page.getByRole("img", { name: /^QR code that holds/ }).waitFor()) },
  { name: "project-activity", address: ({ project }) => `/projects/${project}/activity`, ready: heading("Activity") },
  { name: "project-settings", address: ({ project }) => `/projects/${project}/settings`, ready: heading("Members") },
  { name: "jobs", address: () => "/jobs", ready: text("failed") },
  { name: "notifications", address: () => "/notifications", ready: heading("Notifications") },
  { name: "settings", address: () => "/settings", ready: heading("Settings") },
  { name: "folders", address: () => "/folders", ready: heading("Folders") },
  { name: "admin", address: () => "/admin", ready: heading("Administration") },
  { name: "admin-workers", address: () => "/admin/workers", ready: text("repo_sync_worker") },
  { name: "admin-queues", address: () => "/admin/queues", ready: text("refactor") },
  { name: "admin-jobs", address: () => "/admin/jobs", ready: text("failed") },
  { name: "admin-job", address: ({ failed }) => `/admin/jobs/${failed}`, ready: text("failed") },
  { name: "admin-throughput", address: () => "/admin/throughput", ready: (page) => page.locator("canvas").first().waitFor() },
  { name: "admin-autoscaler", address: () => "/admin/autoscaler", ready: heading("Autoscaler") },
  { name: "admin-schedules", address: () => "/admin/schedules", ready: text("sweep_tmp") },
  { name: "admin-warrant", address: ({ warrant }) => `/admin/warrants/${warrant}`, ready: text("sweep_tmp") },
  { name: "admin-activity", address: () => "/admin/activity", ready: heading("Activity") },
  { name: "admin-settings", address: () => "/admin/settings", ready: text("DATA_DIR") },
];

describe.skipIf(product === null)("every screen", () => {
  let browser: Browser;
  let seeded: Seeded;

  beforeAll(async () => {
    if (product === null) return;
    browser = await openBrowser();
    seeded = await seed(product);
  });
  afterAll(() => browser?.close());

  describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
    let inside: Window;
    let outside: Window;

    beforeAll(async () => {
      if (product === null) return;
      inside = await openWindow(browser, product.url, theme);
      outside = await openWindow(browser, product.url, theme);
      await signIn(inside.page, product.admin);
    });
    afterAll(async () => {
      await Promise.all([inside.context.close(), outside.context.close()]);
    });

    it.each(SCREENS)("$name", async ({ name, address, ready, isOutside }) => {
      const { page, complaints } = isOutside ? outside : inside;
      await page.setViewportSize(DESKTOP);
      await page.goto(address(seeded));
      await ready(page);
      await settled(page);
      expect(await shift(page)).toBeLessThan(STEADY);
      await expectNoBarriers(page);
      await kept(page, `${name}-${theme}`);
      expect(await overhang(page)).toBe(0);
      await page.setViewportSize(TABLET);
      expect(await overhang(page)).toBe(0);
      // What folds away there is the same in both themes.
      if (theme === "light") await expectNoBarriers(page);
      if (process.env["SCREENS_TABLET"]) await kept(page, join("tablet", `${name}-${theme}`));
      expect(complaints.splice(0)).toEqual([]);
    });
  });
});

/** Nothing is loading any more, and letters have their shapes. */
async function settled(page: Page): Promise<void> {
  await page.locator('[aria-busy="true"], .mantine-Skeleton-root, .mantine-Loader-root').filter({ visible: true }).first().waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready);
}

/** How much of the page has moved by itself since it was opened: Cumulative Layout Shift, https://web.dev/articles/cls. */
async function shift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((tell) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) sum += entry.hadRecentInput ? 0 : entry.value;
        });
        observer.observe({ type: "layout-shift", buffered: true });
        // What was recorded before is told before the second frame.
        requestAnimationFrame(() => requestAnimationFrame(() => tell(sum)));
      }),
  );
}

/** How many pixels the page is wider than its window. */
async function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function kept(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  const folder = resolve(import.meta.dirname, "../../../..", PICTURES);
  await mkdir(dirname(join(folder, name)), { recursive: true });
  // WebP, a third of a PNG's size, which the browser makes itself.
  const client = await page.context().newCDPSession(page);
  const { data } = await client.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  await writeFile(join(folder, `${name}.webp`), Buffer.from(data, "base64"));
  await client.detach();
}
