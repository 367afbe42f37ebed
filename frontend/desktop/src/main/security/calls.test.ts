import { describe, expect, it } from "vitest";

import type { Answer } from "../../bridge.ts";
import { ShellError } from "../errors.ts";
import { type Handler, serveCalls } from "./calls.ts";

type Invoke = (event: object, ...values: unknown[]) => Promise<Answer<unknown>>;

function served(handler: Handler, windowId: number | null = 7): { invoke: Invoke; logged: string[] } {
  let invoke: Invoke | null = null;
  const logged: string[] = [];
  const ipcMain = { handle: (_name: string, listener: Invoke) => void (invoke = listener) };
  serveCalls({ shell: { ipcMain } as never, windowId: () => windowId, log: (event) => void logged.push(event) }, { one: handler } as never);
  return { invoke: invoke!, logged };
}

const sender = (url: string, { id = 7, parent = null as object | null } = {}) => ({ sender: { id }, senderFrame: { url, parent } });

describe("calls of the page", () => {
  it("are answered to the app in the main frame of the window", async () => {
    const { invoke } = served((...values) => values);
    expect(await invoke(sender("hivesync://app/projects"), 1, "a")).toEqual({ ok: true, value: [1, "a"] });
  });

  it.each([
    ["a page of somebody else", sender("https://evil.example/")],
    ["an answer of the API shown as a page", sender("hivesync://app/api/v1/files/content")],
    ["a frame in the app", sender("hivesync://app/", { parent: {} })],
    ["another window", sender("hivesync://app/", { id: 8 })],
    ["a frame that is gone", { sender: { id: 7 }, senderFrame: null }],
  ])("are refused to %s", async (_name, event) => {
    let wasCalled = false;
    const { invoke } = served(() => void (wasCalled = true));
    expect(await invoke(event)).toMatchObject({ ok: false, error: { code: "SENDER_REFUSED" } });
    expect(wasCalled).toBe(false);
  });

  it("carry refusals with their code, and nothing of a bug but that there is one", async () => {
    const refused = served(() => Promise.reject(new ShellError("FOLDER_DIFFERS", "The folder differs.", { files: ["a"] })));
    expect(await refused.invoke(sender("hivesync://app/"))).toEqual({ ok: false, error: { code: "FOLDER_DIFFERS", message: "The folder differs.", details: { files: ["a"] } } });
    expect(refused.logged).toEqual([]);
    const broken = served(() => Promise.reject(new Error("/home/me/secret")));
    const answer = await broken.invoke(sender("hivesync://app/"));
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(broken.logged).toEqual(["call.failed"]);
  });
});
