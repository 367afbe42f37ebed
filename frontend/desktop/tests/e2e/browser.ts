// A real browser, and what every page in it has to keep: no script error, no violation of its policy, nothing serious for axe.
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { CHROMIUM } from "./product.ts";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? "chromium", args: FLAGS });
}

export interface Window {
  context: BrowserContext;
  page: Page;
  /** What went wrong in the page since it was opened: script errors and violations of its policy. */
  complaints: string[];
}

export async function openWindow(browser: Browser, url: string, scheme: "light" | "dark" = "light", width = 1280): Promise<Window> {
  const context = await browser.newContext({ baseURL: url, colorScheme: scheme, viewport: { width, height: 860 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // The browser logs every answer over 399 by itself; those are part of stories.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** The browser of a suite and its window, there from its first story on; at the end nothing may have gone wrong in it. */
export function openedFor(url: string): Readonly<Window> & { readonly browser: Browser } {
  let browser: Browser;
  let window: Window;
  beforeAll(async () => {
    browser = await openBrowser();
    window = await openWindow(browser, url);
  });
  afterAll(async () => {
    await browser.close();
    expect(window.complaints).toEqual([]);
  });
  return {
    get browser() {
      return browser;
    },
    get context() {
      return window.context;
    },
    get page() {
      return window.page;
    },
    get complaints() {
      return window.complaints;
    },
  };
}

export async function signIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.goto("/sign-in");
  await fillSignIn(page, who);
}

/** Where the form is shown already. */
export async function fillSignIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByRole("textbox", { name: "Password" }).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
}

/** What axe-core finds serious or critical in the page as it stands, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  // By the debugger's evaluation, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const results = await page.evaluate(async () => {
    const { axe: engine } = globalThis as unknown as { axe: typeof axe };
    return engine.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
  });
  return results.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary ?? ""}`).join(" | ")}`);
}

export async function expectNoBarriers(page: Page): Promise<void> {
  expect(await barriers(page)).toEqual([]);
}
