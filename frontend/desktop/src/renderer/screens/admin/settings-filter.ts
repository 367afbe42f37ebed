import type { Setting } from "./data.ts";

export interface SettingsWanted {
  readonly text: string;
  readonly section: string;
  readonly isChanged: boolean;
}

/** Settings in which every word that was typed occurs, wherever. */
export function matching(settings: readonly Setting[], wanted: SettingsWanted): Setting[] {
  const words = wanted.text.toLowerCase().split(/\s+/u).filter(Boolean);
  return settings.filter((each) => {
    if (wanted.section !== "" && each.section !== wanted.section) return false;
    if (wanted.isChanged && each.is_default) return false;
    const whole = `${each.name} ${each.value} ${each.description} ${each.section}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
