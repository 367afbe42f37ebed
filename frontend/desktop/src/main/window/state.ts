/** Where the window was, if a screen is still there. */
import type { BrowserWindow, Rectangle } from "electron";

import { StoredFile } from "../stored-file.ts";
import { isRecord } from "../values.ts";

export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly isMaximized: boolean;
}

/** As narrow as the app still works. */
export const SMALLEST = { width: 720, height: 520 } as const;
export const USUAL = { width: 1280, height: 860 } as const;
/** So much of the title bar has to be on a screen to be grabbed. */
const GRIP = 80;

export class WindowStateStore {
  private readonly file: StoredFile<WindowState>;

  constructor(path: string) {
    this.file = new StoredFile<WindowState>(path, { bounds: null, isMaximized: false }, checkState);
  }

  read(screens: readonly Rectangle[]): WindowState {
    const state = this.file.read();
    const { bounds } = state;
    return bounds !== null && screens.some((screen) => isReachable(bounds, screen)) ? state : { ...state, bounds: null };
  }

  save(window: Pick<BrowserWindow, "getNormalBounds" | "isMaximized">): void {
    const { x, y, width, height } = window.getNormalBounds();
    this.file.write({ bounds: { x, y, width, height }, isMaximized: window.isMaximized() });
  }
}

function isReachable(bounds: Rectangle, screen: Rectangle): boolean {
  const across = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  return across >= GRIP && bounds.y >= screen.y && bounds.y <= screen.y + screen.height - GRIP;
}

function checkState(value: unknown): WindowState | null {
  if (!isRecord(value) || typeof value["isMaximized"] !== "boolean") return null;
  const bounds = value["bounds"] === null ? null : checkBounds(value["bounds"]);
  return bounds === undefined ? null : { bounds, isMaximized: value["isMaximized"] };
}

function checkBounds(value: unknown): Rectangle | undefined {
  if (!isRecord(value)) return undefined;
  const { x, y, width, height } = value;
  const isPlausible = [x, y, width, height].every((each) => Number.isInteger(each) && Math.abs(Number(each)) < 100_000);
  if (!isPlausible || Number(width) < SMALLEST.width || Number(height) < SMALLEST.height) return undefined;
  return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
}
