import { createRequire } from "node:module";

import { expect, it } from "vitest";

const require = createRequire(import.meta.url);
const packaging = require("../packaging/builder.cjs") as {
  electronVersion: string;
  publish: null;
  files: string[];
  electronFuses: Record<string, boolean>;
};

it("a package has the Electron that the types were checked against, and uploads nothing", () => {
  const installed = require("electron/package.json") as { version: string };
  expect([packaging.electronVersion, packaging.publish]).toEqual([installed.version, null]);
});

it("nothing can be switched on from outside a packaged app", () => {
  const { runAsNode, enableNodeOptionsEnvironmentVariable, enableNodeCliInspectArguments, grantFileProtocolExtraPrivileges } = packaging.electronFuses;
  expect([runAsNode, enableNodeOptionsEnvironmentVariable, enableNodeCliInspectArguments, grantFileProtocolExtraPrivileges]).toEqual([false, false, false, false]);
  const { enableCookieEncryption, enableEmbeddedAsarIntegrityValidation, onlyLoadAppFromAsar } = packaging.electronFuses;
  expect([enableCookieEncryption, enableEmbeddedAsarIntegrityValidation, onlyLoadAppFromAsar]).toEqual([true, true, true]);
});
