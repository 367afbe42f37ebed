// Writes shared/api/schema.ts from the frozen OpenAPI document; `--check` only says whether it is up to date.
// Examples and error answers are left out: every error has one shape, and the document itself shows the examples.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../docs/api/openapi.json", import.meta.url);
const TARGET = new URL("../shared/api/schema.ts", import.meta.url);
const HEADER = "// Generated from docs/api/openapi.json by `make clients`. Do not edit.\n\n";

function withoutNoise(node) {
  if (Array.isArray(node)) return node.map(withoutNoise);
  if (node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(([key, value]) => !isNoise(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutNoise(value)]));
}

function isNoise(key, value) {
  if (key === "example" || key === "examples") return Array.isArray(value) || typeof value !== "object" || !("type" in value);
  return /^[45]\d\d$/.test(key) && typeof value === "object" && "description" in value;
}

const document = withoutNoise(JSON.parse(await readFile(DOCUMENT, "utf8")));
const nodes = await openapiTS(document, { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true });
const text = HEADER + astToString(nodes);
const present = await readFile(TARGET, "utf8").catch(() => "");
if (process.argv.includes("--check")) {
  if (present === text) process.exit(0);
  console.error("frontend/shared/api/schema.ts is not what docs/api/openapi.json says; run: make clients");
  process.exit(1);
}
if (present !== text) await writeFile(TARGET, text);
