import { defineConfig } from "vitest/config";

/** The built shell as a whole; the unit tests beside the sources run with the rest of the clients. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    environment: "node",
    include: ["tests/**/*.test.ts"],
    // The product is started once, and this machine may be busy.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
