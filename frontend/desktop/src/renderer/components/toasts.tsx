import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";

/** Where toasts are drawn. */
export function Toasts() {
  return <Notifications position="bottom-right" autoClose={6_000} />;
}
