// What goes wrong is said where it went wrong, with what to do next; and what was put right can be done again.
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { makeRepository } from "./product.ts";
import { expectNoBarriers, openedFor } from "./browser.ts";
import { arrives, openConnectForm, openScreen, signUp } from "./steps.ts";

const product = inject("product");

const HOSTILE = [
  ["https://bea:secret@example.org/shop.git", "Do not put a user name, password or token into the address"],
  ["http://169.254.169.254/shop.git", "it is not on the public internet"],
  ["javascript://example.org/alert(1)", "Addresses beginning with javascript:// are not supported"],
  ["ext::sh%20-c%20id", "Remote helpers such as ext:: and fd:: are not allowed"],
  ["--upload-pack=id", "An address cannot begin with a dash"],
] as const;

describe.skipIf(product === null)("failing", () => {
  const { url, folder } = product ?? { url: "", folder: "" };
  const repository = join(folder, "lost-shop");
  const window = openedFor(url);

  beforeAll(() => makeRepository(repository));

  it("says at the field why an address or a branch cannot be", async () => {
    const { page } = window;
    await signUp(page, "Faye");
    const dialog = await openConnectForm(page, "Git server");
    const address = dialog.getByLabel("Address");
    for (const [hostile, said] of HOSTILE) {
      await address.fill(hostile);
      await dialog.getByRole("button", { name: "Connect" }).click();
      await dialog.getByText(said).waitFor();
      expect(await address.getAttribute("aria-invalid")).toBe("true");
      expect(await address.evaluate((field) => field === document.activeElement)).toBe(true);
    }
    await expectNoBarriers(page);
    await address.fill("https://example.org/shop.git");
    await dialog.getByLabel("Default branch").fill("--upload-pack=id");
    await dialog.getByRole("button", { name: "Connect" }).click();
    await dialog.getByText("That is not the name of a branch.").waitFor();
    expect(await dialog.getByLabel("Default branch").getAttribute("aria-invalid")).toBe("true");
    await dialog.getByLabel("Default branch").fill("");
    await dialog.getByText("Folder on the server", { exact: true }).click();
    await dialog.getByLabel("Path on the server").fill("/srv/../etc");
    await dialog.getByRole("button", { name: "Connect" }).click();
    await dialog.getByText("The repository's path cannot hold . or .. as a folder.").waitFor();
  });

  it("says why a sync failed and where to go, and does it again when that was put right", async () => {
    const { page } = window;
    const dialog = page.getByRole("dialog");
    // What the server keeps for itself can be connected by nobody: this fails at once, and not only at first.
    await dialog.getByLabel("Path on the server").fill(join(folder, "data"));
    await dialog.getByLabel("Name").fill("Lost shop");
    await dialog.getByRole("button", { name: "Connect" }).click();
    const alert = dialog.getByRole("alert", { name: "The first sync failed" });
    await arrives(alert.getByText("That folder cannot be connected."));
    expect(await dialog.getByRole("progressbar").count()).toBe(0);
    await expectNoBarriers(page);
    const again = page.waitForResponse((answer) => answer.url().endsWith("/sync") && answer.request().method() === "POST");
    await dialog.getByRole("button", { name: "Sync again" }).click();
    expect((await again).status()).toBe(202);
    await dialog.getByRole("link", { name: "Change address or credentials" }).click();
    await page.getByRole("heading", { level: 1, name: "Project settings" }).waitFor();
    await page.getByLabel("Address").fill("https://10.0.0.7/shop.git");
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("HiveSync does not connect to 10.0.0.7").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("link", { name: "Jobs", exact: true }).click();
    const failed = page.getByRole("row", { name: /^Sync Lost shop failed/ }).nth(1);
    await failed.getByText("change the project's address").waitFor();
    await expectNoBarriers(page);
    await failed.getByRole("link", { name: "Open the result: Sync" }).click();
    const sync = page.getByRole("region", { name: "Sync" });
    const home = sync.getByRole("alert", { name: "The last sync failed" });
    await home.waitFor();
    await expectNoBarriers(page);
    await sync.getByRole("link", { name: "Project settings" }).click();
    await page.getByLabel("Address").fill(repository);
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved.").waitFor();
    await openScreen(page, "Overview", "Lost shop");
    await arrives(page.getByRole("region", { name: "Contents" }).getByText("6 files"));
    expect(await home.count()).toBe(0);
  });

  it("says at the field what cannot be asked", async () => {
    const { page } = window;
    await openScreen(page, "AI");
    for (const [path, said] of [["../../etc/passwd", "is not a plain path inside the repository"], ["shop/none.py", "There is no such path at that commit."]] as const) {
      await page.getByRole("textbox", { name: "File" }).fill(path);
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText(said).waitFor();
      expect(await page.getByRole("textbox", { name: "File" }).getAttribute("aria-invalid")).toBe("true");
    }
    await page.getByRole("textbox", { name: "File" }).fill("shop/prices.py");
    await page.getByLabel("Branch, tag or commit").fill("--all");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByLabel("Branch, tag or commit").and(page.locator("[aria-invalid=true]")).waitFor();
    await expectNoBarriers(page);
  });

  it("does nothing when a name is taken, says where, and lets another one be tried", async () => {
    const { page } = window;
    await openScreen(page, "Rename");
    await page.getByRole("searchbox", { name: "Find a name" }).fill("gross_price");
    await page.getByRole("list", { name: "Names that fit" }).getByRole("button", { name: /gross_price/ }).click();
    await page.getByLabel("New name").fill("net_price");
    await page.getByRole("button", { name: "Start the rename" }).click();
    const alert = page.getByRole("alert", { name: "It was not done, and nothing was changed" });
    await arrives(alert);
    await alert.getByText("The name net_price is taken already.").waitFor();
    await alert.getByRole("list", { name: "Where" }).getByRole("link", { name: /^shop\/prices\.py:\d+$/ }).waitFor();
    await expectNoBarriers(page);
    await alert.getByRole("link", { name: "Try another" }).click();
    expect(await page.getByLabel("New name").inputValue()).toBe("gross_price");
  });
});
