/** Keys of the review. None is taken while somebody types, or from a control that has its own use for it. */
import { useEffect, useRef } from "react";

export type Action =
  | "next" | "previous" | "next_undecided" | "approve" | "reject" | "clear" | "unified" | "split" | "fold" | "submit" | "help";

const ACTIONS: Readonly<Record<string, Action>> = {
  j: "next",
  k: "previous",
  n: "next_undecided",
  a: "approve",
  r: "reject",
  c: "clear",
  u: "unified",
  s: "split",
  f: "fold",
  "?": "help",
  Enter: "submit",
};

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget | null;
}

export function actionFor(press: Press): Action | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const target = press.target instanceof Element ? press.target : null;
  if (target?.closest("input, textarea, select, [contenteditable], [role=dialog]")) return null;
  if (press.key === "Enter" && target?.closest("a, button, summary, [role=tab], [role=radio]")) return null;
  return ACTIONS[press.key] ?? null;
}

/** Call back for every key that means something, unless a dialog is open. */
export function useKeys(isOn: boolean, act: (action: Action) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent) => {
      const action = actionFor(event);
      if (action === null || event.defaultPrevented) return;
      event.preventDefault();
      latest.current(action);
    };
    globalThis.addEventListener("keydown", press);
    return () => globalThis.removeEventListener("keydown", press);
  }, [isOn]);
}
