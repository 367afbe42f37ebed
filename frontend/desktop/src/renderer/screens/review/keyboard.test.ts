// @vitest-environment jsdom
import { afterEach, expect, it } from "vitest";
import { actionFor } from "./keyboard.ts";

afterEach(() => {
  document.body.replaceChildren();
});

function press(key: string, target: EventTarget | null = document.body, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey", boolean>> = {}) {
  return actionFor({ key, target, ctrlKey: false, metaKey: false, altKey: false, ...held });
}

function within(markup: [string, ...string[]]): Element {
  let place: Element = document.body;
  for (const name of markup) place = place.appendChild(document.createElement(name));
  return place;
}

it("knows its keys", () => {
  expect(press("j")).toBe("next");
  expect(press("a")).toBe("approve");
  expect(press("?")).toBe("help");
  expect(press("x")).toBeNull();
});

it("leaves typing alone", () => {
  for (const name of ["input", "textarea", "select"]) expect(press("a", within([name]))).toBeNull();
});

it("leaves the browser's and the system's own keys alone", () => {
  expect(press("r", document.body, { ctrlKey: true })).toBeNull();
  expect(press("r", document.body, { metaKey: true })).toBeNull();
});

it("leaves Enter to the control that has the focus", () => {
  expect(press("Enter")).toBe("submit");
  expect(press("Enter", within(["button", "span"]))).toBeNull();
  expect(press("Enter", within(["a"]))).toBeNull();
});

it("does nothing behind a dialog", () => {
  const dialog = within(["div"]);
  dialog.setAttribute("role", "dialog");
  expect(press("a", dialog.appendChild(document.createElement("p")))).toBeNull();
});
