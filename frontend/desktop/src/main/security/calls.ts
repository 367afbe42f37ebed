/** The one way in for calls of a page: only a page of the app, in the main frame of our window, with checked values. */
import type { IpcMainInvokeEvent } from "electron";

import type { Answer } from "../../bridge.ts";
import type { Call } from "../../channels.ts";
import { describeError, ShellError } from "../errors.ts";
import type { Shell, Surroundings } from "../ports.ts";
import { isAppPage } from "../routes.ts";

export type Handler = (...values: readonly unknown[]) => unknown;

interface Parts {
  readonly shell: Pick<Shell, "ipcMain">;
  /** The id of the window's web contents, or null while there is none. */
  readonly windowId: () => number | null;
  readonly log: Surroundings["log"];
}

/** Register a handler for every call there is: the type demands that none is left out. */
export function serveCalls({ shell, windowId, log }: Parts, handlers: Readonly<Record<Call, Handler>>): void {
  for (const [name, handler] of Object.entries(handlers)) {
    shell.ipcMain.handle(name, async (event, ...values: unknown[]): Promise<Answer<unknown>> => {
      try {
        validateSender(event, windowId());
        return { ok: true, value: (await handler(...values)) ?? null };
      } catch (error) {
        if (!(error instanceof ShellError)) log("call.failed", { name, reason: String(error) });
        return { ok: false, error: describeError(error) };
      }
    });
  }
}

/** Refuse calls of sub-frames, of other windows and of pages that are not the app's. */
export function validateSender(event: IpcMainInvokeEvent, windowId: number | null): void {
  const frame = event.senderFrame;
  const isOurs = frame !== null && frame.parent === null && event.sender.id === windowId && isAppPage(frame.url);
  if (!isOurs) throw new ShellError("SENDER_REFUSED", "Only the app itself may do this.");
}
