/** The looks of a field in which code is typed. At 14 px Chromium cuts the underscores of DejaVu Sans Mono off in a field. */
export const CODE_INPUT = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--code-size)" } };
