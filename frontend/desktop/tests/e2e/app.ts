// A small app for phones that brings its bundler along: a few lines where Expo's would be, run in the sandbox as any
// stranger's code is. Expo's own is built in the backend's tests; it needs a registry and minutes.
import { commit, newRepository } from "./git.ts";

/** Make the app's repository, whose screen says some words. */
export const makeApp = (folder: string, words: string) => newRepository(folder, { ...FILES, "App.js": screenThatSays(words) }, "Begin the app");

/** Commit what makes each build take some seconds, for whoever wants to see one at work. */
export const makeSlow = (folder: string) => commit(folder, { slow: "" }, "Take your time");

/** The app's one source: React Native's own doors, without React Native. */
export function screenThatSays(words: string): string {
  return `RN$registerCallableModule('AppRegistry', () => ({
  getAppKeys: () => ['main'],
  runApplication: (key, { rootTag }) => {
    const ui = nativeFabricUIManager;
    const raw = ui.createNode(2, 'RCTRawText', rootTag, { text: ${JSON.stringify(words)} }, {});
    const text = ui.createNode(4, 'RCTText', rootTag, { fontSize: 28, margin: 60 }, {});
    const screen = ui.createNode(6, 'RCTView', rootTag, { flex: 1, backgroundColor: 0xffffe9a8 }, {});
    ui.appendChild(text, raw);
    ui.appendChild(screen, text);
    const set = ui.createChildSet(rootTag);
    ui.appendChildToSet(set, screen);
    ui.completeRoot(rootTag, set);
  },
}));
`;
}

const BUNDLER = `const fs = require('fs');
const platform = process.argv[process.argv.indexOf('--platform') + 1];
const out = '/build/out/dist';
console.log('Bundling App.js for ' + platform);
if (fs.existsSync('/build/project/slow')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12000);
fs.mkdirSync(out, { recursive: true });
const code = fs.readFileSync('/build/project/App.js', 'utf8');
fs.writeFileSync(out + '/entry.js', code);
// Each line is the source's.
const mappings = code.split('\\n').map((_line, place) => (place ? 'AACA' : 'AAAA')).join(';');
const map = { version: 3, sources: ['App.js'], sourcesContent: [code], names: [], mappings };
fs.writeFileSync(out + '/entry.js.map', JSON.stringify(map));
const fileMetadata = { [platform]: { bundle: 'entry.js', assets: [] } };
fs.writeFileSync(out + '/metadata.json', JSON.stringify({ version: 0, bundler: 'metro', fileMetadata }));
const { expo } = JSON.parse(fs.readFileSync('/build/project/app.json'));
fs.writeFileSync('/build/out/expo-config.json', JSON.stringify({ ...expo, sdkVersion: '57.0.0', runtimeVersion: '1.0' }));
`;
const EXPO = { name: "expo", version: "57.0.0" };
const FILES: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ name: "honey", main: "./App.js", dependencies: { expo: EXPO.version } }),
  "package-lock.json": JSON.stringify({
    name: "honey",
    lockfileVersion: 3,
    packages: { "": { name: "honey", dependencies: { expo: EXPO.version } }, "node_modules/expo": { version: EXPO.version } },
  }),
  "app.json": JSON.stringify({ expo: { name: "Honey", slug: "honey" } }),
  "node_modules/expo/package.json": JSON.stringify(EXPO),
  "node_modules/expo/bin/cli": BUNDLER,
};
