import { notifications } from "@mantine/notifications";
import { common } from "@/strings/common.ts";

/** Say in a corner, for some seconds, that something went well. */
export function toast(message: string): void {
  notifications.show({ message, color: "green", closeButtonProps: { "aria-label": common.close } });
}
