import { Code } from "@mantine/core";

/** A value as the server keeps it, readable: as text, whatever is in it. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <Code block role="region" aria-label={label} tabIndex={0} fz="xs" mah={360} style={{ overflow: "auto" }}>
      {visible(JSON.stringify(value, null, 2))}
    </Code>
  );
}

// Controls that turn or hide text, by their numbers: a payload may hold names from a hostile repository.
const HIDDEN = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

export function visible(text: string): string {
  return text.replace(HIDDEN, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
