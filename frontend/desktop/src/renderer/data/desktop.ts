import type { Session } from "@shared/session/session.ts";
import type { DesktopBridge } from "../../bridge.ts";

/** Runs work after so many milliseconds; gives back how to call it off. */
export type Later = (milliseconds: number, work: () => void) => () => void;

interface Parts {
  /** The shell around this page; undefined in a browser, where nothing is done. */
  readonly bridge: DesktopBridge | undefined;
  readonly session: Pick<Session, "read" | "subscribe" | "held" | "accessToken" | "replaceToken">;
  /** Show a place of the app. */
  readonly open: (route: string) => void;
  readonly later?: Later;
}

// The agent may be at work while nobody touches the page, and cannot renew the token: a new one comes well before the old one ends.
const RENEWED_AFTER = 0.75;
const RETRY_SECONDS = 10;

/** Go where links from outside lead, and have the local agent act for whoever is signed in here. Gives back how to stop. */
export function joinDesktop({ bridge, session, open, later = byTimer }: Parts): () => void {
  if (bridge === undefined) return () => {};
  const stopOpening = bridge.app.onOpen(open);
  const stopLending = lendSession(bridge.session, session, later);
  return () => {
    stopOpening();
    stopLending();
  };
}

function lendSession(shell: DesktopBridge["session"], session: Parts["session"], later: Later): () => void {
  /** What the shell was told last; null: that nobody is signed in, undefined: nothing yet. */
  let told: string | null | undefined;
  let callOff: (() => void) | null = null;
  let isOver = false;

  const renewInTime = () => {
    callOff?.();
    if (isOver || session.read().status !== "signed_in") return;
    const held = session.held();
    const seconds = Math.max((held?.expiresIn ?? 0) * RENEWED_AFTER, RETRY_SECONDS);
    callOff = later(seconds * 1000, () => {
      const renewed = held === null ? session.accessToken() : session.replaceToken(held.accessToken);
      // A server that does not answer is asked again; a session that has ended has said so to whoever listens.
      void renewed.catch(() => null).then(renewInTime);
    });
  };

  const tell = () => {
    const { status } = session.read();
    const held = session.held();
    if (status === "signed_in" && held !== null && held.accessToken !== told) {
      told = held.accessToken;
      void shell.handOver(held);
      renewInTime();
    }
    if ((status === "signed_out" || status === "expired") && told !== null) {
      told = null;
      void shell.clear();
      renewInTime();
    }
  };

  tell();
  const stopListening = session.subscribe(tell);
  return () => {
    isOver = true;
    stopListening();
    callOff?.();
  };
}

const byTimer: Later = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds);
  return () => clearTimeout(timer);
};
