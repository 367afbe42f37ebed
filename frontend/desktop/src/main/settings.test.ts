import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { SettingsStore } from "./settings.ts";

const DEFAULTS = { server: null, acceptUnencrypted: false, agentCommand: null, appearance: "system" };
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hivesync-settings-"));
  path = join(folder, "deep", "settings.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("settings", () => {
  it("begin empty, write nothing until something changes, and are read again", () => {
    const store = new SettingsStore(path);
    expect(store.read()).toEqual(DEFAULTS);
    expect(readdirSync(folder)).toEqual([]);
    store.change({ server: "https://hivesync.example.org", appearance: "dark" });
    expect(new SettingsStore(path).read()).toEqual({ ...DEFAULTS, server: "https://hivesync.example.org", appearance: "dark" });
  });

  it("are for their owner alone, and leave no half-written file behind", () => {
    new SettingsStore(path).change({ appearance: "light" });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "deep"))).toEqual(["settings.json"]);
  });

  it.each([
    "{", "", "null", "[]", '{"server": 7}', '{"server": "http://hivesync.example.org"}', '{"server": "http://10.0.0.1"}',
    '{"server": "https://hivesync.example.org/path"}', '{"agentCommand": "hivesync"}', '{"appearance": "pink"}', '{"acceptUnencrypted": 1}',
    `{"server": "${"x".repeat(70_000)}"}`,
  ])("are asked for again when the file holds %.40s, which is kept aside", (text) => {
    new SettingsStore(path).change({});
    writeFileSync(path, text);
    expect(new SettingsStore(path).read()).toEqual(DEFAULTS);
    expect(readFileSync(`${path}.unreadable`, "utf8")).toBe(text);
  });

  it("keep a private server without encryption only with the consent that was given for it", () => {
    new SettingsStore(path).change({ server: "http://10.0.0.1", acceptUnencrypted: true });
    expect(new SettingsStore(path).read().server).toBe("http://10.0.0.1");
  });
});
