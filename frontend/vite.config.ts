import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("desktop/src/renderer"),
  // The page may be opened at any depth; the server and the desktop shell both serve it from the root.
  base: "/",
  plugins: [react()],
  resolve: { alias: { "@shared": here("shared"), "@": here("desktop/src/renderer") } },
  // Whoever serves the page puts a fresh value in this place, so that styles made at run time pass its policy.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: here("desktop/dist/web"),
    emptyOutDir: true,
    target: ["chrome120", "firefox120", "safari17"],
    // A data: address would need a wider policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What most screens share comes in one piece: it packs better than forty, and is asked for once.
        codeSplitting: { groups: [{ name: "shared", test: /node_modules.(?:@mantine|@tanstack|@floating-ui|react|clsx)/, minShareCount: 20 }] },
      },
    },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": process.env["HIVESYNC_SERVER"] ?? "http://127.0.0.1:8000" } },
  test: {
    root: here("."),
    environment: "node",
    include: ["shared/**/*.test.ts", "shared/**/*.test.tsx", "desktop/src/**/*.test.ts", "desktop/src/**/*.test.tsx"],
    setupFiles: [here("desktop/tests/setup.ts")],
    restoreMocks: true,
    // Only what never comes takes so long; machines may be busy with other tests.
    testTimeout: 20_000,
  },
});
