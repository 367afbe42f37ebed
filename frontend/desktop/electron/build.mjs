// Builds what Electron runs: main and preload as one CommonJS file each (a sandboxed preload script cannot load others),
// and the page that asks for the server. The app itself is the web build in desktop/dist/web.
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** Build one script for Node. */
function script(entry, outDir) {
  return build({
    configFile: false,
    logLevel: "warn",
    root: here("../.."),
    publicDir: false,
    build: {
      outDir: here(outDir),
      emptyOutDir: true,
      target: "node24",
      minify: false,
      sourcemap: false,
      lib: { entry: here(entry), formats: ["cjs"], fileName: () => "index.cjs" },
      rollupOptions: { external: ["electron", ...node] },
    },
  });
}

await script("../src/main/index.ts", "../dist/main");
await script("../src/preload/index.ts", "../dist/preload");
await build({
  configFile: false,
  logLevel: "warn",
  root: here("../src/connect"),
  base: "/connect/",
  html: { cspNonce: "__CSP_NONCE__" },
  build: { outDir: here("../dist/connect"), emptyOutDir: true, target: "chrome140", assetsInlineLimit: 0, modulePreload: false },
});
