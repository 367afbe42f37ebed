/** The application menu. On macOS its first entry carries the app's name; elsewhere its items are in File. */
import type { MenuItemConstructorOptions } from "electron";

import type { Appearance } from "../settings.ts";
import { STRINGS } from "../strings.ts";

export interface MenuActions {
  readonly changeServer: () => void;
  readonly openInBrowser: () => void;
  readonly openDocumentation: () => void;
  readonly locateAgent: () => void;
  readonly restartAgent: () => void;
  readonly setAppearance: (appearance: Appearance) => void;
  readonly showProjects: () => void;
  readonly goBack: () => void;
  readonly goForward: () => void;
}

interface MenuFacts {
  readonly platform: string;
  readonly isPackaged: boolean;
  readonly hasServer: boolean;
  readonly appearance: Appearance;
}

const WORDS = STRINGS.menu;
const LINE: MenuItemConstructorOptions = { type: "separator" };

export function menuTemplate(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = facts.platform === "darwin";
  return [
    ...(isMac ? [{ role: "appMenu" } as const] : []),
    fileMenu(facts, actions),
    { label: WORDS.edit, role: "editMenu" },
    viewMenu(facts, actions),
    goMenu(isMac, facts.hasServer, actions),
    { label: WORDS.window, role: "windowMenu" },
    { label: WORDS.help, role: "help", submenu: [{ label: WORDS.documentation, enabled: facts.hasServer, click: actions.openDocumentation }] },
  ];
}

function fileMenu({ platform, hasServer }: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  return {
    label: WORDS.file,
    submenu: [
      { label: WORDS.changeServer, accelerator: "CmdOrCtrl+Shift+S", click: actions.changeServer },
      { label: WORDS.openInBrowser, accelerator: "CmdOrCtrl+Shift+B", enabled: hasServer, click: actions.openInBrowser },
      LINE,
      { label: WORDS.locateAgent, click: actions.locateAgent },
      { label: WORDS.restartAgent, click: actions.restartAgent },
      LINE,
      { role: platform === "darwin" ? "close" : "quit" },
    ],
  };
}

function viewMenu({ isPackaged, appearance }: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  const choices = (["system", "light", "dark"] as const).map((each): MenuItemConstructorOptions => ({
    label: WORDS.appearances[each],
    type: "radio",
    checked: each === appearance,
    click: () => actions.setAppearance(each),
  }));
  return {
    label: WORDS.view,
    submenu: [
      { role: "reload" },
      LINE,
      { role: "resetZoom" },
      { role: "zoomIn" },
      { role: "zoomOut" },
      { role: "togglefullscreen" },
      LINE,
      { label: WORDS.appearance, submenu: choices },
      // Whoever can be talked into pasting something there would hand over the session.
      ...(isPackaged ? [] : [LINE, { role: "toggleDevTools" } as const]),
    ],
  };
}

function goMenu(isMac: boolean, hasServer: boolean, actions: MenuActions): MenuItemConstructorOptions {
  return {
    label: WORDS.go,
    submenu: [
      { label: WORDS.back, accelerator: isMac ? "Cmd+[" : "Alt+Left", click: actions.goBack },
      { label: WORDS.forward, accelerator: isMac ? "Cmd+]" : "Alt+Right", click: actions.goForward },
      LINE,
      { label: WORDS.projects, accelerator: "CmdOrCtrl+Shift+P", enabled: hasServer, click: actions.showProjects },
    ],
  };
}
