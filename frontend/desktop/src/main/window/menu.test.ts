import type { MenuItemConstructorOptions } from "electron";
import { expect, it } from "vitest";

import { type MenuActions, menuTemplate } from "./menu.ts";

const done: string[] = [];
const actions = new Proxy({} as MenuActions, { get: (_target, name) => (value: unknown) => void done.push(`${String(name)} ${typeof value === "string" ? value : ""}`.trim()) });
const FACTS = { platform: "linux", isPackaged: true, hasServer: true, appearance: "dark" } as const;

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
}
const all = (facts: Parameters<typeof menuTemplate>[0]) => items(menuTemplate(facts, actions));

it("no two items share an accelerator", () => {
  for (const platform of ["linux", "darwin", "win32"]) {
    const keys = all({ ...FACTS, platform }).flatMap((item) => (item.accelerator === undefined ? [] : [String(item.accelerator)]));
    expect(new Set(keys).size).toBe(keys.length);
  }
});

it("what needs a server waits for one", () => {
  const disabled = all({ ...FACTS, hasServer: false }).flatMap((item) => (item.enabled === false ? [item.label] : []));
  expect(disabled).toEqual(["Open in Browser", "Projects", "API Reference of This Server"]);
  expect(all(FACTS).every((item) => item.enabled !== false)).toBe(true);
});

const hasTools = (isPackaged: boolean) => all({ ...FACTS, isPackaged }).some((item) => item.role === "toggleDevTools");

it("there are tools for developers only while developing", () => {
  expect([hasTools(true), hasTools(false)]).toEqual([false, true]);
});

it("the appearance in force is marked, and another can be chosen", () => {
  const radios = all(FACTS).filter((item) => item.type === "radio");
  expect(radios.map((item) => [item.label, item.checked])).toEqual([["As the System", false], ["Light", false], ["Dark", true]]);
  radios[1]!.click?.({} as never, undefined, {} as never);
  expect(done).toEqual(["setAppearance light"]);
});
