// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClientProvider } from "@tanstack/react-query";
import { afterEach, expect, test } from "vitest";
import { makeQueryClient } from "@/data/queries.ts";
import type { Answer, DesktopBridge, Folder, FolderDifference, FolderProposal } from "../../../bridge.ts";
import { Bridge } from "./bridge.ts";
import { FolderList } from "./folder-list.tsx";

afterEach(cleanup);

const FOLDER: Folder = {
  id: "f1", path: "/home/ann/shop", exists: true, project_id: "p1", project_name: "Shop", has_remote: false,
  branch: "main", head: "0123456789", mapped_at: "2026-01-01T00:00:00Z",
};
const DIFFERENCE: FolderDifference = {
  manifest_hash: "m", commit: null, added: ["new.ts"], changed: ["a.ts"], removed: [], unchanged: 3, ignored: 1,
  refused: [{ path: "link", reason: "leads out of the folder" }], bytes_to_send: 2048,
};
const PROPOSAL: FolderProposal = {
  proposal_id: "r1", digest: "d1", status: "approved", title: "Docs", can_apply: true, reason: null,
  files: [{ path: "a.ts", change: "modified", state: "ready" }], patch: "--- a/a.ts\n+++ b/a.ts\n-old\u202e\n+new\n",
};

const good = <T,>(value: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value });
const bad = <T,>(code: string, message: string, details = {}): Promise<Answer<T>> => Promise.resolve({ ok: false, error: { code, message, details } });

type Parts = { folders?: Partial<DesktopBridge["folders"]>; agent?: Partial<DesktopBridge["agent"]>; operations?: Partial<DesktopBridge["operations"]> };

/** A shell with one folder; parts of it can be given otherwise. */
function bridgeWith(parts: Parts): DesktopBridge {
  const ready = { status: "ready" as const, message: "", version: "1", retryAt: null };
  return {
    agent: { state: () => good(ready), onState: () => () => undefined, ...parts.agent },
    folders: {
      list: () => good({ items: [FOLDER] }),
      difference: () => good(DIFFERENCE),
      applied: () => good({ items: [] }),
      proposal: () => good(PROPOSAL),
      ...parts.folders,
    },
    operations: { ...parts.operations },
  } as unknown as DesktopBridge;
}

function show(parts: Parts = {}, proposalId?: string) {
  render(
    <MantineProvider>
      <QueryClientProvider client={makeQueryClient()}>
        <Bridge value={bridgeWith(parts)}>
          <FolderList folderId="f1" proposalId={proposalId} onGo={() => undefined} />
        </Bridge>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

test("a folder shows what differs, what is refused and why", async () => {
  show();
  expect(await screen.findByText("new.ts")).toBeTruthy();
  expect(screen.getByText("Changed (1)")).toBeTruthy();
  expect(screen.getByText("link: leads out of the folder")).toBeTruthy();
  expect(screen.getByText("3 unchanged, 1 ignored, 2.0 KiB to send")).toBeTruthy();
});

test("a project with a repository is not filled from a folder", async () => {
  show({ folders: { list: () => good({ items: [{ ...FOLDER, has_remote: true }] }) } });
  const send = await screen.findByRole<HTMLButtonElement>("button", { name: "Send what differs" });
  expect(send.disabled).toBe(true);
});

test("sending is followed to its end", async () => {
  const running = { id: "o1", kind: "sync", folder_id: "f1", status: "running" as const, stage: "send", progress: 0.5, message: "Sending", error: null, result: null, log_tail: [] };
  let looks = 0;
  const read = () => good(looks++ === 0 ? running : { ...running, status: "success" as const, progress: 1, message: "All sent" });
  show({ folders: { sync: () => good(running) }, operations: { read } });
  await userEvent.click(await screen.findByRole("button", { name: "Send what differs" }));
  await waitFor(() => expect(screen.getByText("All sent")).toBeTruthy(), { timeout: 5_000 });
});

test("a review is shown before it is written, with its deceiving characters, and bound to its digest", async () => {
  const given: string[] = [];
  const apply: DesktopBridge["folders"]["apply"] = (...args) => {
    given.push(...args);
    return good({ applied_id: "a1", files: [], reverse_patch_path: "/x" });
  };
  show({ folders: { apply } }, "r1");
  const patch = await screen.findByRole("region", { name: "Patch" });
  expect(patch.textContent).toContain("U+202E");
  await userEvent.click(screen.getByRole("button", { name: "Apply to this folder" }));
  expect(given).toEqual([]);
  const dialog = await screen.findByRole("dialog");
  await userEvent.click([...dialog.querySelectorAll("button")].find((each) => each.textContent === "Apply to this folder") ?? dialog);
  await waitFor(() => expect(screen.getByText("The changes are in your folder.")).toBeTruthy());
  expect(given).toEqual(["f1", "r1", "d1"]);
});

test("a refusal names the files that differ", async () => {
  const files = [{ path: "a.ts", state: "differs" }];
  show({ folders: { apply: () => bad("FOLDER_DIFFERS", "The folder differs.", { files }) } }, "r1");
  await userEvent.click(await screen.findByRole("button", { name: "Apply to this folder" }));
  const dialog = await screen.findByRole("dialog");
  await userEvent.click([...dialog.querySelectorAll("button")].find((each) => each.textContent === "Apply to this folder") ?? dialog);
  expect(await screen.findByText("FOLDER_DIFFERS")).toBeTruthy();
  expect(screen.getByText("a.ts: differs")).toBeTruthy();
});

test("what cannot be applied says why, and cannot be asked for", async () => {
  show({ folders: { proposal: () => good({ ...PROPOSAL, can_apply: false, reason: "It is open." }) } }, "r1");
  expect(await screen.findByText("It is open.")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Apply to this folder" }).disabled).toBe(true);
});

test("without its agent nothing is asked of it, and the shell's sentence is shown", async () => {
  const state = { status: "missing" as const, message: "hivesync was not found.", version: null, retryAt: null };
  let asked = 0;
  const list = () => {
    asked += 1;
    return good({ items: [] });
  };
  show({ agent: { state: () => good(state) }, folders: { list } });
  expect(await screen.findByText("hivesync was not found.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Show where hivesync is" })).toBeTruthy();
  expect(asked).toBe(0);
});
