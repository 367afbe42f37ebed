import { join } from "node:path";

import { defineConfig } from "vitest/config";

/** The built shell as a whole; the unit tests beside the sources run with the rest of the clients. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    environment: "node",
    include: ["tests/**/*.test.ts"],
    globalSetup: [join(import.meta.dirname, "../tests/e2e/product.ts")],
    // Processes start and workers work, on machines that may be busy.
    testTimeout: 60_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
