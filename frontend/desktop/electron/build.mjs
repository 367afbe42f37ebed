// Builds what Electron runs: main and preload as one CommonJS file each (a sandboxed preload script cannot load others),
// and the page that asks for the server. The app itself is the web build in desktop/dist/web.
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** Options of one build for Node; `overrides` is for the trial in an old Electron (see desktop/electron/smoke). */
export function scriptBuild({ entry, outDir, overrides = {} }) {
  return {
    configFile: false,
    logLevel: "warn",
    root: here("../.."),
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: true,
      target: "node24",
      minify: false,
      sourcemap: false,
      lib: { entry, formats: ["cjs"], fileName: () => "index.cjs" },
      rollupOptions: { external: ["electron", ...node] },
      ...overrides,
    },
  };
}

/** Options of the build of the page that asks for the server. */
export function pageBuild({ outDir, target = "chrome140" }) {
  return {
    configFile: false,
    logLevel: "warn",
    root: here("../src/connect"),
    base: "/connect/",
    html: { cspNonce: "__CSP_NONCE__" },
    build: { outDir, emptyOutDir: true, target, assetsInlineLimit: 0, modulePreload: false },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build(scriptBuild({ entry: here("../src/main/index.ts"), outDir: here("../dist/main") }));
  await build(scriptBuild({ entry: here("../src/preload/index.ts"), outDir: here("../dist/preload") }));
  await build(pageBuild({ outDir: here("../dist/connect") }));
}
