// Coming in, staying in, being put out: sign-up, deep links, a session that ends, a server that goes away.
import { describe, expect, inject, it } from "vitest";
import { asPerson } from "./api.ts";
import { startProduct } from "./product.ts";
import { expectNoBarriers, openWindow, openedFor, signIn } from "./browser.ts";
import { PASSWORD } from "./steps.ts";

const product = inject("product");

describe.skipIf(product === null)("entering", () => {
  const { url, admin } = product ?? { url: "", admin: { email: "", password: "" } };
  const window = openedFor(url);

  it("shows a stranger the sign-in page, and takes him where he wanted to go afterwards", async () => {
    const { page } = window;
    await page.goto("/notifications?unread=true");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await expectNoBarriers(page);
    await page.getByLabel("E-mail").fill(admin.email);
    await page.getByRole("textbox", { name: "Password" }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("E-mail or password is wrong").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(admin.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Notifications" }).waitFor();
    expect(new URL(page.url()).search).toBe("?unread=true");
  });

  it("lets a newcomer create an account, after a hint about a weak password", async () => {
    const guest = await openWindow(window.browser, url);
    const { page } = guest;
    await page.goto("/");
    await page.getByRole("link", { name: "Create one" }).click();
    await page.getByLabel("Your name").fill("Ann");
    await page.getByLabel("E-mail").fill("ann@example.com");
    await page.getByRole("textbox", { name: "Password" }).fill("password");
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(await page.evaluate(() => JSON.stringify([{ ...globalThis.localStorage }, { ...globalThis.sessionStorage }]))).not.toMatch(/hsr_|eyJ/);
    expect(guest.complaints).toEqual([]);
    await guest.context.close();
  });

  it("knows the person again after the page is loaded anew, in every window at once", async () => {
    const { page, context } = window;
    const other = await context.newPage();
    await Promise.all([page.reload(), other.goto("/projects")]);
    await Promise.all([page, other].map((each) => each.getByRole("button", { name: /^Account of/ }).waitFor()));
    await other.close();
  });

  it("knows the person after the page was loaded anew again and again, before any answer came", async () => {
    const { page } = window;
    for (let time = 0; time < 8; time += 1) {
      const asked = page.waitForRequest((request) => request.url().endsWith("/auth/refresh"));
      await page.reload({ waitUntil: "commit" });
      await asked;
    }
    await page.reload();
    await page.getByRole("button", { name: /^Account of/ }).waitFor();
  });

  it("asks for the password again when the session was ended elsewhere, and stays where it was", async () => {
    const guest = await openWindow(window.browser, url);
    const { page } = guest;
    await signIn(page, { email: "ann@example.com", password: PASSWORD });
    await page.goto("/settings");
    const changed = `${PASSWORD} again`;
    const elsewhere = await asPerson(url, { email: "ann@example.com", password: PASSWORD });
    await elsewhere.patch("/users/me", { current_password: PASSWORD, new_password: changed });
    await page.getByText("Your session has ended").waitFor();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Password" }).fill(changed);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Your session has ended").waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/settings");
    await guest.context.close();
  });

  it("says that the server is gone while it is, keeps what is in view, and goes on by itself", async () => {
    const own = await startProduct();
    const { page, complaints, context } = await openWindow(window.browser, own.url);
    await signIn(page, admin);
    await own.halt();
    await page.getByText("The server cannot be reached").waitFor();
    expect(await page.getByRole("heading", { level: 1, name: "Projects" }).isVisible()).toBe(true);
    const again = await startProduct(Number(new URL(own.url).port), own.folder);
    await page.getByText("The server cannot be reached").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Jobs" }).click();
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
    await again.stop();
  });

  it("waits for a server that is not there yet when the page is opened offline", async () => {
    const { page, context } = window;
    await page.goto("/projects");
    await context.route("**/api/v1/**", (route) => route.abort());
    await page.reload();
    await page.getByText("The server cannot be reached").first().waitFor();
    await context.unroute("**/api/v1/**");
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
  });

  it("has a page for addresses where nothing is", async () => {
    const { page } = window;
    await page.goto("/projects/00000000-0000-7000-8000-000000000000/files");
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    await expectNoBarriers(page);
  });
});
