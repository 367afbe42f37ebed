// How the desktop app is packaged. Run by `npm run package:desktop` (docs/desktop.md); never by CI: it fetches Electron's binaries.
const { join } = require("node:path");

const clients = require("../../../package.json");

/** @type {import("electron-builder").Configuration} */
module.exports = {
  appId: "org.hivesync.desktop",
  productName: "HiveSync",
  copyright: "Copyright © HiveSync contributors",
  electronVersion: clients.devDependencies.electron,
  directories: { output: "release", buildResources: join(__dirname, "icons") },
  // The built app alone. The copies packed for web servers are of no use here, and there are no packages at run time.
  files: ["package.json", "dist/main/**", "dist/preload/**", "dist/connect/**", "dist/web/**", "!dist/web/**/*.{br,gz}", "!dist/web/**/.*"],
  npmRebuild: false,
  asar: true,
  // Electron's own checklist: what the app does not need cannot be switched on from outside.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  },
  protocols: [{ name: "HiveSync", schemes: ["hivesync"] }],
  // Nothing is uploaded, and the app fetches no updates by itself.
  publish: null,
  mac: {
    target: [{ target: "dmg", arch: ["arm64", "x64"] }],
    category: "public.app-category.developer-tools",
    hardenedRuntime: true,
    gatekeeperAssess: false,
  },
  win: { target: [{ target: "nsis", arch: ["x64"] }] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true, deleteAppDataOnUninstall: false },
  linux: {
    target: [{ target: "AppImage", arch: ["x64"] }],
    category: "Development",
    executableName: "hivesync-desktop",
    synopsis: "Review, rename, preview: the HiveSync workbench",
  },
};
