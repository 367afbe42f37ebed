import { Badge } from "@mantine/core";

const COLOURS: Readonly<Record<string, string>> = {
  queued: "gray",
  running: "blue",
  building: "blue",
  bundling: "blue",
  uploading: "blue",
  success: "green",
  alive: "green",
  applied: "green",
  approved: "teal",
  live: "green",
  open: "honey",
  failed: "red",
  unresponsive: "red",
  stale: "orange",
  reverted: "grape",
  rejected: "gray",
  cancelled: "gray",
  stopped: "gray",
  expired: "gray",
  paused: "orange",
  revoked: "gray",
  soft_deleted: "orange",
  purged: "gray",
  ok: "green",
  degraded: "orange",
  executed: "green",
  executing: "blue",
  planned: "honey",
};

/** A state in its own colour, and always in words: colour alone tells nobody enough. */
export function StatusBadge({ status, label }: { status: string; label?: string }) {
  return (
    <Badge color={COLOURS[status] ?? "gray"} variant="light" tt="none" className="status">
      {label ?? status.replaceAll("_", " ")}
    </Badge>
  );
}
