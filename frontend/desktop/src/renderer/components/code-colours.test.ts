import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const css = read("./code-colours.css") + read("../app.css");

function variables(scheme: string): Map<string, string> {
  const blocks = css.matchAll(new RegExp(`color-scheme="${scheme}"\\] \\{([^}]*)\\}`, "g"));
  const pairs = [...blocks].map(([, block = ""]) => block).join().matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g);
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, value]));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["--hs-paper", "--hs-card", "--hs-hint", "--hs-added-ground", "--hs-added-strong", "--hs-removed-ground", "--hs-removed-strong"];

describe.each(["light", "dark"])("code in the %s theme", (scheme) => {
  const colours = variables(scheme);
  const inks = [...colours.keys()].filter((name) => name.startsWith("--code-"));

  it.each(inks)("%s can be read on every ground", (ink) => {
    for (const ground of GROUNDS) {
      expect(contrast(colours.get(ink) ?? "", colours.get(ground) ?? ""), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("has colours", () => {
    expect(inks.length).toBeGreaterThan(6);
  });
});
