// Somebody who may only look: what he may not do is there, cannot be pressed, and says whom to ask.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { asPerson, connect, register } from "./api.ts";
import { expectNoBarriers, openedFor, signIn } from "./browser.ts";
import { makeRepository } from "./product.ts";
import { PASSWORD } from "./steps.ts";

const product = inject("product");
const VIEWER = { email: "vera@example.com", password: PASSWORD };
const ASK_AN_OWNER = /^This takes the role (reviewer|maintainer) or a stronger one; yours is viewer\. Ask an owner/;

describe.skipIf(product === null)("looking on", () => {
  const { url, folder, admin } = product ?? { url: "", folder: "", admin: { email: "", password: "" } };
  const window = openedFor(url);
  let project: string;

  beforeAll(async () => {
    const repository = join(folder, "looked-at");
    await makeRepository(repository);
    const owner = await asPerson(url, admin);
    project = await connect(owner, "Looked at", repository);
    await register(url, VIEWER, "Vera");
    await owner.post(`/projects/${project}/members`, { email: VIEWER.email, role: "viewer" });
    await signIn(window.page, VIEWER);
  });

  it.each([
    ["", "Sync now", ""],
    ["/ai", "Ask", ""],
    ["/rename?path=shop/prices.py&line=12&column=5&name=price_with_tax", "Start the rename", ""],
    ["/rename", "Start the replacement", "Replace"],
    ["/previews", "Start a preview", ""],
  ])("at %s cannot press %s", async (path, button, tab) => {
    const { page } = window;
    await page.goto(`/projects/${project}${path}`);
    if (tab !== "") await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("note").getByText(ASK_AN_OWNER).first().waitFor();
    expect(await isDisabled(page, button)).toBe(true);
    await expectNoBarriers(page);
  });
});

async function isDisabled(page: Page, button: string): Promise<boolean> {
  return page.getByRole("button", { name: button, exact: true }).first().isDisabled();
}
