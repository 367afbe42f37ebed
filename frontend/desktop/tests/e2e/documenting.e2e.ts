// From a new account to documentation in the files: connect, read, ask, look at every hunk, apply, take it back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { gitAt } from "./git.ts";
import { makeRepository } from "./product.ts";
import { expectNoBarriers, openedFor } from "./browser.ts";
import { applyProposal, approveProposal, arrives, connectFolder, dialogOf, mirrorOf, openScreen, signUp, syncNow } from "./steps.ts";

const product = inject("product");

describe.skipIf(product === null)("documenting", () => {
  const { url, folder } = product ?? { url: "", folder: "" };
  const repository = join(folder, "documented-shop");
  const window = openedFor(url);
  let projectId = "";
  let proposalId = "";

  const mirror = () => mirrorOf({ folder }, projectId);
  const changed = (path: string) => gitAt(mirror(), "show", `refs/hivesync/changes/${proposalId}:${path}`);
  const original = (path: string) => gitAt(repository, "show", `${gitAt(repository, "rev-list", "--max-parents=0", "main").trim()}:${path}`);

  beforeAll(() => makeRepository(repository));

  it("connects a repository for a newcomer and shows what is in it", async () => {
    const { page } = window;
    await signUp(page, "Dora");
    await page.getByRole("heading", { name: "Connect your first project" }).waitFor();
    await expectNoBarriers(page);
    projectId = await connectFolder(page, repository, "Honey shop");
    await page.getByText("Sells honey by the jar.").waitFor();
    await expectNoBarriers(page);
  });

  it("syncs when asked, and its state settles", async () => {
    const { page } = window;
    gitAt(repository, "commit", "--quiet", "--allow-empty", "--message=Sweep the floor");
    const head = gitAt(repository, "rev-parse", "HEAD").trim();
    expect(await syncNow(page)).toBe("success");
    await page.getByRole("region", { name: "Sync" }).getByRole("button", { name: `Copy ${head.slice(0, 10)}` }).waitFor();
  });

  it("shows the tree, by keyboard, and a file in colours", async () => {
    const { page } = window;
    await openScreen(page, "Files");
    const tree = page.getByRole("tree", { name: "Files of the project" });
    await tree.getByRole("treeitem", { name: "shop" }).waitFor();
    await tree.focus();
    await page.keyboard.type("shop");
    await page.keyboard.press("ArrowRight");
    await tree.getByRole("treeitem", { name: /prices\.py/ }).waitFor();
    await page.keyboard.type("prices");
    await page.keyboard.press("Enter");
    const text = page.getByRole("textbox", { name: "Text of shop/prices.py" });
    await text.getByText("def", { exact: true }).first().waitFor();
    const colours = await text.locator(".cm-line span").evaluateAll((words) => words.map((word) => getComputedStyle(word).color));
    expect(new Set(colours).size).toBeGreaterThan(3);
    await expectNoBarriers(page);
  });

  it("shows what would be sent before anything is asked", async () => {
    const { page } = window;
    await openScreen(page, "AI");
    await page.getByRole("radio", { name: "Write documentation" }).check();
    await page.getByRole("button", { name: "Choose…" }).click();
    const dialog = dialogOf(page, "Choose files and folders");
    await dialog.getByLabel("Filter by name").fill(".py");
    await dialog.getByRole("treeitem", { name: /prices\.py/ }).click();
    await dialog.getByRole("treeitem", { name: /orders\.py/ }).click();
    await dialog.getByText("2 chosen.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByRole("heading", { name: "Before anything is sent" }).waitFor();
    await page.getByText("Stays on this server").waitFor();
    const sent = page.getByRole("region", { name: "What is sent" });
    await sent.getByRole("link", { name: "shop/prices.py" }).waitFor();
    await expectNoBarriers(page);
  });

  it("answers with receipts that open the lines they cite", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await arrives(page.getByRole("link", { name: "Review the proposal" }));
    await expectNoBarriers(page);
    await page.getByRole("link", { name: "Open shop/prices.py, lines 17 to 18" }).first().click();
    await page.getByText("Lines 17 to 18").waitFor();
    const cited = page.getByRole("textbox", { name: "Text of shop/prices.py" }).locator(".cm-chosen");
    expect(await cited.allInnerTexts()).toEqual(["    if not 0 <= percent <= 100:", '        raise ValueError("percent must be between 0 and 100")']);
    await page.goBack();
  });

  it("works the recorded answer out again, byte for byte", async () => {
    const { page } = window;
    const replay = page.getByRole("region", { name: "Replay" });
    await replay.getByRole("button", { name: "Replay" }).click();
    await replay.getByText("Every byte is the same.").waitFor();
  });

  it("takes a decision about every hunk, by keys and by buttons", async () => {
    const { page } = window;
    await page.getByRole("link", { name: "Review the proposal" }).click();
    await page.getByRole("group", { name: /^Hunk 1 of / }).waitFor();
    await expectNoBarriers(page);
    const decided = page.getByRole("group", { name: "Decide about many hunks" });
    for (const key of "jara") await page.keyboard.press(key);
    await decided.getByText("2 of 9 approved · 1 rejected, 6 undecided").waitFor();
    await page.keyboard.press("k");
    expect(await page.getByRole("group", { name: "Hunk 3 of 9" }).getAttribute("aria-current")).toBe("true");
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Approve hunk 4" }).click();
    await page.getByRole("button", { name: "Reject hunk 5" }).click();
    for (const key of "nakcaaaa") await page.keyboard.press(key);
    await decided.getByText("7 of 9 approved · 2 rejected, 0 undecided").waitFor();
    await page.getByText(/^Hunk 9 of 9, shop\/orders\.py, line \d+, approved$/).waitFor({ state: "attached" });
  });

  it("keeps the decisions when the page is loaded anew", async () => {
    const { page } = window;
    await page.reload();
    await page.getByRole("group", { name: "Decide about many hunks" }).getByText("7 of 9 approved · 2 rejected, 0 undecided").waitFor();
  });

  it("binds the approval to a digest, which is shown, and applies what was approved", async () => {
    const { page } = window;
    proposalId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.getByRole("button", { name: "Submit approval" }).click();
    const submitting = dialogOf(page, "Submit this approval?");
    await submitting.getByText("You approve 7 of 9 hunks. The others are left out.").waitFor();
    const digest = await submitting.locator("code").innerText();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    await expectNoBarriers(page);
    await submitting.getByRole("button", { name: "Submit approval" }).click();
    await page.getByRole("tab", { name: "Decisions (1)" }).click();
    await page.getByRole("tabpanel").getByText("Dora approved 7 hunks").waitFor();
    await page.getByRole("tabpanel").getByRole("button", { name: `Copy ${digest.slice(0, 10)}` }).waitFor();
    const before = gitAt(repository, "rev-parse", "main");
    await applyProposal(page, { isPushed: true });
    const prices = changed("shop/prices.py");
    const orders = changed("shop/orders.py");
    expect([prices.match(/net price\./), prices.match(/gross price\./), prices.match(/discount\./)].map(Boolean)).toEqual([true, false, true]);
    expect(orders).not.toContain('"""An order.');
    expect(orders.replaceAll(/ +r?"""[^]*?"""\n|^r?"""[^]*?"""\n+/gm, "")).toBe(original("shop/orders.py"));
    expect(gitAt(repository, "rev-parse", "main")).toBe(before);
  });

  it("says why each change is there, from who asked to the commit", async () => {
    const { page } = window;
    await page.getByRole("tab", { name: "Why is this here?" }).click();
    const why = page.getByRole("tabpanel", { name: "Why is this here?" });
    const commit = gitAt(mirror(), "rev-parse", `refs/hivesync/changes/${proposalId}`);
    await why.getByRole("button", { name: `Copy ${commit.slice(0, 10)}` }).first().waitFor();
    await expectNoBarriers(page);
    await why.getByRole("link", { name: "Job" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Write documentation" }).waitFor();
    await page.goBack();
  });

  it("takes back what can be taken back after others went on, and says what conflicts and what is kept", async () => {
    const { page } = window;
    goOn(repository, proposalId);
    await openScreen(page, "Overview", "Honey shop");
    expect(await syncNow(page)).toBe("success");
    await openScreen(page, "Reviews");
    await page.getByRole("link", { name: "Document prices.py, orders.py" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await dialogOf(page, "Propose to undo this?").getByRole("button", { name: "Undo" }).click();
    const split = page.getByRole("region", { name: "What undoing does" });
    await split.waitFor();
    expect((await split.innerText()).match(/\d+\s+(?:Clean|Conflict|Kept|Undone already)/g)?.map((each) => each.replace(/\s+/, " "))).toEqual([
      "6 Clean", "1 Conflict", "1 Kept", "0 Undone already",
    ]);
    await expectNoBarriers(page);
    proposalId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.getByRole("button", { name: "Approve all" }).click();
    await approveProposal(page);
    await applyProposal(page);
    expect(changed("shop/orders.py")).toBe(original("shop/orders.py"));
    const prices = changed("shop/prices.py");
    expect(prices).toContain("TAX = 0.19");
    expect(prices).toContain("Return the net price, before tax.");
    expect(prices).not.toContain("Return the discount.");
    await page.getByRole("link", { name: "another one" }).click();
    await page.getByText("An undo of this proposal was applied.").waitFor();
  });
});

/** Merge what was pushed, then edit what it wrote and what stood there before. */
function goOn(repository: string, proposalId: string): void {
  gitAt(repository, "merge", "--quiet", `hivesync/${proposalId.replaceAll("-", "").slice(-12)}`);
  const path = join(repository, "shop", "prices.py");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("Return the net price.", "Return the net price, before tax.").replace("TAX = 0.07", "TAX = 0.19"));
  gitAt(repository, "commit", "--quiet", "--all", "--message=Say that tax comes later");
}
