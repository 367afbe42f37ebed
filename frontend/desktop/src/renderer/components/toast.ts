import { common } from "@/strings/common.ts";

let isWanted = false;
const listeners = new Set<() => void>();

/** For the place where toasts are drawn: it comes with the first of them, for most visits have none. */
export const toastsWanted = {
  read: (): boolean => isWanted,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Say in a corner, for some seconds, that something went well. */
export function toast(message: string): void {
  void import("@mantine/notifications").then(({ notifications }) => {
    notifications.show({ message, color: "green", closeButtonProps: { "aria-label": common.close } });
    isWanted = true;
    for (const listener of listeners) listener();
  });
}
