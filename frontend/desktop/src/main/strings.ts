/** Every word that the shell itself shows. */
export const STRINGS = {
  product: "HiveSync",
  menu: {
    file: "File",
    edit: "Edit",
    view: "View",
    go: "Go",
    window: "Window",
    help: "Help",
    changeServer: "Change Server…",
    openInBrowser: "Open in Browser",
    locateAgent: "Choose the hivesync Command…",
    restartAgent: "Restart the Local Agent",
    appearance: "Appearance",
    appearances: { system: "As the System", light: "Light", dark: "Dark" },
    projects: "Projects",
    back: "Back",
    forward: "Forward",
    documentation: "API Reference of This Server",
  },
  chooseFolder: { title: "Choose a folder to connect with a project", button: "Choose Folder" },
  chooseCommand: { title: "Choose the hivesync command", button: "Use This Command" },
  crashed: {
    message: "The window stopped working",
    detail: "Nothing that was saved is lost. Reload the window to go on.",
    reload: "Reload",
    quit: "Quit",
  },
  unresponsive: { message: "The window does not answer", detail: "It may be busy. You can wait, or reload it.", wait: "Wait", reload: "Reload" },
  agent: {
    starting: "The local agent is starting.",
    ready: "The local agent is running.",
    missing: "The hivesync command was not found. Install HiveSync's command line on this computer, then choose the command or restart the agent.",
    stopped: "The local agent is stopped.",
    restarting: "The local agent stopped; it is started again by itself.",
  },
  missingBuildPage:
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>HiveSync</title><body>" +
    "<h1>The app's pages are missing</h1><p>This installation is not complete: install HiveSync anew. " +
    "Who builds it from source runs the build of the web app first.</p></body></html>",
} as const;
