import { EventEmitter } from "node:events";

import { beforeEach, expect, it } from "vitest";

import { Notices } from "./notices.ts";

let shown: (EventEmitter & { text: object })[];
let opened: (string | null)[];
let now: number;
let notices: Notices;

class FakeNotification extends EventEmitter {
  static isSupported = () => true;
  constructor(readonly text: object) {
    super();
  }
  show(): void {
    shown.push(this);
  }
}

beforeEach(() => {
  [shown, opened, now] = [[], [], 0];
  notices = new Notices({ Notification: FakeNotification } as never, (route) => void opened.push(route), () => now);
});

it("a notification leads to its place when it is clicked", () => {
  notices.show("Ready", "The preview is ready.", "/previews/1");
  expect(shown[0]!.text).toEqual({ title: "Ready", body: "The preview is ready." });
  shown[0]!.emit("click");
  expect(opened).toEqual(["/previews/1"]);
});

it.each([["", "b", null], ["a", "x".repeat(501), null], ["a\u0000", "b", null], ["a", 1, null], ["a", "b", "https://evil.example"], ["a", "b", undefined]])(
  "%j, %.10j, %j is refused",
  (title, body, route) => {
    expect(() => notices.show(title, body, route)).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
    expect(shown).toEqual([]);
  },
);

it("a page that goes wild is stopped, and heard again a minute later", () => {
  for (let each = 0; each < 20; each += 1) notices.show("a", "b", null);
  expect(() => notices.show("a", "b", null)).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
  now += 60_000;
  notices.show("a", "b", null);
  expect(shown).toHaveLength(21);
});
