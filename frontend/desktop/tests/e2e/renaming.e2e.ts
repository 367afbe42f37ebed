// A name that should be another one: what it touches, how certain that is, and the change in every file; then a move and a replacement.
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { commit, gitAt } from "./git.ts";
import { makeRepository } from "./product.ts";
import { expectNoBarriers, openedFor } from "./browser.ts";
import { applyProposal, approveProposal, arrives, connectFolder, dialogOf, mirrorOf, openScreen, signUp } from "./steps.ts";

const product = inject("product");
const MORE = {
  "prices.md": "Customers pay what `gross_price` says.\n",
  "shop/labels.py": 'def label(price):\n    # The price comes from gross_price.\n    return f"{price} in all"\n',
};

describe.skipIf(product === null)("renaming", () => {
  const { url, folder } = product ?? { url: "", folder: "" };
  const repository = join(folder, "renamed-shop");
  const window = openedFor(url);
  let projectId = "";

  const proposalId = () => new URL(window.page.url()).pathname.split("/").at(-1) ?? "";
  const changed = (path: string) => gitAt(mirrorOf({ folder }, projectId), "show", `refs/hivesync/changes/${proposalId()}:${path}`);
  const original = (path: string) => gitAt(repository, "show", `main:${path}`);

  beforeAll(async () => {
    await makeRepository(repository);
    await commit(repository, MORE, "Say who pays what");
  });

  it("finds a name and shows everything it touches before anything is asked", async () => {
    const { page } = window;
    await signUp(page, "Rena");
    projectId = await connectFolder(page, repository, "Renamed shop");
    await openScreen(page, "Rename");
    await page.getByRole("searchbox", { name: "Find a name" }).fill("gross");
    await arrives(page.getByRole("list", { name: "Names that fit" }).getByRole("button", { name: /gross_price.*shop\/prices\.py:12/ }));
    await expectNoBarriers(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const blast = page.getByRole("region", { name: "What it touches" });
    await arrives(blast.getByRole("table", { name: /^shop\/orders\.py/ }));
    await blast.getByRole("img", { name: /^Neighbourhood of gross_price/ }).waitFor();
    await expectNoBarriers(page);
  });

  it("says at the field why a name cannot be", async () => {
    const { page } = window;
    const name = page.getByLabel("New name");
    for (const [typed, said] of [["2prices", "does not begin with a digit"], ["class", "keeps this word for itself"], ["", "Say how it should be called"]] as const) {
      await name.fill(typed);
      await page.getByText(said).waitFor();
      expect(await page.getByRole("button", { name: "Start the rename" }).isDisabled()).toBe(true);
    }
  });

  it("renames it in every file that means it, by certainty", async () => {
    const { page } = window;
    await page.getByLabel("New name").fill("price_with_tax");
    await page.keyboard.press("Enter");
    await arrives(page.getByText("A proposal waits for your decision"));
    await expectNoBarriers(page);
    const tiers = page.getByRole("group", { name: "Hunks by certainty" });
    for (const tier of ["Proven: 3", "Text: 1", "Not code: 1"]) await tiers.getByText(tier).waitFor();
    await page.getByRole("link", { name: "Review the proposal" }).click();
    await page.getByRole("group", { name: "Hunk 1 of 5" }).waitFor();
    await page.getByRole("button", { name: "Approve proven (3)" }).click();
    await page.getByRole("button", { name: "Approve text (1)" }).click();
    await page.getByRole("button", { name: "Reject not code" }).click();
    await page.getByText("4 of 5 approved · 1 rejected, 0 undecided").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("region", { name: "Changes, line by line" }).focus();
    await page.keyboard.press("Enter");
    await dialogOf(page, "Submit this approval?").getByText("You approve 4 of 5 hunks.").waitFor();
    await page.keyboard.press("Enter");
    await applyProposal(page);
    expect(changed("shop/prices.py")).toBe(original("shop/prices.py").replaceAll("gross_price", "price_with_tax"));
    expect(changed("shop/orders.py")).toBe(original("shop/orders.py").replaceAll("gross_price", "price_with_tax"));
    expect(changed("shop/labels.py")).toContain("comes from price_with_tax.");
    expect(changed("prices.md")).toBe(original("prices.md"));
  });

  it("gives every byte back when nothing else has happened since", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Undo" }).click();
    await dialogOf(page, "Propose to undo this?").getByRole("button", { name: "Undo" }).click();
    await page.getByRole("region", { name: "What undoing does" }).waitFor();
    await page.getByRole("button", { name: "Approve all" }).click();
    await approveProposal(page);
    await applyProposal(page);
    for (const path of ["shop/prices.py", "shop/orders.py", "shop/labels.py"]) expect(changed(path)).toBe(original(path));
  });

  it("moves a function to a file of its own, and its import with it, as one", async () => {
    const { page } = window;
    await openScreen(page, "Rename");
    await page.getByRole("tab", { name: "Move" }).click();
    await page.getByRole("searchbox", { name: "Find a name" }).fill("discount");
    await page.getByRole("list", { name: "Names that fit" }).getByRole("button", { name: /shop\.prices\.discount/ }).click();
    await page.getByLabel("To file").fill("../outside.py");
    await page.getByRole("button", { name: "Start the move" }).click();
    await page.getByText("That path is not a plain path inside the repository").waitFor();
    expect(await page.getByLabel("To file").getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("To file").evaluate((field) => field === document.activeElement)).toBe(true);
    await expectNoBarriers(page);
    await page.getByLabel("To file").fill("shop/discounts.py");
    await page.getByRole("button", { name: "Start the move" }).click();
    await arrives(page.getByText("A proposal waits for your decision"));
    await page.getByRole("heading", { level: 1, name: "Move discount to shop/discounts.py" }).waitFor();
    await page.getByRole("link", { name: "Review the proposal" }).click();
    await page.getByRole("group", { name: /^Hunk 1 of / }).getByText("only together").waitFor();
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Approve hunk 1" }).click();
    await page.getByText("3 of 3 approved").waitFor();
    await approveProposal(page);
    await applyProposal(page);
    expect(changed("shop/discounts.py")).toContain("def discount(total, percent):");
    expect(changed("shop/prices.py")).not.toContain("discount");
    expect(changed("shop/orders.py")).toContain("from shop.discounts import discount");
  });

  it("replaces code by a pattern, and says what a wrong pattern lacks", async () => {
    const { page } = window;
    await openScreen(page, "Rename");
    await page.getByRole("tab", { name: "Replace" }).click();
    await page.getByLabel("Pattern").fill("raise ValueError($A)");
    await page.getByLabel("Replacement").fill("raise ValueError($B)");
    await page.getByRole("button", { name: "Start the replacement" }).click();
    await page.getByText("The replacement cannot be filled in: $B is not in the pattern, which has: $A.").waitFor();
    expect(await page.getByLabel("Replacement").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Replacement").fill("raise ValueError(str($A))");
    expect(await page.getByLabel("Replacement").getAttribute("aria-invalid")).not.toBe("true");
    await page.getByRole("button", { name: "Start the replacement" }).click();
    await arrives(page.getByText("A proposal waits for your decision"));
    await page.getByRole("link", { name: "Review the proposal" }).click();
    await page.getByRole("group", { name: "Hunk 1 of 2" }).waitFor();
    await expectNoBarriers(page);
    await page.getByRole("button", { name: "Approve all" }).click();
    await approveProposal(page);
    await applyProposal(page);
    expect(changed("shop/prices.py").match(/raise ValueError\(str\("[^"]*"\)\)/g)).toHaveLength(2);
  });
});
