import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The journey through the real product in a real browser: one server, one browser, one story after another.
export default defineConfig({
  root: here("."),
  resolve: { alias: { "@shared": here("shared"), "@": here("desktop/src/renderer") } },
  test: {
    include: ["desktop/tests/e2e/**/*.e2e.ts"],
    globalSetup: [here("desktop/tests/e2e/product.ts")],
    fileParallelism: false,
    sequence: { shuffle: false },
    // Workers do real work, on machines that may be busy.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
