import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { followEvents, type LiveEvent } from "@shared/live/events.ts";
import { API, session } from "./environment.ts";
import { POLL_MS } from "./queries.ts";

/**
 * Which answers an event makes old, by the first word of their query keys. Every query key begins with such a word and, where
 * it belongs to a project, goes on with the project's id.
 */
const TOUCHED: Readonly<Record<string, readonly string[]>> = {
  ai: ["ai", "jobs", "proposals"],
  manifest: ["manifest", "files", "sync", "projects"],
  notification: ["notifications"],
  preview: ["previews", "jobs"],
  project: ["projects"],
  proposal: ["proposals", "activity", "sync"],
  repo: ["sync", "manifest", "files", "projects"],
};

let isConnected = false;
const listeners = new Set<() => void>();

function setConnected(now: boolean): void {
  if (now === isConnected) return;
  isConnected = now;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether events arrive by themselves. */
export function useIsLive(): boolean {
  return useSyncExternalStore(subscribe, () => isConnected);
}

/** How often to look at something: `false` when it is finished. */
export function usePollInterval(isMoving: boolean): number | false {
  const isLive = useIsLive();
  if (!isMoving) return false;
  return isLive ? POLL_MS.accompanied : POLL_MS.alone;
}

/** Follow the server's events for as long as somebody is logged in, and have what they touch read anew. */
export function useLiveEvents(isLoggedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isLoggedIn) return undefined;
    const stop = new AbortController();
    void followEvents(
      `${API}/events`,
      session,
      {
        event: (event) => touch(client, event),
        reset: () => void client.invalidateQueries(),
        connected: setConnected,
      },
      stop.signal,
    );
    return () => stop.abort();
  }, [client, isLoggedIn]);
}

function touch(client: QueryClient, event: LiveEvent): void {
  const words = TOUCHED[event.name.split(".")[0] ?? ""] ?? [];
  for (const word of words) void client.invalidateQueries({ queryKey: [word] });
}
