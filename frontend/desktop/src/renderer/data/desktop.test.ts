import { beforeEach, describe, expect, it } from "vitest";
import { Session } from "@shared/session/session.ts";
import type { DesktopBridge, SessionToken } from "../../bridge.ts";
import { joinDesktop } from "./desktop.ts";

const ANN = { id: "1", email: "ann@example.com", display_name: "Ann", is_admin: false, created_at: "2026-01-01T00:00:00Z" };
const granted = (token: string) => Response.json({ user: ANN, access_token: token, refresh_token: null, token_type: "bearer", expires_in: 900 });
const refused = () => Response.json({ code: "TOKEN_INVALID", message: "No.", details: {}, request_id: "r" }, { status: 401 });

let answers: (Response | Error)[];
let told: (SessionToken | "nobody")[];
let opened: string[];
let planned: { milliseconds: number; work: () => void } | null;
let listener: ((route: string) => void) | null;
let seconds: number;
let session: Session;
let leave: () => void;

const bridge = {
  app: {
    onOpen: (each: (route: string) => void) => {
      listener = each;
      return () => (listener = null);
    },
  },
  session: {
    handOver: async (token: SessionToken) => (told.push(token), { ok: true, value: null }),
    clear: async () => (told.push("nobody"), { ok: true, value: null }),
  },
} as unknown as DesktopBridge;

/** As a server that gives these answers, one after the other. */
const fetched: typeof fetch = async () => {
  const answer = answers.shift() ?? new TypeError("nobody answers");
  if (answer instanceof Error) throw answer;
  return answer;
};

const later = (milliseconds: number, work: () => void) => {
  const mine = { milliseconds, work };
  planned = mine;
  return () => void (planned === mine && (planned = null));
};

/** Let the planned moment come, and all that follows from it. */
async function moment(): Promise<void> {
  const { milliseconds, work } = planned!;
  planned = null;
  seconds += milliseconds / 1000;
  work();
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  [answers, told, opened, planned, listener, seconds] = [[], [], [], null, null, 0];
  session = new Session("/api/v1", "desktop", fetched, (_name, work) => work(), () => seconds);
  leave = joinDesktop({ bridge, session, open: (route) => opened.push(route), later });
});

describe("the shell around the page", () => {
  it("leads to places of the app, until the page stops listening", () => {
    listener!("/projects/p1?tab=1");
    leave();
    expect([opened, listener]).toEqual([["/projects/p1?tab=1"], null]);
  });

  it("is told nothing while nobody knows who is signed in", async () => {
    await session.start();
    expect([told, planned]).toEqual([[], null]);
  });

  it("is told that nobody is, for an agent that knows somebody from before", async () => {
    answers = [refused()];
    await session.start();
    expect([told, planned]).toEqual([["nobody"], null]);
  });

  it("is handed the token once, however often the session changes, and hears of the sign-out", async () => {
    answers = [granted("t1"), new Response(null, { status: 204 })];
    await session.start();
    session.changeUser({ ...ANN, display_name: "Anne" });
    expect(told).toEqual([{ accessToken: "t1", expiresIn: 900 }]);
    await session.logOut();
    expect([told.slice(1), planned]).toEqual([["nobody"], null]);
  });

  it("is handed a new token well before the old one ends, though nobody touches the page", async () => {
    answers = [granted("t1"), granted("t2")];
    await session.start();
    expect(planned!.milliseconds).toBe(675_000);
    await moment();
    expect(told).toEqual([{ accessToken: "t1", expiresIn: 900 }, { accessToken: "t2", expiresIn: 900 }]);
    expect(planned!.milliseconds).toBe(675_000);
  });

  it("gets it as soon as a server that was away answers again", async () => {
    answers = [granted("t1"), new TypeError("gone"), granted("t2")];
    await session.start();
    await moment();
    expect([told.length, planned!.milliseconds]).toEqual([1, 10_000]);
    await moment();
    expect(told[1]).toMatchObject({ accessToken: "t2" });
  });

  it("hears of a session that was ended elsewhere, and nothing is renewed any more", async () => {
    answers = [granted("t1"), refused()];
    await session.start();
    await moment();
    expect([told[1], planned]).toEqual(["nobody", null]);
  });

  it("hears nothing more once the page has left it", async () => {
    answers = [granted("t1"), granted("t2")];
    await session.start();
    const renewing = moment();
    leave();
    await renewing;
    expect([told.length, session.held()?.accessToken, planned]).toEqual([1, "t2", null]);
  });

  it("is not there in a browser, where nothing is done", async () => {
    const alone = new Session("/api/v1", "web", fetched, (_name, work) => work(), () => seconds);
    answers = [granted("t1")];
    joinDesktop({ bridge: undefined, session: alone, open: (route) => opened.push(route), later })();
    await alone.start();
    expect([told, opened, planned]).toEqual([[], [], null]);
  });
});
