import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { followEvents, type LiveEvent } from "@shared/live/events.ts";
import { API, session } from "./environment.ts";
import { POLL_MS } from "./queries.ts";
import { touchedBy } from "./touched.ts";

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
  for (const queryKey of touchedBy(event)) void client.invalidateQueries({ queryKey });
}
