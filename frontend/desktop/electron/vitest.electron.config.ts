import { join } from "node:path";

import { defineConfig } from "vitest/config";

/** The built shell in a real, older Electron; `tools/electron.sh` says where that is. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    environment: "node",
    include: ["smoke/**/*.test.ts"],
    globalSetup: [join(import.meta.dirname, "smoke/setup.ts")],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
