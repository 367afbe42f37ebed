import type { LanguageSupport } from "@codemirror/language";
import { endingOf } from "@shared/files/paths.ts";

/** Every language's grammar is loaded when a file of it is first shown. */
const GRAMMARS: Readonly<Record<string, () => Promise<LanguageSupport>>> = {
  python: async () => (await import("@codemirror/lang-python")).python(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true }),
  typescript: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
  tsx: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true, jsx: true }),
  json: async () => (await import("@codemirror/lang-json")).json(),
  css: async () => (await import("@codemirror/lang-css")).css(),
  html: async () => (await import("@codemirror/lang-html")).html(),
  markdown: async () => {
    const { markdown, markdownLanguage } = await import("@codemirror/lang-markdown");
    return markdown({ base: markdownLanguage });
  },
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  sql: async () => (await import("@codemirror/lang-sql")).sql(),
};

const ENDINGS: Readonly<Record<string, string>> = {
  py: "python", pyi: "python", js: "javascript", jsx: "javascript", mjs: "javascript", cjs: "javascript", ts: "typescript",
  mts: "typescript", cts: "typescript", tsx: "tsx", json: "json", webmanifest: "json", css: "css", html: "html", htm: "html",
  vue: "html", svg: "html", xml: "html", md: "markdown", markdown: "markdown", yml: "yaml", yaml: "yaml", rs: "rust", go: "go",
  java: "java", kt: "java", c: "cpp", h: "cpp", cc: "cpp", cpp: "cpp", hpp: "cpp", sql: "sql",
};

/** The language of a file by its name; null when there is no grammar for it. */
export function languageOf(path: string): string | null {
  return ENDINGS[endingOf(path) ?? ""] ?? null;
}

/** The grammar for a file, by its name; null for what is shown plain. */
export async function grammarFor(path: string): Promise<LanguageSupport | null> {
  return (await GRAMMARS[languageOf(path) ?? ""]?.()) ?? null;
}
