/** The product, and the workbench built for the Chromium 83 that is in Electron 9.4.1. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "vite";
import type { TestProject } from "vitest/node";

import { startProduct } from "../../tests/e2e/product.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The build for Chromium 83. */
    oldWeb: string;
  }
}

const TARGET = "chrome83";

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const oldWeb = await mkdtemp(join(tmpdir(), "hivesync-web83-"));
  await build({
    configFile: join(import.meta.dirname, "../../../vite.config.ts"),
    logLevel: "warn",
    build: { outDir: oldWeb, emptyOutDir: true },
    // Lists of targets are put together, not written over.
    plugins: [{ name: "older-target", config: (config) => void Object.assign(config.build ?? {}, { target: TARGET, cssTarget: TARGET }) }],
  });
  const { stop, halt: _halt, ...product } = await startProduct();
  project.provide("product", product);
  project.provide("oldWeb", oldWeb);
  return async () => {
    await stop();
    await rm(oldWeb, { recursive: true });
  };
}
